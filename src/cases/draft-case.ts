import { CHILD_REASONS, CONTACT_REASONS, type ContactReason, REASONS_OF } from "./case.ts";
import type { CaseFacts, MoveFacts } from "./case-facts.ts";
import { type Refusal, type RefusalCode, refusal } from "./refusal-texts.ts";
import { CONDITIONS, type ConditionName } from "./rules/case-conditions.ts";

/** Whether a draft with this service, mark and parent can have its reason at all (REQ 2, 7.2). */
export function reasonRefusalCode(facts: CaseFacts): RefusalCode | null {
  if (facts.reason === null) return "reason_missing";
  if (facts.switchboard) {
    if (facts.reason !== "information") return "switchboard_is_information";
    return facts.profile === null ? null : "switchboard_has_no_service";
  }
  if (facts.profile === null) return "service_missing";
  if (!REASONS_OF[facts.profile].includes(facts.reason)) {
    return facts.reason === "complaint" ? "complaint_needs_advanced" : "reason_needs_advanced";
  }
  if (facts.parent !== null && !CHILD_REASONS.includes(facts.reason)) return "not_a_child_reason";
  return null;
}

export interface LegalReason {
  readonly reason: ContactReason;
  readonly refusal: Refusal | null;
}

/** Each contact reason, offered for the draft's service or with its refusal (REQ 2, 7.2). */
export function legalReasons(facts: CaseFacts): LegalReason[] {
  return CONTACT_REASONS.map((reason) => {
    const wanted: MoveFacts = { ...facts, reason, to: "assigned", toAttribute: null };
    const switches: ConditionName[] = [];
    if (reason === "complaint") switches.push("accepts_complaint");
    if (reason === "booking") switches.push("agenda");
    const code = reasonRefusalCode(wanted) ?? switches.map((name) => CONDITIONS[name](wanted)).find(Boolean) ?? null;
    return { reason, refusal: code === null ? null : refusal(code) };
  });
}

/** What every draft of a reason needs before it leaves draft other than to cancelled (REQ 2, 7). */
const DRAFT_NEEDS: Record<ContactReason, readonly ConditionName[]> = {
  information: ["request_written", "kind_chosen"],
  case_status: ["parent_fits", "identity_checked", "request_written", "answer_written"],
  complaint: ["accepts_complaint", "request_written", "complaint_record", "complaint_contact"],
  grievance: ["request_written", "answer_written"],
  issue_report: ["request_written", "issue_report_data", "answer_written"],
  reminder: ["parent_fits", "request_written", "answer_written"],
  update_notice: ["parent_fits", "identity_checked", "notice_content", "request_written", "answer_written"],
  booking: ["agenda", "booking_data", "booking_made", "request_written", "answer_written"],
};

/** All that is still missing in a draft, for the "to complete" list; empty when it may leave draft. */
export function draftGaps(facts: CaseFacts): Refusal[] {
  const reason = reasonRefusalCode(facts);
  if (reason !== null || facts.reason === null) return [refusal(reason ?? "reason_missing")];
  const needs: readonly ConditionName[] = facts.switchboard
    ? ["agency_chosen", "note_written"]
    : DRAFT_NEEDS[facts.reason];
  const wanted: MoveFacts = { ...facts, to: "resolved_l1", toAttribute: "communicated" };
  return needs
    .map((name) => CONDITIONS[name](wanted))
    .filter((code) => code !== null)
    .map(refusal);
}

/** The first gap of the draft, or null when it is complete (REQ 1.5, 2). */
export function checkDraftComplete(facts: CaseFacts): Refusal | null {
  return draftGaps(facts)[0] ?? null;
}
