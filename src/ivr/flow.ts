import { z } from "zod";
import { languages, promptPattern } from "./prompts.ts";

/**
 * What a caller hears, as data that a supervisor edits (REQ 1.1). A flow is a set of named nodes; each names its
 * targets. `validate-flow.ts` says whether it can be published, `run-flow.ts` walks a caller through it.
 *
 *   welcome ─► language ─► privacy ─► hours ─open─► emergency ─► menu ─key─► queue
 *                                       └─closed, holiday─► announce ─► hangup
 *
 * A new kind of node (callback, voicemail) is one more member of the union, its edges in `edgesOf`, its step in
 * `run-flow.ts`.
 */
const nodeName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "small letters, digits, - and _");
const prompts = z.array(z.string().regex(promptPattern)).min(1).max(8);
const key = z.string().regex(/^[0-9*#]$/, "one of 0-9 * #");
const label = z.strictObject({ it: z.string().min(1).max(80), en: z.string().min(1).max(80) });

/** How a node waits for a key: seconds a try, number of tries, and what is said in between. */
const waiting = {
  timeoutSeconds: z.number().min(1).max(30).default(5),
  tries: z.number().int().min(1).max(5).default(3),
  invalidPrompt: z.string().regex(promptPattern).default("invalid-choice"),
  silencePrompt: z.string().regex(promptPattern).default("no-input"),
};

const announce = z.strictObject({
  type: z.literal("announce"),
  prompts,
  interruptible: z.boolean().default(true),
  next: nodeName,
});
/** The privacy notice is heard whole: keys do not cut it. */
const privacy = z.strictObject({ type: z.literal("privacy"), prompts, next: nodeName });
/** Silence and wrong keys keep the language that the call has; all go on to `next`. */
const language = z.strictObject({
  type: z.literal("language"),
  prompts,
  choices: z
    .array(z.strictObject({ key, language: z.enum(languages) }))
    .min(1)
    .max(12),
  ...waiting,
  next: nodeName,
});
const hours = z.strictObject({
  type: z.literal("hours"),
  calendarId: z.uuid(),
  open: nodeName,
  closed: nodeName,
  /** Where a holiday leads; else like closed. */
  holiday: nodeName.optional(),
});
/** Speaks the announcement of each agency whose switch is on, or only of the agency already chosen. */
const emergency = z.strictObject({
  type: z.literal("emergency"),
  scope: z.enum(["any", "chosen"]).default("any"),
  next: nodeName,
});
const menu = z.strictObject({
  type: z.literal("menu"),
  prompts,
  choices: z
    .array(
      z.strictObject({
        key,
        label,
        target: nodeName,
        agencyId: z.uuid().optional(),
        /** From here on the caller hears this language and gets an operator who speaks it. */
        language: z.enum(languages).optional(),
        priority: z.number().int().min(-10).max(10).optional(),
      }),
    )
    .min(1)
    .max(12),
  ...waiting,
  /** Where silence and wrong keys lead after the last try; a flow without it is not published. */
  timeout: nodeName.optional(),
});
const queue = z.strictObject({
  type: z.literal("queue"),
  queue: z.string().min(1).max(80),
  priority: z.number().int().min(-10).max(10).default(0),
  prompts: prompts.optional(),
});
const hangup = z.strictObject({
  type: z.literal("hangup"),
  outcome: z.enum(["outside_hours", "overflow", "wrong_number", "ended_by_flow"]),
  prompts: prompts.optional(),
});

const flowNode = z.discriminatedUnion("type", [announce, privacy, language, hours, emergency, menu, queue, hangup]);

export const flowDocument = z.strictObject({
  start: nodeName,
  nodes: z
    .record(nodeName, flowNode)
    .refine((nodes) => Object.keys(nodes).length <= 200, "at most 200 nodes")
    .meta({ description: "Nodes by name" }),
});

export type FlowDocument = z.output<typeof flowDocument>;
/** As an editor writes it, defaults left out. */
export type FlowDraft = z.input<typeof flowDocument>;
export type FlowNode = z.output<typeof flowNode>;
export type NodeOf<Type extends FlowNode["type"]> = Extract<FlowNode, { type: Type }>;
export type InputNode = NodeOf<"menu" | "language">;
export type MenuChoice = NodeOf<"menu">["choices"][number];
export type HangupOutcome = NodeOf<"hangup">["outcome"];

/** `own` because a node may be called "constructor". */
export function nodeNamed(document: FlowDocument, name: string): FlowNode | undefined {
  return Object.hasOwn(document.nodes, name) ? document.nodes[name] : undefined;
}

/** An edge that `needsKey` is only walked when the caller pressed something; silence walks all others. */
export type FlowEdge = { target: string; needsKey: boolean };

export function edgesOf(node: FlowNode): FlowEdge[] {
  switch (node.type) {
    case "announce":
    case "privacy":
    case "emergency":
    case "language":
      return [freely(node.next)];
    case "hours":
      return [freely(node.open), freely(node.closed), ...(node.holiday === undefined ? [] : [freely(node.holiday)])];
    case "menu":
      return [
        ...node.choices.map(({ target }) => ({ target, needsKey: true })),
        ...(node.timeout === undefined ? [] : [freely(node.timeout)]),
      ];
    case "queue":
    case "hangup":
      return [];
  }
}

function freely(target: string): FlowEdge {
  return { target, needsKey: false };
}

/** Every prompt that a node may speak. */
export function promptsOf(node: FlowNode): string[] {
  const own = "prompts" in node ? (node.prompts ?? []) : [];
  return node.type === "menu" || node.type === "language" ? [...own, node.invalidPrompt, node.silencePrompt] : [...own];
}
