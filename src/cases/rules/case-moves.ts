import {
  type CancelReason,
  CONTACT_REASONS,
  type ContactReason,
  type Place,
  PROFILES,
  type Profile,
  type Role,
} from "../case.ts";
import type { ConditionName } from "./case-conditions.ts";

/** One line of the table: `role` may move such a case from each of `from` to `to` when all conditions hold. */
export interface MoveLine {
  readonly profiles: readonly (Profile | null)[];
  readonly reasons: readonly (ContactReason | null)[];
  readonly from: readonly Place[];
  readonly to: Place;
  readonly role: Role;
  readonly conditions: readonly ConditionName[];
  /** For moves to cancelled: the reasons this line is for. */
  readonly cancelReasons?: readonly CancelReason[];
}

type Profiles = MoveLine["profiles"];
type Reasons = MoveLine["reasons"];

function line(
  profiles: Profiles,
  reasons: Reasons,
  from: readonly Place[],
  to: Place,
  role: Role,
  conditions: readonly ConditionName[],
  cancelReasons?: readonly CancelReason[],
): MoveLine {
  return { profiles, reasons, from, to, role, conditions, ...(cancelReasons && { cancelReasons }) };
}

const NONE: Profiles = [null];
const BOTH: Profiles = PROFILES;
const ADV: Profiles = ["advanced"];
const ANY_PROFILE: Profiles = [...PROFILES, null];
const ANY_REASON: Reasons = [...CONTACT_REASONS, null];
const INFO: Reasons = ["information"];
/** The reasons that second level works on (§4.3). */
const WORKED: Reasons = ["information", "complaint"];
/** Reasons that end at first level: on both profiles, and on the advanced one alone. */
const ENDS_L1_BOTH: Reasons = ["information", "grievance"];
const ENDS_L1_ADV: Reasons = ["case_status", "booking"];

const DRAFT: readonly Place[] = ["draft"];
const AT_OFFICE: readonly Place[] = ["assigned", "suspended"];
const BY_TRANSFER: readonly Place[] = ["transferred"];
const L1_TOLD: readonly Place[] = ["resolved_l1/communicated"];
const L1_BOUNCED: readonly Place[] = ["resolved_l1/not_communicated"];
const CONTACT_BACK: readonly Place[] = ["resolved_l2/to_communicate"];
const TRY_AGAIN: readonly Place[] = ["resolved_l2/not_communicated"];

const BY_CITIZEN: readonly CancelReason[] = ["cancelled_by_citizen"];
const NO_CONTACT: readonly CancelReason[] = ["no_contact_data"];
const BY_SYSTEM: readonly CancelReason[] = ["abandoned", "outside_hours", "error"];
const BY_OPERATOR: readonly CancelReason[] = [...BY_SYSTEM, "not_competent", "cancelled_by_citizen"];

/** Every legal move (REQ 4, "Legal moves"); whatever no line allows is refused. No two lines speak of one move. */
export const MOVES: readonly MoveLine[] = [
  // first level, from draft
  line(NONE, INFO, DRAFT, "resolved_l1/communicated", "operator", ["agency_chosen", "note_written", "said_in_call"]),
  line(BOTH, INFO, DRAFT, "resolved_l1/communicated", "operator", [
    "request_written",
    "kind_chosen",
    "answer_written",
    "said_in_call",
  ]),
  line(BOTH, ["grievance"], DRAFT, "resolved_l1/communicated", "operator", [
    "request_written",
    "answer_written",
    "said_in_call",
  ]),
  line(ADV, ["case_status"], DRAFT, "resolved_l1/communicated", "operator", [
    "parent_fits",
    "identity_checked",
    "request_written",
    "answer_written",
    "said_in_call",
  ]),
  line(ADV, ["booking"], DRAFT, "resolved_l1/communicated", "operator", [
    "agenda",
    "booking_data",
    "booking_made",
    "request_written",
    "answer_written",
    "said_in_call",
  ]),
  line(BOTH, INFO, DRAFT, "unresolvable", "operator", [
    "no_second_level",
    "request_written",
    "kind_chosen",
    "knowledge_missing",
  ]),
  line(ADV, INFO, DRAFT, "transferred", "operator", [
    "accepts_information",
    "request_written",
    "kind_chosen",
    "recent_check",
    "citizen_with_office",
  ]),
  line(ADV, INFO, DRAFT, "assigned", "operator", [
    "accepts_information",
    "request_written",
    "kind_chosen",
    "usable_contact",
    "assignment_reason",
  ]),
  line(ADV, ["complaint"], DRAFT, "assigned", "operator", [
    "accepts_complaint",
    "request_written",
    "complaint_record",
    "complaint_contact",
  ]),
  line(BOTH, ["issue_report"], DRAFT, "assigned_resolved", "operator", [
    "request_written",
    "issue_report_data",
    "answer_written",
  ]),
  line(ADV, ["reminder"], DRAFT, "assigned", "operator", ["parent_fits", "request_written", "answer_written"]),
  line(ADV, ["update_notice"], DRAFT, "assigned", "operator", [
    "parent_fits",
    "identity_checked",
    "notice_content",
    "request_written",
    "answer_written",
  ]),
  line(ANY_PROFILE, ANY_REASON, DRAFT, "cancelled", "operator", [], BY_OPERATOR),
  line(ADV, INFO, DRAFT, "cancelled", "operator", ["accepts_information"], NO_CONTACT),
  line(BOTH, ["issue_report"], DRAFT, "cancelled", "operator", [], NO_CONTACT),
  line(ADV, ["booking"], DRAFT, "cancelled", "operator", [], NO_CONTACT),
  line(ANY_PROFILE, ANY_REASON, DRAFT, "cancelled", "system", [], BY_SYSTEM),

  // after a transfer (complaints are never transferred)
  line(ADV, INFO, BY_TRANSFER, "assigned", "operator", [
    "voice_lost",
    "same_live_call",
    "usable_contact",
    "assignment_reason",
  ]),
  line(ADV, INFO, BY_TRANSFER, "suspended", "office_agent", ["own_office", "taken_charge"]),
  line(ADV, INFO, BY_TRANSFER, "resolved_l2/communicated", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
  ]),
  line(ADV, INFO, BY_TRANSFER, "resolved_l2/not_communicated", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "attempt_and_next",
  ]),
  line(ADV, INFO, BY_TRANSFER, "resolved_l2/not_communicable", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "failed_attempts",
  ]),
  line(ADV, INFO, BY_TRANSFER, "resolved_l2/to_communicate", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "contact_back_enabled",
  ]),
  line(ADV, INFO, BY_TRANSFER, "rejected", "office_agent", ["own_office", "call_over", "reject_cause"]),
  line(ADV, INFO, BY_TRANSFER, "cancelled", "office_agent", ["own_office", "cancel_granted"], BY_CITIZEN),
  line(ADV, INFO, BY_TRANSFER, "cancelled", "operator", ["cancel_unanswered"], BY_CITIZEN),

  // the office's inbox
  line(ADV, WORKED, ["assigned"], "suspended", "office_agent", ["own_office", "taken_charge"]),
  line(ADV, WORKED, AT_OFFICE, "resolved_l2/communicated", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
  ]),
  line(ADV, WORKED, AT_OFFICE, "resolved_l2/not_communicated", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "attempt_and_next",
  ]),
  line(ADV, WORKED, AT_OFFICE, "resolved_l2/not_communicable", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "failed_attempts",
  ]),
  line(ADV, WORKED, AT_OFFICE, "resolved_l2/to_communicate", "office_agent", [
    "own_office",
    "taken_charge",
    "answer_written",
    "contact_back_enabled",
  ]),
  line(ADV, WORKED, AT_OFFICE, "rejected", "office_agent", ["own_office", "reject_cause"]),
  line(ADV, WORKED, AT_OFFICE, "cancelled", "office_agent", ["own_office", "cancel_granted"], BY_CITIZEN),
  line(ADV, WORKED, [...AT_OFFICE, "rejected"], "cancelled", "operator", ["cancel_unanswered"], BY_CITIZEN),

  // the rejects desk: no contact data asked here, it has no citizen on the line to ask
  line(ADV, WORKED, ["rejected"], "assigned", "rejects_agent", ["taken_charge", "new_triple"]),
  line(ADV, INFO, ["rejected"], "cancelled", "rejects_agent", ["taken_charge"], ["not_competent"]),
  line(ADV, WORKED, ["rejected"], "cancelled", "rejects_agent", ["cancel_granted"], BY_CITIZEN),

  // contact back, and the office's further attempts
  line(ADV, WORKED, CONTACT_BACK, "resolved_l2/communicated", "operator", ["contact_back_taken"]),
  line(ADV, WORKED, CONTACT_BACK, "resolved_l2/not_communicable", "operator", [
    "contact_back_taken",
    "failed_attempts",
  ]),
  line(ADV, WORKED, CONTACT_BACK, "resolved_l2/communicated", "office_agent", ["own_office"]),
  line(ADV, WORKED, CONTACT_BACK, "resolved_l2/not_communicated", "office_agent", ["own_office", "attempt_and_next"]),
  line(ADV, WORKED, CONTACT_BACK, "resolved_l2/not_communicable", "office_agent", ["own_office", "failed_attempts"]),
  line(ADV, WORKED, TRY_AGAIN, "resolved_l2/communicated", "office_agent", ["own_office"]),
  line(ADV, WORKED, TRY_AGAIN, "resolved_l2/not_communicable", "office_agent", ["own_office", "failed_attempts"]),
  line(ADV, WORKED, TRY_AGAIN, "resolved_l2/to_communicate", "office_agent", ["own_office", "contact_back_enabled"]),

  // e-mail follow-up on the closed case
  line(BOTH, ENDS_L1_BOTH, L1_TOLD, "resolved_l1/not_communicated", "system", ["emailed", "bounced_by_system"]),
  line(ADV, ENDS_L1_ADV, L1_TOLD, "resolved_l1/not_communicated", "system", ["emailed", "bounced_by_system"]),
  line(BOTH, ENDS_L1_BOTH, L1_TOLD, "resolved_l1/not_communicated", "operator", ["emailed", "bounced_by_hand"]),
  line(ADV, ENDS_L1_ADV, L1_TOLD, "resolved_l1/not_communicated", "operator", ["emailed", "bounced_by_hand"]),
  line(BOTH, ENDS_L1_BOTH, L1_BOUNCED, "resolved_l1/communicated", "operator", ["emailed", "sending_again"]),
  line(ADV, ENDS_L1_ADV, L1_BOUNCED, "resolved_l1/communicated", "operator", ["emailed", "sending_again"]),
  line(BOTH, ENDS_L1_BOTH, L1_BOUNCED, "resolved_l1/not_communicable", "system", ["emailed", "third_failure"]),
  line(ADV, ENDS_L1_ADV, L1_BOUNCED, "resolved_l1/not_communicable", "system", ["emailed", "third_failure"]),
];
