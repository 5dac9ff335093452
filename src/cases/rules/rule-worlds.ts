import {
  ASSIGNMENT_REASONS,
  CANCEL_REASONS,
  CHILD_REASONS,
  type ContactReason,
  type Position,
  type Profile,
  REJECT_CAUSES,
  type Role,
} from "../case.ts";
import type { CitizenFacts, MoveFacts, ParentFacts } from "../case-facts.ts";
import { DEFAULT_PARENT_REASONS } from "../child-case.ts";

/** One point of the product that the rule table must decide. */
export interface Combination {
  readonly profile: Profile | null;
  readonly reason: ContactReason | null;
  readonly from: Position;
  readonly to: Position;
  readonly role: Role;
}

const PARENT: ParentFacts = {
  reason: "information",
  profile: "advanced",
  status: "assigned",
  attribute: null,
  isChild: false,
};
const CITIZEN: CitizenFacts = { hasName: true, hasSurname: true, hasPhone: true, hasEmail: true, phoneConfirmed: true };

/**
 * The combination with every precondition satisfied. Where two moves want opposite things the wanted move decides:
 * the call is over for a rejection, three sendings were made for Non comunicabile (head of test/rules.csv).
 */
export function baselineFacts({ profile, reason, from, to, role }: Combination): MoveFacts {
  const child = reason !== null && CHILD_REASONS.includes(reason);
  return {
    role,
    profile,
    reason,
    status: from.status,
    attribute: from.attribute,
    to: to.status,
    toAttribute: to.attribute,
    switchboard: false,
    hasAgency: true,
    informationKinds: ["who_where_when"],
    acceptsInformation: true,
    acceptsComplaint: true,
    hasAgenda: true,
    contactBackEnabled: true,
    minFailedAttempts: 1,
    parent: child ? PARENT : null,
    parentReasons: DEFAULT_PARENT_REASONS,
    parentIdentityChecked: true,
    noticeContent: "additional_data",
    hasRequest: true,
    hasAnswer: true,
    hasNote: true,
    citizen: CITIZEN,
    hasUsableContact: true,
    bookingMade: true,
    missingKnowledgeDeclared: true,
    spokeWithCitizen: true,
    callLive: to.status !== "rejected",
    sameCall: true,
    citizenWithOffice: true,
    officeVoiceLost: true,
    positiveAvailabilityCheckAgeSeconds: 5,
    negativeCheckLogged: false,
    failedTransferLogged: false,
    takenCharge: true,
    ownOffice: true,
    contactAttempts: { count: 1, nextAttemptSet: true, failedAfterAnswer: 1 },
    cancelRequestGranted: true,
    cancelRequestUnanswered: true,
    cancelConfirmedByCitizen: true,
    emailed: true,
    bounce: role === "system" ? "by_system" : "by_hand",
    sendings: to.attribute === "not_communicable" ? 3 : 1,
    cancelReason: from.status === "draft" ? "error" : "cancelled_by_citizen",
    rejectCause: "operator_error",
    hasRejectNote: false,
    assignmentReason: "missing_knowledge",
    reassignTo: { profile: "advanced", acceptsReason: true },
    resending: true,
  };
}

type Change = (facts: MoveFacts) => Partial<MoveFacts>;
const set =
  (change: Partial<MoveFacts>): Change =>
  () =>
    change;
const citizen = (change: Partial<CitizenFacts>): Change => set({ citizen: { ...CITIZEN, ...change } });
const attempts =
  (change: Partial<MoveFacts["contactAttempts"]>): Change =>
  (facts) => ({ contactAttempts: { ...facts.contactAttempts, ...change } });
/** Only a case that is a child has a parent to change. */
const parent =
  (change: Partial<ParentFacts>): Change =>
  (facts) =>
    facts.parent === null ? {} : { parent: { ...PARENT, ...change } };

/** The words of the csv's conditions column, each a change to the baseline. */
const WORDS = new Map<string, Change>(
  Object.entries({
    "request=none": set({ hasRequest: false }),
    "answer=none": set({ hasAnswer: false }),
    "kind=none": set({ informationKinds: [] }),
    "spoken=no": set({ spokeWithCitizen: false }),
    "search=none": set({ missingKnowledgeDeclared: false }),
    "information=off": set({ acceptsInformation: false }),
    "complaint=off": set({ acceptsComplaint: false }),
    "contact=none": set({ hasUsableContact: false }),
    "citizen=none": set({ citizen: null }),
    "citizen=no_name": citizen({ hasName: false }),
    "citizen=no_surname": citizen({ hasSurname: false }),
    "citizen=unnamed": citizen({ hasName: false, hasSurname: false }),
    "citizen=unreachable": citizen({ hasPhone: false, hasEmail: false, phoneConfirmed: false }),
    "citizen=email_only": citizen({ hasPhone: false, phoneConfirmed: false }),
    "citizen=phone_only": citizen({ hasEmail: false }),
    "citizen=phone_unconfirmed": citizen({ hasEmail: false, phoneConfirmed: false }),
    "booking=none": set({ bookingMade: false }),
    "agenda=none": set({ hasAgenda: false }),
    "switchboard=yes": set({ switchboard: true }),
    "agency=none": set({ hasAgency: false }),
    "note=none": set({ hasNote: false }),
    "check=none": set({ positiveAvailabilityCheckAgeSeconds: null }),
    "check=60s": set({ positiveAvailabilityCheckAgeSeconds: 60 }),
    "check=61s": set({ positiveAvailabilityCheckAgeSeconds: 61 }),
    "check=future": set({ positiveAvailabilityCheckAgeSeconds: -1 }),
    "bridge=no": set({ citizenWithOffice: false }),
    "voice=kept": set({ officeVoiceLost: false }),
    "call=other": set({ sameCall: false }),
    "call=over": set({ callLive: false }),
    "call=on": set({ callLive: true }),
    "assignment=none": set({ assignmentReason: null }),
    "logged=check": set({ negativeCheckLogged: true }),
    "logged=transfer": set({ failedTransferLogged: true }),
    "taken=no": set({ takenCharge: false }),
    "office=other": set({ ownOffice: false }),
    "contact_back=off": set({ contactBackEnabled: false }),
    "attempts=none": attempts({ count: 0, failedAfterAnswer: 0 }),
    "next=none": attempts({ nextAttemptSet: false }),
    "failed=0": attempts({ failedAfterAnswer: 0 }),
    "failed=2": attempts({ count: 2, failedAfterAnswer: 2 }),
    "failed=3": attempts({ count: 3, failedAfterAnswer: 3 }),
    "minimum=0": set({ minFailedAttempts: 0 }),
    "minimum=3": set({ minFailedAttempts: 3 }),
    "cause=none": set({ rejectCause: null }),
    "reject_note=yes": set({ hasRejectNote: true }),
    "target=none": set({ reassignTo: null }),
    "target=base": set({ reassignTo: { profile: "base", acceptsReason: true } }),
    "target=not_accepting": set({ reassignTo: { profile: "advanced", acceptsReason: false } }),
    "cancel=none": set({ cancelReason: null }),
    "granted=no": set({ cancelRequestGranted: false }),
    "unanswered=no": set({ cancelRequestUnanswered: false }),
    "confirmed=no": set({ cancelConfirmedByCitizen: false }),
    "emailed=no": set({ emailed: false }),
    "bounce=none": set({ bounce: "none" }),
    "bounce=by_hand": set({ bounce: "by_hand" }),
    "bounce=by_system": set({ bounce: "by_system" }),
    "resend=no": set({ resending: false }),
    "sendings=2": set({ sendings: 2 }),
    "sendings=3": set({ sendings: 3 }),
    "parent=none": set({ parent: null }),
    "parent=any": set({ parent: PARENT }),
    "parent=draft": parent({ status: "draft" }),
    "parent=transferred": parent({ status: "transferred" }),
    "parent=suspended": parent({ status: "suspended" }),
    "parent=rejected": parent({ status: "rejected" }),
    "parent=to_communicate": parent({ status: "resolved_l2", attribute: "to_communicate" }),
    "parent=not_communicated": parent({ status: "resolved_l2", attribute: "not_communicated" }),
    "parent=communicated": parent({ status: "resolved_l2", attribute: "communicated" }),
    "parent=not_communicable": parent({ status: "resolved_l2", attribute: "not_communicable" }),
    "parent=resolved_l1": parent({ status: "resolved_l1", attribute: "communicated" }),
    "parent=cancelled": parent({ status: "cancelled" }),
    "parent=unresolvable": parent({ status: "unresolvable" }),
    "parent=complaint": parent({ reason: "complaint" }),
    "parent=grievance": parent({ reason: "grievance" }),
    "parent=issue_report": parent({ reason: "issue_report", status: "assigned_resolved" }),
    "parent=base": parent({ profile: "base" }),
    "parent=child": parent({ isChild: true }),
    "identity=no": set({ parentIdentityChecked: false }),
    "content=none": set({ noticeContent: null }),
  } satisfies Record<string, Change>),
);
for (const cancelReason of CANCEL_REASONS) WORDS.set(`cancel=${cancelReason}`, set({ cancelReason }));
for (const rejectCause of REJECT_CAUSES) WORDS.set(`cause=${rejectCause}`, set({ rejectCause }));
for (const reason of ASSIGNMENT_REASONS) WORDS.set(`assignment=${reason}`, set({ assignmentReason: reason }));

/** The baseline changed by each word of the world, left to right; throws RangeError on an unknown word. */
export function worldFacts(world: string, combination: Combination): MoveFacts {
  let facts = baselineFacts(combination);
  for (const word of world === "" ? [] : world.split(" ")) {
    const change = WORDS.get(word);
    if (change === undefined) throw new RangeError(`unknown word in the conditions column: ${word}`);
    facts = { ...facts, ...change(facts) };
  }
  return facts;
}
