import type { EventType } from "./event.ts";

/**
 * The only events Asterisk sends us; a call costs some fifty events without it, most of them variables and dialplan
 * steps. RESTResponse must be among them: the filter applies to the answers of our own commands too.
 */
export const allowedEvents = [
  "RESTResponse",
  "StasisStart",
  "StasisEnd",
  "ChannelStateChange",
  "ChannelDestroyed",
  "ChannelHangupRequest",
  "ChannelDtmfReceived",
  "PlaybackFinished",
  "ApplicationReplaced",
  "ChannelUserevent",
  "CallBroadcast",
  "CallClaimed",
  "ContactStatusChange",
  "PeerStatusChange",
  "ChannelTransfer",
] as const satisfies readonly (EventType | "RESTResponse")[];

/** Body of `PUT applications/{name}/eventFilter`. */
export function eventFilter(): { allowed: { type: string }[]; disallowed: { type: string }[] } {
  return { allowed: allowedEvents.map((type) => ({ type })), disallowed: [] };
}
