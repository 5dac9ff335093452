import { CHILD_REASONS, type ContactReason, closesCase, MIRRORING_REASONS, type Position } from "./case.ts";
import type { ParentFacts } from "./case-facts.ts";
import { type Refusal, type RefusalCode, refusal } from "./refusal-texts.ts";

/** "Ad oggi" in the source (§2, Case padre): the list is configuration, this is its first value. */
export const DEFAULT_PARENT_REASONS: readonly ContactReason[] = ["information", "complaint"];

/** Where a reminder or update notice may hang (REQ 2). */
const OPEN_AT_SECOND_LEVEL = new Set(["assigned", "transferred", "suspended", "rejected"]);

/** Why `parent` can not have a child of this reason, or null. Call it with the parent's row locked (REQ 2). */
export function childRefusalCode(
  childReason: ContactReason,
  parent: ParentFacts | null,
  parentReasons: readonly ContactReason[] = DEFAULT_PARENT_REASONS,
): RefusalCode | null {
  if (!CHILD_REASONS.includes(childReason)) return parent === null ? null : "not_a_child_reason";
  if (parent === null) return "parent_missing";
  if (parent.isChild) return "parent_is_child";
  if (parent.reason === "issue_report") return "parent_issue_report";
  if (parent.reason === null || !parentReasons.includes(parent.reason)) return "parent_reason";
  if (closesCase(parent.status, parent.attribute)) return "parent_closed";
  if (parent.profile !== "advanced") return "parent_reason";
  if (OPEN_AT_SECOND_LEVEL.has(parent.status)) return null;
  if (parent.attribute === "to_communicate") return "parent_to_communicate";
  if (parent.attribute === "not_communicated") return childReason === "case_status" ? null : "parent_not_communicated";
  return "parent_not_assigned";
}

/** `childRefusalCode` with its texts: which children a parent may have (REQ 2). */
export function checkChild(
  childReason: ContactReason,
  parent: ParentFacts | null,
  parentReasons: readonly ContactReason[] = DEFAULT_PARENT_REASONS,
): Refusal | null {
  const code = childRefusalCode(childReason, parent, parentReasons);
  return code === null ? null : refusal(code);
}

/** Whether a child of this reason follows its parent's every change of status, attribute and office (REQ 2). */
export function mirrorsParent(childReason: ContactReason | null): boolean {
  return childReason !== null && MIRRORING_REASONS.includes(childReason);
}

/**
 * Where a child goes when its parent has moved to `parent`, in the same transaction; null: it stays.
 * A draft is not born yet and a case_status closed at once, so neither follows (REQ 2).
 */
export function mirrored(childReason: ContactReason, child: Position, parent: Position): Position | null {
  if (!mirrorsParent(childReason) || child.status === "draft") return null;
  if (child.status === parent.status && child.attribute === parent.attribute) return null;
  return { status: parent.status, attribute: parent.attribute };
}
