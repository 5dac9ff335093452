import type { NodeType } from "./flow-document.ts";

type FieldKind = "prompts" | "check" | "node" | "node?" | "number" | "calendar" | "text" | "scope" | "outcome";
export type NodeFieldName =
  | "prompts"
  | "interruptible"
  | "next"
  | "timeout"
  | "timeoutSeconds"
  | "tries"
  | "calendarId"
  | "open"
  | "closed"
  | "holiday"
  | "scope"
  | "queue"
  | "priority"
  | "outcome";
export type NodeField = readonly [name: NodeFieldName, kind: FieldKind];

/** Which fields the form of each kind of node has, in order. */
export const nodeFields: Record<NodeType, readonly NodeField[]> = {
  announce: [
    ["prompts", "prompts"],
    ["interruptible", "check"],
    ["next", "node"],
  ],
  privacy: [
    ["prompts", "prompts"],
    ["next", "node"],
  ],
  language: [
    ["prompts", "prompts"],
    ["timeoutSeconds", "number"],
    ["tries", "number"],
    ["next", "node"],
  ],
  hours: [
    ["calendarId", "calendar"],
    ["open", "node"],
    ["closed", "node"],
    ["holiday", "node?"],
  ],
  emergency: [
    ["scope", "scope"],
    ["next", "node"],
  ],
  menu: [
    ["prompts", "prompts"],
    ["timeoutSeconds", "number"],
    ["tries", "number"],
    ["timeout", "node"],
  ],
  queue: [
    ["queue", "text"],
    ["priority", "number"],
    ["prompts", "prompts"],
  ],
  hangup: [
    ["outcome", "outcome"],
    ["prompts", "prompts"],
  ],
};

export const hangupOutcomes = ["outside_hours", "overflow", "wrong_number", "ended_by_flow"] as const;
