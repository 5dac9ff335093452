import type { MoveFacts } from "../case-facts.ts";
import { childRefusalCode } from "../child-case.ts";
import type { RefusalCode } from "../refusal-texts.ts";

/** A transfer names a positive check of at most this age (REQ 3.3). */
export const AVAILABILITY_CHECK_MAX_AGE_SECONDS = 60;
/** Sendings by people per message (§5.1). */
export const MAX_SENDINGS = 3;

type Condition = (facts: MoveFacts) => RefusalCode | null;
const unless = (holds: boolean, code: RefusalCode): RefusalCode | null => (holds ? null : code);

/** The conditions that lines of the table name: each says which rule is broken, or null. */
export const CONDITIONS = {
  // what the operator writes (REQ 2, 7.4)
  request_written: (f) => unless(f.hasRequest, "request_missing"),
  answer_written: (f) => unless(f.hasAnswer, "answer_missing"),
  kind_chosen: (f) => unless(f.informationKinds.length > 0, "information_kind_missing"),
  said_in_call: (f) => unless(f.spokeWithCitizen, "not_said_in_call"),
  agency_chosen: (f) => unless(f.hasAgency, "agency_missing"),
  note_written: (f) => unless(f.hasNote, "switchboard_note_missing"),
  knowledge_missing: (f) => unless(f.missingKnowledgeDeclared, "missing_knowledge_not_declared"),
  notice_content: (f) => unless(f.noticeContent !== null, "notice_content_missing"),

  // the citizen (REQ 2)
  usable_contact: (f) => unless(f.hasUsableContact, "contact_data_missing"),
  complaint_record: (f) => unless(f.citizen?.hasName === true && f.citizen.hasSurname, "complaint_record_missing"),
  complaint_contact: (f) => unless(f.hasUsableContact, "complaint_contact_missing"),
  issue_report_data: (f) => {
    const citizen = f.citizen;
    if (citizen === null || !citizen.hasName || !citizen.hasSurname) return "issue_report_data_missing";
    if (citizen.hasEmail || (citizen.hasPhone && citizen.phoneConfirmed)) return null;
    return citizen.hasPhone ? "caller_id_not_confirmed" : "issue_report_data_missing";
  },
  booking_data: (f) => {
    const named = f.citizen !== null && (f.citizen.hasName || f.citizen.hasSurname);
    return unless(named && f.hasUsableContact, "booking_data_missing");
  },
  agenda: (f) => unless(f.hasAgenda, "no_agenda"),
  booking_made: (f) => unless(f.bookingMade, "booking_missing"),

  // children (REQ 2)
  parent_fits: (f) => (f.reason === null ? null : childRefusalCode(f.reason, f.parent, f.parentReasons)),
  identity_checked: (f) => unless(f.parentIdentityChecked, "identity_not_checked"),

  // the service's switches (REQ 2, 3.1)
  accepts_information: (f) => unless(f.acceptsInformation, "information_not_accepted"),
  accepts_complaint: (f) => unless(f.acceptsComplaint, "complaint_not_accepted"),
  no_second_level: (f) => unless(f.profile === "base" || !f.acceptsInformation, "service_accepts_assignment"),

  // transfer and assignment (REQ 3.2-3.5)
  recent_check: (f) => {
    const age = f.positiveAvailabilityCheckAgeSeconds;
    if (age === null) return "availability_check_missing";
    return unless(age >= 0 && age <= AVAILABILITY_CHECK_MAX_AGE_SECONDS, "availability_check_too_old");
  },
  citizen_with_office: (f) => unless(f.citizenWithOffice, "not_yet_connected"),
  voice_lost: (f) => unless(f.officeVoiceLost, "voice_not_lost"),
  same_live_call: (f) => unless(f.sameCall && f.callLive, "not_same_call"),
  call_over: (f) => unless(!f.callLive, "call_still_on"),
  assignment_reason: (f) => {
    if (f.assignmentReason === null) return "assignment_reason_missing";
    if (f.assignmentReason === "check_negative") return unless(f.negativeCheckLogged, "assignment_reason_not_proved");
    if (f.assignmentReason === "transfer_failed") return unless(f.failedTransferLogged, "assignment_reason_not_proved");
    return null;
  },

  // second level and rejects desk (REQ 3.6-3.8, 4)
  own_office: (f) => unless(f.ownOffice, "not_your_office"),
  taken_charge: (f) => unless(f.takenCharge, "not_taken_in_charge"),
  contact_back_enabled: (f) => unless(f.contactBackEnabled, "contact_back_not_enabled"),
  // a citizen who rings about the case may be told at once, claimed task or not (REQ 2)
  contact_back_taken: (f) => unless(f.takenCharge || f.sameCall, "contact_back_not_claimed"),
  attempt_and_next: (f) => {
    if (f.contactAttempts.count < 1) return "attempt_missing";
    return unless(f.contactAttempts.nextAttemptSet, "next_attempt_missing");
  },
  failed_attempts: (f) =>
    unless(f.contactAttempts.failedAfterAnswer >= Math.max(1, f.minFailedAttempts), "failed_attempt_missing"),
  reject_cause: (f) => {
    if (f.rejectCause === null) return "reject_cause_missing";
    return unless(f.rejectCause !== "other" || f.hasRejectNote, "reject_note_missing");
  },
  new_triple: (f) => {
    if (f.reassignTo === null) return "reassign_target_missing";
    if (f.reassignTo.profile !== "advanced") return "reassign_target_base";
    return unless(f.reassignTo.acceptsReason, "reassign_target_not_accepting");
  },
  cancel_granted: (f) => unless(f.cancelRequestGranted, "cancel_not_granted"),
  cancel_unanswered: (f) => {
    if (!f.cancelRequestUnanswered) return "cancel_waits_for_owner";
    return unless(f.cancelConfirmedByCitizen, "cancel_not_confirmed");
  },

  // e-mail follow-up (REQ 4, 6.4, 6.5)
  emailed: (f) => unless(f.emailed, "not_emailed"),
  bounced_by_system: (f) => unless(f.bounce === "by_system", "bounce_missing"),
  bounced_by_hand: (f) => unless(f.bounce === "by_hand", "bounce_missing"),
  sending_again: (f) => {
    if (f.sendings >= MAX_SENDINGS) return "sendings_exhausted";
    return unless(f.resending, "communicated_only_by_resend");
  },
  third_failure: (f) => {
    if (f.bounce === "none") return "bounce_missing";
    return unless(f.sendings >= MAX_SENDINGS, "sendings_left");
  },
} satisfies Record<string, Condition>;

export type ConditionName = keyof typeof CONDITIONS;
