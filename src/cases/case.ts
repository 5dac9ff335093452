/**
 * The case: its words, its states and what each state means (REQ 0, 2, 4, 12; source §3.1, §6).
 * The moves themselves stand in rules/case-moves.ts, the one table; check-move.ts asks it.
 *
 *                      first level                                        second level
 *   draft ──► resolved_l1/communicated ⇄ not_communicated ─► not_communicable   (e-mailed cases only)
 *     ├─────► unresolvable                 closed
 *     ├─────► assigned_resolved            closed, the office reads
 *     ├─────► cancelled                    closed
 *     ├─────► transferred ─► assigned      (voice lost, same call)
 *     └─────► assigned
 *             transferred, assigned ─────► suspended ──► resolved_l2 ┬ communicated       closed
 *                  │           └──────────────────────────►          ├ not_communicable   closed
 *                  │                                                 ├ not_communicated   open: try again
 *                  │                                                 └ to_communicate     open: contact back
 *             transferred, assigned, suspended ──► rejected ──► assigned (rejects desk) | cancelled
 *             transferred, assigned, suspended, rejected ──► cancelled (granted cancel request)
 *
 * A reminder or update notice leaves draft as assigned and then mirrors its parent: nobody moves it alone.
 * Pure: no Node import in here, the page uses the same file.
 */

export const CONTACT_REASONS = [
  "information",
  "case_status",
  "complaint",
  "grievance",
  "issue_report",
  "reminder",
  "update_notice",
  "booking",
] as const;
export type ContactReason = (typeof CONTACT_REASONS)[number];

export const PROFILES = ["base", "advanced"] as const;
export type Profile = (typeof PROFILES)[number];

export const STATUSES = [
  "draft",
  "resolved_l1",
  "resolved_l2",
  "assigned",
  "transferred",
  "assigned_resolved",
  "rejected",
  "suspended",
  "cancelled",
  "unresolvable",
] as const;
export type CaseStatus = (typeof STATUSES)[number];

export const ATTRIBUTES = ["communicated", "not_communicated", "not_communicable", "to_communicate"] as const;
export type CommunicationAttribute = (typeof ATTRIBUTES)[number];

export const CANCEL_REASONS = [
  "not_competent",
  "abandoned",
  "outside_hours",
  "error",
  "cancelled_by_citizen",
  "no_contact_data",
] as const;
export type CancelReason = (typeof CANCEL_REASONS)[number];

export const REJECT_CAUSES = ["ambiguous_responsibility", "missing_knowledge", "operator_error", "other"] as const;
export type RejectCause = (typeof REJECT_CAUSES)[number];

/** The first two are written by the system only, from a logged check or a failed transfer (REQ 3.2). */
export const ASSIGNMENT_REASONS = ["check_negative", "transfer_failed", "missing_knowledge", "declines_hold"] as const;
export type AssignmentReason = (typeof ASSIGNMENT_REASONS)[number];

export const INFORMATION_KINDS = ["who_where_when", "how"] as const;
export type InformationKind = (typeof INFORMATION_KINDS)[number];

export const NOTICE_CONTENTS = ["citizen_data", "additional_data", "cancel_request"] as const;
export type NoticeContent = (typeof NOTICE_CONTENTS)[number];

export const ROLES = [
  "operator",
  "office_agent",
  "specialist",
  "rejects_agent",
  "knowledge_editor",
  "agency_referent",
  "supervisor",
  "administrator",
  "system",
] as const;
/** Who acts; `system` is the named actor of scheduled and telephone work (REQ 0). */
export type Role = (typeof ROLES)[number];

/** Which attributes a status carries; a status that is not here carries none (REQ 4). */
export const ATTRIBUTES_OF = {
  resolved_l1: ["communicated", "not_communicated", "not_communicable"],
  resolved_l2: ["communicated", "not_communicated", "not_communicable", "to_communicate"],
} as const;

/** Status and attribute as one word: the only fifteen pairs that exist. */
export type Place =
  | Exclude<CaseStatus, "resolved_l1" | "resolved_l2">
  | `resolved_l1/${(typeof ATTRIBUTES_OF)["resolved_l1"][number]}`
  | `resolved_l2/${(typeof ATTRIBUTES_OF)["resolved_l2"][number]}`;

export interface Position {
  readonly status: CaseStatus;
  readonly attribute: CommunicationAttribute | null;
}

const PLACES = new Map<string, Place>();
export const POSITIONS: readonly Position[] = STATUSES.flatMap((status): Position[] => {
  const attributes = status === "resolved_l1" || status === "resolved_l2" ? ATTRIBUTES_OF[status] : [null];
  return attributes.map((attribute) => ({ status, attribute }));
});
for (const { status, attribute } of POSITIONS) {
  const place = attribute === null ? status : `${status}/${attribute}`;
  PLACES.set(place, place as Place);
}

/** The pair as one word, or null when the pair does not exist: a Risolto without attribute, a draft with one (REQ 4). */
export function placeOf(status: CaseStatus, attribute: CommunicationAttribute | null): Place | null {
  return PLACES.get(attribute === null ? status : `${status}/${attribute}`) ?? null;
}

/** Whether a move to this state writes closed_at (REQ 4: status and closure are separate). */
export function closesCase(status: CaseStatus, attribute: CommunicationAttribute | null): boolean {
  if (status === "resolved_l2") return attribute === "communicated" || attribute === "not_communicable";
  return (
    status === "resolved_l1" || status === "assigned_resolved" || status === "cancelled" || status === "unresolvable"
  );
}

/** Whether the office that owns the case sees it (REQ 12). Ownership itself is the caller's to check. */
export function visibleToOffice(status: CaseStatus): boolean {
  return (
    status === "assigned" ||
    status === "transferred" ||
    status === "suspended" ||
    status === "resolved_l2" ||
    status === "assigned_resolved"
  );
}

/** Reasons that stay a child of another case; the first two follow the parent's every change (REQ 2). */
export const MIRRORING_REASONS: readonly ContactReason[] = ["reminder", "update_notice"];
export const CHILD_REASONS: readonly ContactReason[] = [...MIRRORING_REASONS, "case_status"];

/** Which reasons a service's profile allows (§3.2). Switches of the service come on top. */
export const REASONS_OF: Record<Profile, readonly ContactReason[]> = {
  base: ["information", "grievance", "issue_report"],
  advanced: CONTACT_REASONS,
};
