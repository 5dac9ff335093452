import { type CancelReason, closesCase, type Place, placeOf, type Role } from "./case.ts";
import type { CaseFacts, MoveFacts } from "./case-facts.ts";
import { mirrorsParent } from "./child-case.ts";
import { reasonRefusalCode } from "./draft-case.ts";
import { type Refusal, type RefusalCode, refusal } from "./refusal-texts.ts";
import { CONDITIONS } from "./rules/case-conditions.ts";
import { MOVES, type MoveLine } from "./rules/case-moves.ts";

const MOVING_ROLES: readonly Role[] = ["operator", "office_agent", "rejects_agent", "system"];

/** Why the move is refused, or null when it is legal (REQ 4). Pure: server, page and `check:rules` ask the same. */
export function checkMove(facts: MoveFacts, table: readonly MoveLine[] = MOVES): Refusal | null {
  const code = moveRefusalCode(facts, table);
  return code === null ? null : refusal(code);
}

/** For a person with several roles (REQ 0): legal if one role may do it, else the refusal that comes closest. */
export function checkMoveAs(roles: readonly Role[], facts: Omit<MoveFacts, "role">): Refusal | null {
  const refusals = roles.map((role) => checkMove({ ...facts, role }));
  if (refusals.includes(null)) return null;
  const closest = refusals.find((one) => one !== null && !NOT_FOR_ROLE.has(one.code));
  return closest ?? refusals[0] ?? refusal("role_never_moves");
}

const NOT_FOR_ROLE = new Set<RefusalCode>([
  "specialist_only_notes",
  "role_never_moves",
  "role_not_allowed",
  "operator_never_not_communicated",
  "second_level_resolves",
]);

/** What must hold before the command rings the office: all that Trasferito needs but the shared bridge (REQ 3.3, 3.4). */
export function checkTransferStart(facts: CaseFacts): Refusal | null {
  return checkMove({ ...facts, to: "transferred", toAttribute: null, citizenWithOffice: true });
}

export function moveRefusalCode(facts: MoveFacts, table: readonly MoveLine[] = MOVES): RefusalCode | null {
  const form = formRefusalCode(facts);
  if (form !== null) return form;
  const from = placeOf(facts.status, facts.attribute)!;
  const to = placeOf(facts.to, facts.toAttribute)!;
  const lines = linesBetween(table, from, to);
  if (lines.length === 0 && closesCase(facts.status, facts.attribute)) return "case_closed";
  if (from === "draft" && to !== "cancelled") {
    const reason = reasonRefusalCode(facts) ?? switchboardRefusalCode(facts, to);
    if (reason !== null) return reason;
  }
  const fitting = lines.filter((line) => line.profiles.includes(facts.profile) && line.reasons.includes(facts.reason));
  if (fitting.length === 0) return from === "draft" ? draftEndRefusalCode(facts, to) : "move_not_allowed";
  const mine = fitting.filter((line) => line.role === facts.role);
  if (mine.length === 0) return roleRefusalCode(facts);
  const chosen = to === "cancelled" ? mine.find((line) => hasCause(line, facts.cancelReason)) : mine[0];
  if (chosen === undefined) return cancelRefusalCode(facts);
  return failedConditions(chosen, facts)[0] ?? null;
}

/** Refusals that need no table: who never moves a case, and moves that have no meaning for any case. */
function formRefusalCode(facts: MoveFacts): RefusalCode | null {
  if (facts.role === "specialist") return "specialist_only_notes";
  if (!MOVING_ROLES.includes(facts.role)) return "role_never_moves";
  if (placeOf(facts.status, facts.attribute) === null) return "state_impossible";
  if (placeOf(facts.to, facts.toAttribute) === null) {
    return facts.toAttribute === null ? "attribute_missing" : "attribute_not_allowed";
  }
  if (facts.status === facts.to && facts.attribute === facts.toAttribute) return "already_there";
  if (facts.to === "draft") return "no_return_to_draft";
  if (facts.status !== "draft" && mirrorsParent(facts.reason)) return "child_follows_parent";
  return null;
}

function switchboardRefusalCode(facts: MoveFacts, to: Place): RefusalCode | null {
  return facts.switchboard && to !== "resolved_l1/communicated" ? "switchboard_ends_at_first_level" : null;
}

/** No line leads a draft of this reason there: say where that reason ends instead (REQ 2). */
function draftEndRefusalCode(facts: MoveFacts, to: Place): RefusalCode {
  switch (facts.reason) {
    case "complaint":
      return to === "transferred" ? "complaint_never_transferred" : "complaint_only_assigned";
    case "grievance":
      return "grievance_ends_at_first_level";
    case "issue_report":
      return "issue_report_only_assigned_resolved";
    case "reminder":
    case "update_notice":
      return "child_born_assigned";
    case "case_status":
    case "booking":
      return "ends_at_first_level";
    default:
      if (facts.to === "resolved_l1") return "first_level_only_communicated";
      return to === "transferred" || to === "assigned" ? "base_ends_at_first_level" : "move_not_allowed";
  }
}

function roleRefusalCode(facts: MoveFacts): RefusalCode {
  if (facts.role !== "operator" || facts.to !== "resolved_l2") return "role_not_allowed";
  return facts.toAttribute === "not_communicated" ? "operator_never_not_communicated" : "second_level_resolves";
}

function cancelRefusalCode(facts: MoveFacts): RefusalCode {
  if (facts.cancelReason === null) return "cancel_reason_missing";
  if (facts.status !== "draft") {
    const desk = facts.role === "rejects_agent" && facts.cancelReason === "not_competent";
    return desk ? "complaint_never_not_competent" : "cancel_needs_citizen_request";
  }
  if (facts.role === "system") return "cancel_reason_not_for_system";
  return facts.reason === "complaint" ? "complaint_offer_grievance" : "contact_data_not_needed";
}

function hasCause(line: MoveLine, cause: CancelReason | null): boolean {
  return cause !== null && (line.cancelReasons ?? []).includes(cause);
}

function failedConditions(line: MoveLine, facts: MoveFacts): RefusalCode[] {
  return line.conditions.map((name) => CONDITIONS[name](facts)).filter((code) => code !== null);
}

const between = new WeakMap<readonly MoveLine[], Map<string, readonly MoveLine[]>>();

function linesBetween(table: readonly MoveLine[], from: Place, to: Place): readonly MoveLine[] {
  const index = between.get(table) ?? new Map<string, readonly MoveLine[]>();
  between.set(table, index);
  const key = `${from}>${to}`;
  const lines = index.get(key) ?? table.filter((line) => line.to === to && line.from.includes(from));
  index.set(key, lines);
  return lines;
}
