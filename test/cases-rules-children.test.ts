import { expect } from "chai";
import { type ContactReason, POSITIONS, placeOf, STATUSES, visibleToOffice } from "../src/cases/case.ts";
import { type CaseFacts, citizenFacts, type ParentFacts } from "../src/cases/case-facts.ts";
import { checkTransferStart } from "../src/cases/check-move.ts";
import { checkChild, mirrored } from "../src/cases/child-case.ts";
import { checkDraftComplete, draftGaps, legalReasons } from "../src/cases/draft-case.ts";
import { legalMoves } from "../src/cases/legal-moves.ts";
import { baselineFacts } from "../src/cases/rules/rule-worlds.ts";

const draft = { status: "draft", attribute: null } as const;
const parent: ParentFacts = {
  reason: "information",
  profile: "advanced",
  status: "assigned",
  attribute: null,
  isChild: false,
};

function draftOf(reason: ContactReason | null, changes: Partial<CaseFacts> = {}): CaseFacts {
  return { ...baselineFacts({ profile: "advanced", reason, from: draft, to: draft, role: "operator" }), ...changes };
}

describe("cases: children (REQ 2)", () => {
  const places = (reason: ContactReason, of: Partial<ParentFacts> = {}): string[] =>
    POSITIONS.filter((position) => checkChild(reason, { ...parent, ...of, ...position }) === null).map(
      ({ status, attribute }) => placeOf(status, attribute)!,
    );

  it("hang on an assigned, transferred, suspended or rejected parent", () => {
    const open = ["assigned", "transferred", "suspended", "rejected"];
    expect(places("reminder")).to.have.members(open);
    expect(places("update_notice", { reason: "complaint" })).to.have.members(open);
    expect(places("case_status")).to.have.members([...open, "resolved_l2/not_communicated"]);
  });

  it("have no other parents", () => {
    expect(places("reminder", { isChild: true })).to.deep.equal([]);
    expect(places("reminder", { profile: "base" })).to.deep.equal([]);
    expect(places("case_status", { reason: "booking" })).to.deep.equal([]);
    expect(places("reminder", { reason: "issue_report" })).to.deep.equal([]);
    expect(checkChild("reminder", null)?.code).to.equal("parent_missing");
    expect(checkChild("information", parent)?.code).to.equal("not_a_child_reason");
    expect(checkChild("information", null)).to.equal(null);
  });

  it("take the configured list of parents", () => {
    const booking: ParentFacts = { ...parent, reason: "booking" };
    expect(checkChild("reminder", booking, ["information", "complaint", "booking"])).to.equal(null);
    expect(checkChild("reminder", parent, ["complaint"])?.code).to.equal("parent_reason");
  });

  it("mirror every change of the parent once born, a case_status never", () => {
    const assigned = { status: "assigned", attribute: null } as const;
    const told = { status: "resolved_l2", attribute: "communicated" } as const;
    expect(mirrored("reminder", assigned, told)).to.deep.equal(told);
    expect(mirrored("update_notice", assigned, { status: "cancelled", attribute: null })?.status).to.equal("cancelled");
    expect(mirrored("reminder", told, told)).to.equal(null);
    expect(mirrored("reminder", draft, told)).to.equal(null);
    expect(mirrored("case_status", { status: "resolved_l1", attribute: "communicated" }, told)).to.equal(null);
  });
});

describe("cases: drafts (REQ 1.5, 2, 7)", () => {
  it("tell everything that is missing", () => {
    const codes = (facts: CaseFacts): string[] => draftGaps(facts).map(({ code }) => code);
    expect(codes(draftOf(null))).to.deep.equal(["reason_missing"]);
    expect(codes(draftOf("information", { profile: null }))).to.deep.equal(["service_missing"]);
    expect(codes(draftOf("information", { hasRequest: false, informationKinds: [] }))).to.deep.equal([
      "request_missing",
      "information_kind_missing",
    ]);
    expect(codes(draftOf("complaint", { citizen: null, hasUsableContact: false }))).to.deep.equal([
      "complaint_record_missing",
      "complaint_contact_missing",
    ]);
    const switchboard = { switchboard: true, profile: null, hasRequest: false, hasAnswer: false } as const;
    expect(codes(draftOf("information", { ...switchboard, hasNote: false }))).to.deep.equal([
      "switchboard_note_missing",
    ]);
    expect(checkDraftComplete(draftOf("information", switchboard))).to.equal(null);
    for (const reason of ["information", "complaint", "grievance", "issue_report", "reminder", "booking"] as const) {
      expect(checkDraftComplete(draftOf(reason)), reason).to.equal(null);
    }
  });

  it("are complete when there is a way out of them other than cancelling, the spoken word apart", () => {
    const onward = (facts: CaseFacts): boolean =>
      legalMoves(facts).some(({ to, refusal }) => to !== "cancelled" && refusal === null);
    const lacking: Partial<CaseFacts>[] = [
      {},
      { hasRequest: false },
      { citizen: null },
      { parent: null },
      { hasNote: false },
    ];
    for (const changes of lacking) {
      for (const reason of ["information", "complaint", "issue_report", "update_notice", "case_status"] as const) {
        const facts = draftOf(reason, changes);
        expect(checkDraftComplete(facts) === null, `${reason} ${Object.keys(changes)}`).to.equal(onward(facts));
      }
    }
  });

  it("offer only the reasons that the service has, with the way out", () => {
    const refused = (changes: Partial<CaseFacts>): Record<string, string | undefined> =>
      Object.fromEntries(
        legalReasons(draftOf(null, changes)).flatMap((one) => (one.refusal ? [[one.reason, one.refusal.code]] : [])),
      );
    expect(refused({})).to.deep.equal({});
    expect(Object.keys(refused({ profile: "base" }))).to.have.members([
      "case_status",
      "complaint",
      "reminder",
      "update_notice",
      "booking",
    ]);
    expect(refused({ acceptsComplaint: false, hasAgenda: false })).to.deep.equal({
      complaint: "complaint_not_accepted",
      booking: "no_agenda",
    });
    expect(Object.keys(refused({ switchboard: true, profile: null })))
      .to.have.length(7)
      .and.not.include("information");
  });

  it("offer a cancellation with its legal reasons", () => {
    const cancelling = (facts: CaseFacts) => legalMoves(facts).find(({ to }) => to === "cancelled")!;
    expect(cancelling(draftOf("complaint")).cancelReasons).not.to.include("no_contact_data");
    expect(cancelling(draftOf("information")).cancelReasons).to.include("no_contact_data");
    const rejected = { status: "rejected", role: "rejects_agent", cancelRequestGranted: false } as const;
    expect(cancelling(draftOf("information", rejected)).cancelReasons).to.deep.equal(["not_competent"]);
    expect(cancelling(draftOf("complaint", rejected)).refusal?.code).to.equal("cancel_not_granted");
  });
});

describe("cases: around the moves", () => {
  it("a transfer may start with a fresh positive check, before anyone shares a bridge (REQ 3.3)", () => {
    const ringing = { citizenWithOffice: false, positiveAvailabilityCheckAgeSeconds: 60 } as const;
    expect(checkTransferStart(draftOf("information", ringing))).to.equal(null);
    const late = { ...ringing, positiveAvailabilityCheckAgeSeconds: 60.1 };
    expect(checkTransferStart(draftOf("information", late))?.code).to.equal("availability_check_too_old");
    expect(checkTransferStart(draftOf("complaint", ringing))?.code).to.equal("complaint_never_transferred");
  });

  it("blanks are no citizen data (REQ 2)", () => {
    const blank = citizenFacts({ name: "  ", surname: "\t", phone: "", email: null, phoneConfirmed: true });
    expect([blank.hasName, blank.hasSurname, blank.hasPhone, blank.hasEmail]).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
    expect(citizenFacts({ name: "Ada", phoneConfirmed: false }).hasName).to.equal(true);
  });

  it("the office sees five statuses (REQ 12)", () => {
    expect(STATUSES.filter(visibleToOffice)).to.have.members([
      "assigned",
      "transferred",
      "suspended",
      "resolved_l2",
      "assigned_resolved",
    ]);
  });
});
