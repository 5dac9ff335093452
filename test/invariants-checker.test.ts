import { expect } from "chai";
import { bridgeIdOf, legIdOf } from "../src/asterisk/wire-names.ts";
import { checkInvariants } from "../src/invariants/check-invariants.ts";
import {
  type CallLine,
  confirmed,
  type Snapshot,
  type ViolationKind,
  violationKinds,
} from "../src/invariants/invariant.ts";

const now = new Date("2026-03-02T10:00:00Z");
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);

function call(id: string, changes: Partial<CallLine>): CallLine {
  return {
    ...{ id, direction: "inbound", state: "ivr", outcome: null, parachute: false, asteriskId: "one" },
    application: "055055-a",
    ...{ channelId: `citizen-${id}`, operatorChannelId: null, personId: null, offerId: null, held: false },
    ...{ queuedAt: null, firstQueuedAt: null, talkAt: null, nodeState: "alive", contacts: 1, openedCases: 1 },
    ...{ linkedCases: 1, caseStatus: "draft", caseOwnerId: null, transferId: null },
    ...changes,
  };
}

/** One of each: in the flow, waiting, offered, talking, held, passed on to an office, wrap-up, ended. */
function healthy(): Snapshot {
  const queued = { queuedAt: ago(60), firstQueuedAt: ago(60) };
  const talk = (person: string, offer: string): Partial<CallLine> => ({
    ...queued,
    ...{ state: "talking", personId: person, offerId: offer, operatorChannelId: legIdOf(offer) },
    ...{ talkAt: ago(30), caseOwnerId: person },
  });
  const leg = (id: string) => ({ id, createdAt: ago(60) });
  const calls = [
    call("flow", {}),
    call("waiting", { ...queued, state: "waiting" }),
    call("offered", { ...queued, state: "offered", personId: "anna", offerId: "o1" }),
    call("talking", talk("bruno", "o2")),
    call("held", { ...talk("carla", "o3"), held: true }),
    call("passed", { ...talk("dario", "o4"), transferId: "t1" }),
    call("ended", { ...talk("elena", "o5"), state: "ended", outcome: "answered", nodeState: "dead" }),
    call("left", { ...queued, state: "ended", outcome: "abandoned_queue", caseStatus: "cancelled" }),
  ];
  const desk = { callId: null, offerId: null, wrapUpUntil: null };
  return {
    rows: {
      now,
      calls,
      offers: [
        {
          id: "o1",
          callId: "offered",
          personId: "anna",
          channelId: legIdOf("o1"),
          autoAnswer: false,
          createdAt: ago(9),
        },
      ],
      operators: [
        { ...desk, personId: "anna", system: "ringing", callId: "offered", offerId: "o1" },
        { ...desk, personId: "bruno", system: "on_call", callId: "talking", offerId: "o2" },
        { ...desk, personId: "carla", system: "on_call", callId: "held", offerId: "o3" },
        { ...desk, personId: "dario", system: "on_call", callId: "passed", offerId: "o4" },
        { ...desk, personId: "elena", system: "wrap_up", callId: "ended", wrapUpUntil: ago(-20) },
        { ...desk, personId: "fabio", system: "idle" },
      ],
      transfers: [{ id: "t1", callId: "passed", callState: "talking", personId: "office" }],
    },
    switches: [
      {
        asteriskId: "one",
        legs: [
          ...["flow", "waiting", "offered", "talking", "held", "passed"].map((id) => leg(`citizen-${id}`)),
          ...["o1", "o2", "o3", "o4", "t1"].map((id) => leg(legIdOf(id))),
          leg("a phone's own call"),
        ],
        bridges: [
          { id: bridgeIdOf("talk", "o2"), legIds: ["citizen-talking", legIdOf("o2")], createdAt: ago(60) },
          { id: bridgeIdOf("talk", "o3"), legIds: ["citizen-held"], createdAt: ago(60) },
          { id: bridgeIdOf("wait", "room"), legIds: [], createdAt: ago(600) },
          { id: "somebody else's", legIds: [], createdAt: ago(600) },
        ],
        applications: [{ name: "055055-a", legIds: ["citizen-flow", "citizen-waiting", legIdOf("o1")] }],
      },
    ],
  };
}

type Seed = { kind: ViolationKind; what: string; subject: string; spoil: (snapshot: Snapshot) => void };

const callOf = (snapshot: Snapshot, id: string) => snapshot.rows.calls.find((one) => one.id === id) as CallLine;
const deskOf = (snapshot: Snapshot, id: string) => {
  const found = snapshot.rows.operators.find((one) => one.personId === id);
  if (!found) throw new Error(id);
  return found;
};
const switchOf = (snapshot: Snapshot) => {
  const [first] = snapshot.switches;
  if (!first) throw new Error("no switch");
  return first;
};
function without(snapshot: Snapshot, legId: string): void {
  const at = switchOf(snapshot);
  at.legs = at.legs.filter((leg) => leg.id !== legId);
}

const seeds: Seed[] = [
  { kind: "talk_leg_missing", what: "the operator's leg", subject: "talking", spoil: (s) => without(s, legIdOf("o2")) },
  {
    kind: "talk_leg_missing",
    what: "the citizen's leg, on hold",
    subject: "held",
    spoil: (s) => without(s, "citizen-held"),
  },
  {
    ...{ kind: "talk_not_bridged", what: "each in a bridge of their own", subject: "talking" },
    spoil: (s) =>
      switchOf(s).bridges.splice(0, 1, {
        id: bridgeIdOf("talk", "o2"),
        legIds: ["citizen-talking"],
        createdAt: ago(60),
      }),
  },
  { kind: "caller_leg_gone", what: "waiting", subject: "waiting", spoil: (s) => without(s, "citizen-waiting") },
  { kind: "caller_leg_gone", what: "in the flow", subject: "flow", spoil: (s) => without(s, "citizen-flow") },
  {
    ...{ kind: "operator_state_wrong", what: "on a call that has ended", subject: "bruno" },
    spoil: (s) =>
      Object.assign(deskOf(s, "bruno"), { callId: "ended" }) &&
      Object.assign(callOf(s, "talking"), { personId: "nobody's desk" }),
  },
  {
    ...{ kind: "operator_state_wrong", what: "free in the rows, and talking", subject: "carla" },
    spoil: (s) => Object.assign(deskOf(s, "carla"), { system: "idle", callId: null }),
  },
  {
    ...{ kind: "operator_state_wrong", what: "ringing for another's offer", subject: "anna" },
    spoil: (s) => Object.assign(deskOf(s, "anna"), { offerId: "o2" }),
  },
  {
    ...{ kind: "operator_two_calls", what: "talking and held", subject: "bruno" },
    spoil: (s) =>
      Object.assign(callOf(s, "held"), { personId: "bruno" }) && Object.assign(deskOf(s, "carla"), { system: "idle" }),
  },
  { kind: "offer_without_leg", what: "nothing rings", subject: "o1", spoil: (s) => without(s, legIdOf("o1")) },
  {
    ...{ kind: "offer_of_other_call", what: "of an ended call", subject: "o9" },
    spoil: (s) =>
      s.rows.offers.push({
        id: "o9",
        callId: "left",
        personId: "x",
        channelId: "x",
        autoAnswer: false,
        createdAt: ago(9),
      }),
  },
  {
    ...{ kind: "leg_without_call", what: "an operator's leg", subject: legIdOf("o8") },
    spoil: (s) => switchOf(s).legs.push({ id: legIdOf("o8"), createdAt: ago(9) }),
  },
  {
    ...{ kind: "leg_without_call", what: "a citizen's leg held by us", subject: "citizen-left" },
    spoil: (s) =>
      switchOf(s).legs.push({ id: "citizen-left", createdAt: ago(9) }) &&
      switchOf(s).applications[0]?.legIds.push("citizen-left"),
  },
  {
    ...{ kind: "bridge_without_legs", what: "a talk's", subject: bridgeIdOf("talk", "o7") },
    spoil: (s) => switchOf(s).bridges.push({ id: bridgeIdOf("talk", "o7"), legIds: [], createdAt: ago(11) }),
  },
  {
    kind: "call_without_case",
    what: "none",
    subject: "flow",
    spoil: (s) => Object.assign(callOf(s, "flow"), { openedCases: 0 }),
  },
  {
    kind: "call_without_case",
    what: "two contacts",
    subject: "left",
    spoil: (s) => Object.assign(callOf(s, "left"), { contacts: 2 }),
  },
  {
    ...{ kind: "draft_without_owner", what: "after a talk", subject: "ended" },
    spoil: (s) => Object.assign(callOf(s, "ended"), { caseOwnerId: null }),
  },
  {
    ...{ kind: "draft_not_cancelled", what: "after an abandonment", subject: "left" },
    spoil: (s) => Object.assign(callOf(s, "left"), { caseStatus: "draft" }),
  },
  {
    ...{ kind: "call_on_dead_node", what: "waiting", subject: "waiting" },
    spoil: (s) => Object.assign(callOf(s, "waiting"), { nodeState: "dead" }),
  },
  {
    ...{ kind: "queue_place_changed", what: "later by 5 s", subject: "waiting" },
    spoil: (s) => Object.assign(callOf(s, "waiting"), { queuedAt: ago(55) }),
  },
  {
    ...{ kind: "transfer_without_call", what: "lives on", subject: "t9" },
    spoil: (s) => s.rows.transfers.push({ id: "t9", callId: "ended", callState: "ended", personId: null }),
  },
  {
    ...{ kind: "wrap_up_overdue", what: "11 s late", subject: "elena" },
    spoil: (s) => Object.assign(deskOf(s, "elena"), { wrapUpUntil: ago(11) }),
  },
];

describe("the invariant checker", () => {
  it("finds nothing where all is well", () => {
    expect(checkInvariants(healthy())).to.deep.equal([]);
  });

  for (const { kind, what, subject, spoil } of seeds) {
    it(`finds ${kind}: ${what}`, () => {
      const snapshot = healthy();
      spoil(snapshot);
      expect(checkInvariants(snapshot).map((found) => [found.kind, found.subject])).to.deep.equal([[kind, subject]]);
    });
  }

  it("has a seed for every kind", () => {
    expect([...new Set(seeds.map(({ kind }) => kind))].sort()).to.deep.equal([...violationKinds].sort());
  });

  it("says nothing of the legs of a switch that was not seen", () => {
    expect(checkInvariants({ ...healthy(), switches: [] })).to.deep.equal([]);
  });

  it("gives a leg, a bridge and an offer their first seconds", () => {
    const snapshot = healthy();
    switchOf(snapshot).legs.push({ id: legIdOf("o8"), createdAt: ago(2) });
    switchOf(snapshot).bridges.push({ id: bridgeIdOf("talk", "o8"), legIds: [], createdAt: ago(9) });
    without(snapshot, legIdOf("o1"));
    Object.assign(snapshot.rows.offers[0] ?? {}, { createdAt: ago(2) });
    expect(checkInvariants(snapshot)).to.deep.equal([]);
  });

  it("looks through ten thousand who wait in a moment: the copy that checks serves calls too", () => {
    const snapshot = healthy();
    for (let n = 0; n < 10_000; n++) {
      snapshot.rows.calls.push(call(`${n}`, { state: "waiting", queuedAt: ago(60), firstQueuedAt: ago(60) }));
      switchOf(snapshot).legs.push({ id: `citizen-${n}`, createdAt: ago(60) });
    }
    const since = performance.now();
    expect(checkInvariants(snapshot)).to.deep.equal([]);
    // Some 20 ms; leg by leg for each call it is more than a lease's time.
    expect(performance.now() - since).lessThan(1_000);
  });

  it("counts what two looks found", () => {
    const of = (subject: string) => ({ kind: "caller_leg_gone" as const, subject, detail: "" });
    expect(confirmed([of("a"), of("b")], [of("b"), of("c")])).to.deep.equal([of("b")]);
  });
});
