/**
 * What happened, told to the agencies (REQ 11). A report is asked for once a period by the schedule, or by a person for
 * any days; it is made by a job from one snapshot of the database, and never changes afterwards.
 *
 *              claim               files, totals and post in one transaction
 *   queued ─────────────► making ───────────────────────────────────────────► made
 *     ▲                     │
 *     └── failed try, or ───┴── the fifth time ──► failed
 *         the copy died
 *
 * Pure: no Node imports.
 */
export const REPORT_KINDS = [
  "issue_reports",
  "grievances",
  "unresolved_needs",
  "switchboard",
  "contact_centre",
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

export const RHYTHMS = ["weekly", "monthly"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

export const REPORT_STATES = ["queued", "making", "made", "failed"] as const;
export type ReportState = (typeof REPORT_STATES)[number];

export const FORMATS = ["csv", "xlsx", "pdf"] as const;
export type ReportFormat = (typeof FORMATS)[number];

export type Report = {
  id: string;
  kind: ReportKind;
  /** Null: the whole centre. */
  agencyId: string | null;
  origin: "schedule" | "person";
  rhythm: Rhythm | null;
  /** Local days (Europe/Rome), both included: "2026-03-23". */
  firstDay: string;
  lastDay: string;
  /** Half open. */
  periodFrom: Date;
  periodTo: Date;
  state: ReportState;
  attempts: number;
};

/** Seconds within which a call is answered to count for the service level. */
export const SERVICE_LEVEL_SECONDS = 20;

/** Only these can be about the whole centre: the others are lists of one agency's cases. */
export function needsAgency(kind: ReportKind): boolean {
  return kind !== "contact_centre";
}
