import type { Client } from "ari-client";

/**
 * The operations of Asterisk that this program uses, by the names of ari-client. The list is checked against the
 * running Asterisk's own catalogue when that is loaded, so a missing one shows at connect and not in a call.
 */
export const usedOperations = {
  applications: ["list", "get", "subscribe", "unsubscribe", "filter"],
  asterisk: ["getInfo", "ping", "getGlobalVar", "setGlobalVar", "getObject", "updateObject", "deleteObject"],
  bridges: ["list", "get", "createWithId", "addChannel", "removeChannel", "startMoh", "stopMoh", "destroy"],
  channels: [
    "list",
    "get",
    "create",
    "dial",
    "answer",
    "hangup",
    "continueInDialplan",
    "ring",
    "ringStop",
    "startMoh",
    "stopMoh",
    "playWithId",
    "sendDTMF",
    "mute",
    "unmute",
    "setChannelVars",
    "getChannelVar",
    "transfer_progress",
  ],
  endpoints: ["list", "get"],
  events: ["claimChannel", "userEvent"],
  playbacks: ["get", "stop"],
} as const;

type Variables = Record<string, string | { value: string; report_events: boolean }>;

/** Operations, or parameters of them, that are newer than @types/ari-client. */
type NewerParameters = {
  "bridges.createWithId": { bridgeId: string; type?: string; name?: string; variables?: Variables };
  "channels.create": {
    endpoint: string;
    app: string;
    appArgs?: string;
    channelId?: string;
    originator?: string;
    formats?: string;
    variables?: Variables;
  };
  "channels.setChannelVars": { channelId: string; variables: Variables };
  "channels.transfer_progress": { channelId: string; states: string };
  "events.claimChannel": { channelId: string; application: string };
  "events.userEvent": { eventName: string; application: string };
};

export type ResourceName = keyof typeof usedOperations;
export type OperationName<R extends ResourceName> = (typeof usedOperations)[R][number];

/** The parameters of one operation: those of ari-client's own method of that name. */
export type ParametersOf<R extends ResourceName, O extends string> = `${R}.${O}` extends keyof NewerParameters
  ? NewerParameters[`${R}.${O}`]
  : O extends keyof Client[R]
    ? Client[R][O] extends (...given: infer P) => unknown
      ? P extends []
        ? Record<string, never>
        : P extends [(infer First)?, ...unknown[]]
          ? NonNullable<First>
          : never
      : never
    : never;

/** One command, ready for the wire. */
export type Operation = {
  /** e.g. `channels.answer`; goes into errors and logs. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path below `/ari/`, with its parameters filled in. */
  readonly uri: string;
  readonly query: readonly { readonly name: string; readonly value: string }[];
  /** JSON text, or null. */
  readonly body: string | null;
};
