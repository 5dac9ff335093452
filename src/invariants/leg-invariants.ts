import { legIdOf, parseBridgeId, parseLegId } from "../asterisk/wire-names.ts";
import type { Snapshot, SwitchSeen, Violation } from "./invariant.ts";

const emptyBridgeMs = 10_000;
/** A leg is made right after its row, and a call is written right after its claim. */
const legGraceMs = 3_000;

/** What the switch holds under our names and no row knows. */
export function strayLegs(snapshot: Snapshot): Violation[] {
  const known = knownLegs(snapshot);
  return snapshot.switches.flatMap((at) => [...legsOf(at, known, snapshot.rows.now), ...bridgesOf(at, snapshot)]);
}

function knownLegs({ rows }: Snapshot): Set<string> {
  const live = rows.calls.filter((call) => call.state !== "ended");
  const ids = live.flatMap((call) => [
    call.channelId,
    call.operatorChannelId,
    // The leg of the last offer, which a transfer may keep beside the office's.
    call.offerId === null ? null : legIdOf(call.offerId),
    call.transferId === null ? null : legIdOf(call.transferId),
  ]);
  for (const offer of rows.offers) ids.push(offer.channelId);
  for (const transfer of rows.transfers) ids.push(legIdOf(transfer.id), transfer.officeLeg ?? null);
  return new Set(ids.filter((id) => id !== null));
}

function legsOf(at: SwitchSeen, known: ReadonlySet<string>, now: Date): Violation[] {
  const held = new Set(at.applications.flatMap((application) => application.legIds));
  return at.legs
    .filter((leg) => (parseLegId(leg.id) !== null || held.has(leg.id)) && !known.has(leg.id))
    .filter((leg) => now.getTime() - leg.createdAt.getTime() > legGraceMs)
    .map((leg) => ({ kind: "leg_without_call", subject: leg.id, detail: "no live row knows it" }));
}

function bridgesOf(at: SwitchSeen, { rows }: Snapshot): Violation[] {
  const calls = rows.calls.filter((call) => call.state !== "ended");
  const live = new Set([
    ...calls.flatMap((call) => [call.id, call.offerId]),
    ...[...rows.offers, ...rows.transfers].map(({ id }) => id),
  ]);
  return at.bridges
    .filter((bridge) => bridge.legIds.length === 0 && ageMs(bridge.createdAt, rows.now) > emptyBridgeMs)
    .filter((bridge) => {
      const ours = parseBridgeId(bridge.id);
      // The waiting room is empty when nobody waits, a talk's while its phone rings.
      return ours !== null && ours.kind !== "wait" && !live.has(ours.callId);
    })
    .map((bridge) => ({ kind: "bridge_without_legs", subject: bridge.id, detail: "nobody is in it" }));
}

function ageMs(at: Date, now: Date): number {
  return now.getTime() - at.getTime();
}
