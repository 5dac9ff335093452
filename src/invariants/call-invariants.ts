import type { CallLine, Snapshot, SwitchSeen, Violation, ViolationKind } from "./invariant.ts";

/** The row and its history are written in one statement, each with the clock of its own moment. */
const sameMomentMs = 1_000;

/** Calls: legs, bridge, case, owner, place in the queue. */
export function brokenCalls({ rows, switches }: Snapshot): Violation[] {
  const byId = new Map(switches.map((one) => [one.asteriskId, legsAt(one)]));
  return rows.calls.flatMap((call) => {
    const found = call.state === "ended" ? [] : brokenPlace(call);
    if (call.direction === "outbound") return found;
    const at = call.asteriskId === null ? undefined : byId.get(call.asteriskId);
    // A call in the parachute is the dialplan's: the program knows nothing of its legs.
    if (at && call.state !== "ended" && !call.parachute) found.push(...brokenLegs(call, at));
    return [...found, ...brokenCase(call)];
  });
}

/** What a switch holds, looked through once: thousands may wait, and the copy that checks serves calls too. */
type LegsAt = { there: ReadonlySet<string>; bridgesOf: ReadonlyMap<string, readonly string[]> };

function legsAt(at: SwitchSeen): LegsAt {
  const bridgesOf = new Map<string, string[]>();
  for (const { id, legIds } of at.bridges) {
    for (const leg of legIds) bridgesOf.set(leg, [...(bridgesOf.get(leg) ?? []), id]);
  }
  return { there: new Set(at.legs.map((leg) => leg.id)), bridgesOf };
}

function brokenPlace(call: CallLine): Violation[] {
  const found: Violation[] = [];
  if (!call.parachute && (call.nodeState === "dead" || call.nodeState === "stopped")) {
    found.push(of("call_on_dead_node", call, `the call is ${call.state}, its copy ${call.nodeState}`));
  }
  const { queuedAt, firstQueuedAt } = call;
  const moved = queuedAt && firstQueuedAt ? Math.abs(queuedAt.getTime() - firstQueuedAt.getTime()) : 0;
  if (moved > sameMomentMs) found.push(of("queue_place_changed", call, `the place moved by ${moved} ms`));
  return found;
}

function brokenLegs(call: CallLine, { there, bridgesOf }: LegsAt): Violation[] {
  const citizen = call.channelId !== null && there.has(call.channelId);
  if (call.state !== "talking") {
    return citizen ? [] : [of("caller_leg_gone", call, `the call is ${call.state}`)];
  }
  const operator = call.operatorChannelId !== null && there.has(call.operatorChannelId);
  // In a transfer the operator may have gone already, and the citizen listens to music.
  if (!citizen || (!operator && call.transferId === null)) {
    return [of("talk_leg_missing", call, citizen ? "the operator's" : "the citizen's")];
  }
  if (call.held || call.transferId !== null) return [];
  const operators = bridgesOf.get(call.operatorChannelId ?? "") ?? [];
  const together = (bridgesOf.get(call.channelId ?? "") ?? []).some((id) => operators.includes(id));
  return together ? [] : [of("talk_not_bridged", call, "the two are not in one bridge")];
}

function brokenCase(call: CallLine): Violation[] {
  const found: Violation[] = [];
  const { contacts, openedCases, linkedCases, caseStatus } = call;
  if (contacts !== 1 || openedCases !== 1 || linkedCases < 1) {
    found.push(of("call_without_case", call, `${contacts} contacts, ${openedCases} cases, ${linkedCases} links`));
  }
  if (caseStatus !== "draft") return found;
  if (call.talkAt !== null && call.caseOwnerId === null) found.push(of("draft_without_owner", call, call.state));
  const talkedTo = call.outcome === "answered" || call.outcome === "parachute_answered" || call.talkAt !== null;
  if (call.state === "ended" && !talkedTo) found.push(of("draft_not_cancelled", call, String(call.outcome)));
  return found;
}

function of(kind: ViolationKind, call: CallLine, detail: string): Violation {
  return { kind, subject: call.id, detail };
}
