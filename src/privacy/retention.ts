import { CONTACT_REASONS } from "../cases/case.ts";

export const RETENTION_KINDS = ["case", "citizen", "bounce", "report", "operator_log", "card_search"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];
export const RETENTION_REASONS = CONTACT_REASONS;

export type RetentionRule = {
  kind: RetentionKind;
  /** Cases: one rule a contact reason, one (null) for those that never got one. */
  reason: (typeof RETENTION_REASONS)[number] | null;
  keepDays: number;
  version: number;
};

/** What one run took away; counted, never named. */
export type Swept = Record<"cases" | "citizens" | "bounces" | "reports" | "operatorLog", number>;

/** Stands where a text stood that was erased. */
export const erasedText = "[cancellato]";
