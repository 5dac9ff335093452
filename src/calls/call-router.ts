import type { AsteriskConnection } from "../asterisk/connection.ts";
import type { AsteriskEvent, EventOf } from "../asterisk/event.ts";
import { parseLegId, STASIS_INBOUND } from "../asterisk/wire-names.ts";
import { errorText } from "../errors.ts";
import { beginCall, claimInTurn } from "./arrive-call.ts";
import type { CallCentre } from "./call-centre.ts";

/** Sends each event of a switch to the call it belongs to. Events nudge; what they mean is decided by the call. */
export function routeEvent(link: AsteriskConnection, event: AsteriskEvent, centre: CallCentre): void {
  switch (event.type) {
    case "CallBroadcast":
      // Copies hear it on every name they hold; new calls are claimed only under the own one.
      if (link.application === centre.lease.name) claimInTurn(link, event.leg, centre);
      return;
    case "CallClaimed":
      centre.live.claimed(event.leg.id);
      return;
    case "StasisStart":
      return legEntered(link, event, centre);
    case "ChannelStateChange":
      return legChanged(event, centre);
    case "ChannelDtmfReceived":
      centre.live.ofLeg(event.leg.id)?.signal({ kind: "digit", digit: event.digit, channelId: event.leg.id });
      return;
    case "PlaybackFinished":
      centre.live.ofPlayback(event.playbackId)?.signal({ kind: "playback_finished", playbackId: event.playbackId });
      return;
    case "ChannelHangupRequest":
    case "StasisEnd":
    case "ChannelDestroyed":
      return legLeaves(event, centre);
    default:
      return;
  }
}

function legEntered(link: AsteriskConnection, event: EventOf<"StasisStart">, centre: CallCentre): void {
  const { leg, args } = event;
  if (parseLegId(leg.id) !== null) {
    centre.live.ofLeg(leg.id)?.signal({ kind: "leg_ready", channelId: leg.id, args });
    return;
  }
  if (args[0] !== STASIS_INBOUND || centre.live.hasEntered(leg.id)) return;
  // The claim's answer got lost: the call is ours all the same.
  centre.live.noteEntered(leg.id);
  beginCall(link, leg, centre).catch((error: unknown) =>
    centre.log.error({ reason: errorText(error) }, "a call was not taken"),
  );
}

function legChanged(event: EventOf<"ChannelStateChange">, centre: CallCentre): void {
  const { id, state } = event.leg;
  if (parseLegId(id) === null) return;
  const call = centre.live.ofLeg(id);
  if (state === "Ringing") call?.signal({ kind: "leg_ringing", channelId: id });
  if (state === "Up") call?.signal({ kind: "leg_up", channelId: id });
}

/** The citizen's leg leaves with the first word of it; an operator's leg only when destroyed, which tells the cause. */
function legLeaves(
  event: EventOf<"ChannelHangupRequest"> | EventOf<"StasisEnd"> | EventOf<"ChannelDestroyed">,
  centre: CallCentre,
): void {
  const { id } = event.leg;
  const call = centre.live.ofLeg(id);
  if (event.type !== "ChannelHangupRequest") centre.bridges.legGone(id);
  if (!call) return;
  if (call.row.channelId === id && !call.awaitsCitizen) call.callerLeft();
  else if (event.type === "ChannelDestroyed") call.signal({ kind: "leg_gone", channelId: id, cause: event.cause });
}
