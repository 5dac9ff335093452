import { expect } from "chai";
import type { CallView, Offer, OperatorView } from "../src/web/api/api-types.ts";
import type { TransferView } from "../src/web/api/work-types.ts";
import { type DeskState, deskReducer, emptyDesk } from "../src/web/live/desk-state.ts";
import { commandsOf, hasFailed } from "../src/web/transfer/transfer-step.ts";

function offer(number: number): Offer {
  return {
    offerId: `offer-${number}`,
    callId: `call-${number}`,
    caseId: `case-${number}`,
    caseNumber: number,
    caller: { e164: "+390550012345", name: null },
    language: "it",
    agencyId: null,
    choices: [],
    waitMs: 1_000,
    account: "201",
    autoAnswer: false,
    offeredAt: "2026-11-23T08:00:00Z",
    citizens: [],
    recentCases: [],
  };
}

function call(number: number, more: Partial<CallView> = {}): CallView {
  const nothing = { held: false, muted: false, talkAt: null, endedAt: null, outcome: null };
  return { callId: `call-${number}`, state: "talking", ...nothing, ...more };
}

function operator(state: OperatorView["state"], callId: string | null = null): OperatorView {
  const base = { chosen: "available", pauseReason: null, wrapUpUntil: null, wrapUpExtensions: 0 } as const;
  return { ...base, state, callId, seat: "201", phone: "sip" };
}

function transfer(state: TransferView["state"], result: TransferView["result"] = null): TransferView {
  const target = { name: "Anagrafe", officeId: "office", personId: "person", entryId: null, numberToTell: null };
  const ids = { transferId: "transfer", callId: "call-1", caseId: "case-1", caseNumber: 1, kind: "consult" } as const;
  const people = { operator: { id: "anna", name: "Anna" }, caller: { e164: null, name: null } };
  return { ...ids, ...people, state, result, operatorOnLine: true, target };
}

function events(state: DeskState, ...list: [kind: string, payload: unknown][]): DeskState {
  return list.reduce((now, [kind, payload]) => deskReducer(now, { type: "event", kind, payload }), state);
}

describe("page: what the desk shows", () => {
  it("ring and pop are one: the case lies on the desk and the call is announced at once", () => {
    const state = events(emptyDesk, ["offer", offer(1)]);
    expect(state.offer?.callId).to.equal("call-1");
    expect(state.shownCaseId).to.equal("case-1");
    expect(state.announcement).to.include({ what: "offer", urgent: true, caller: "+390550012345" });
  });

  it("a call that rings does not take away the case being written; answering it does", () => {
    const writing = deskReducer(emptyDesk, { type: "open_case", case: { caseId: "old", number: 7, callId: null } });
    const ringing = events(writing, ["offer", offer(1)]);
    expect(ringing.shownCaseId).to.equal("old");
    expect(ringing.openCases.map(({ caseId }) => caseId)).to.deep.equal(["old", "case-1"]);
    expect(events(ringing, ["call", call(1)]).shownCaseId).to.equal("case-1");
  });

  it("a call that was not answered leaves the desk with its reason", () => {
    const end = { offerId: "offer-1", callId: "call-1", reason: "caller_left" };
    const state = events(emptyDesk, ["offer", offer(1)], ["offer_ended", end]);
    expect(state).to.deep.include({ offer: null, openCases: [], shownCaseId: null, pops: {} });
    expect(state.endedOffer?.reason).to.equal("caller_left");
  });

  it("the end of another offer changes nothing", () => {
    const end = { offerId: "offer-9", callId: "call-9", reason: "no_answer" };
    const before = events(emptyDesk, ["offer", offer(1)]);
    expect(events(before, ["offer_ended", end])).to.equal(before);
  });

  it("the ended call stays on the bar through wrap-up and goes with it", () => {
    const talked = events(
      emptyDesk,
      ["offer", offer(1)],
      ["call", call(1)],
      ["state", operator("on_call", "call-1")],
      ["call", call(1, { state: "ended" })],
      ["state", operator("wrap_up", "call-1")],
    );
    expect(talked.call?.state).to.equal("ended");
    expect(talked.openCases).to.have.length(1);
    const after = events(talked, ["state", operator("available")]);
    expect(after.call).to.equal(null);
    expect(after.openCases, "the draft is not thrown away").to.have.length(1);
  });

  it("hold and resume are announced politely, a mute is not", () => {
    const talking = events(emptyDesk, ["call", call(1)]);
    const held = events(talking, ["call", call(1, { held: true })]);
    expect(held.announcement).to.include({ what: "call", held: true, urgent: false });
    const muted = events(held, ["call", call(1, { held: true, muted: true })]);
    expect(muted.announcement).to.equal(held.announcement);
  });

  it("each announcement has a number of its own, so that the same words are read again", () => {
    const end = { offerId: "offer-1", callId: "call-1", reason: "no_answer" };
    const first = events(emptyDesk, ["offer", offer(1)]);
    const again = events(first, ["offer_ended", end], ["offer", offer(1)]);
    expect(again.announcement?.id).to.be.greaterThan(first.announcement?.id ?? 0);
  });

  it("after a reload in a call the pop is back, already answered", () => {
    const snapshot = { operator: operator("on_call", "call-1"), call: call(1), offer: offer(1) };
    const state = deskReducer(emptyDesk, { type: "snapshot", ...snapshot });
    expect(state.offer).to.equal(null);
    expect(state.shownCaseId).to.equal("case-1");
    expect(state.pops["case-1"]?.caller.e164).to.equal("+390550012345");
  });

  it("a finished case does not come back with the next reconnection", () => {
    const open = events(emptyDesk, ["offer", offer(1)], ["call", call(1)]);
    const finished = deskReducer(open, { type: "close_case", caseId: "case-1" });
    const snapshot = { operator: operator("wrap_up", "call-1"), call: call(1, { state: "ended" }), offer: offer(1) };
    expect(deskReducer(finished, { type: "snapshot", ...snapshot }).openCases).to.deep.equal([]);
  });

  it("an offer that was withdrawn while the stream was away leaves with the snapshot", () => {
    const ringing = events(emptyDesk, ["offer", offer(1)]);
    const state = deskReducer(ringing, { type: "snapshot", operator: operator("available"), call: null, offer: null });
    expect(state).to.deep.include({ offer: null, openCases: [], shownCaseId: null });
  });

  it("after a reload a transfer that lives is back; one that is told no more while the stream was away is over", () => {
    const nothing = { operator: operator("on_call", "call-1"), call: call(1), offer: null };
    const reloaded = deskReducer(emptyDesk, { type: "snapshot", ...nothing, transfer: transfer("consulting") });
    expect(reloaded.transfer?.state).to.equal("consulting");
    expect(deskReducer(reloaded, { type: "snapshot", ...nothing, transfer: null }).transfer).to.equal(null);
    const told = events(reloaded, ["transfer", transfer("ended", "busy")]);
    expect(deskReducer(told, { type: "snapshot", ...nothing, transfer: null }).transfer?.result).to.equal("busy");
  });

  it("a task that somebody else claimed leaves the list", () => {
    const task = { taskId: "t1", kind: "contact_back", caseId: "case-1", caseNumber: 1 };
    const open = events(emptyDesk, ["task", { ...task, what: "opened" }]);
    expect(open.tasks).to.have.length(1);
    expect(events(open, ["task", { ...task, what: "claimed" }]).tasks).to.deep.equal([]);
  });

  it("a transfer that comes back is announced at once, one that goes on politely, one read again not at all", () => {
    const ringing = events(emptyDesk, ["transfer", transfer("ringing")]);
    expect(ringing.announcement).to.include({ what: "transfer", state: "ringing", urgent: false });
    const ended = events(ringing, ["transfer", transfer("ended", "no_answer")]);
    expect(ended.announcement).to.include({ result: "no_answer", urgent: true });
    expect(events(ended, ["transfer", transfer("ended", "no_answer")]).announcement).to.equal(ended.announcement);
  });

  it("each step of a transfer offers its own commands, and none to an operator who is off the line", () => {
    expect(commandsOf(transfer("ringing"))).to.deep.equal(["return"]);
    expect(commandsOf(transfer("consulting"))).to.deep.equal(["complete", "swap", "conference", "return"]);
    expect(commandsOf(transfer("swapped"))).to.include("drop");
    expect(commandsOf(transfer("conference"))).not.to.include("conference");
    expect(commandsOf(transfer("joined"))).to.deep.equal([]);
    expect(commandsOf({ ...transfer("consulting"), operatorOnLine: false })).to.deep.equal([]);
  });

  it("only a transfer that brought the citizen back unserved is a failed one", () => {
    const failed = ["busy", "no_answer", "refused", "unreachable", "voicemail", "office_left", "voice_lost"] as const;
    for (const result of failed) expect(hasFailed(transfer("ended", result)), result).to.equal(true);
    for (const result of ["completed", "returned", "citizen_left"] as const)
      expect(hasFailed(transfer("ended", result)), result).to.equal(false);
    expect(hasFailed(transfer("ringing"))).to.equal(false);
  });

  it("tells of a lost connection and of its return, not of the first connection", () => {
    const live = deskReducer(emptyDesk, { type: "link", link: "live" });
    expect(live.announcement).to.equal(null);
    const lost = deskReducer(live, { type: "link", link: "lost" });
    expect(lost.announcement).to.include({ what: "link", link: "lost" });
    expect(deskReducer(lost, { type: "link", link: "live" }).announcement).to.include({ what: "link", link: "live" });
  });

  it("an event of a newer server is ignored", () => {
    expect(events(emptyDesk, ["never_heard_of", {}])).to.equal(emptyDesk);
  });
});
