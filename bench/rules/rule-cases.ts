import { randomUUID } from "node:crypto";
import { CHILD_REASONS, type ContactReason, type Position, type Profile } from "../../src/cases/case.ts";
import type { Pool } from "../../src/database/pool.ts";
import { type CaseWorld, callOf, citizenOf } from "../../test/support/cases.ts";

export type Start = { profile: Profile | null; reason: ContactReason | null; from: Position };

/** What all cases of the walk share: one call in which everything was said, one citizen, one live parent. */
export type RuleGround = { world: CaseWorld; contactId: string; callId: string; citizenId: string; parentId: string };

export async function ruleGround(pool: Pool, world: CaseWorld): Promise<RuleGround> {
  const call = await callOf(world, world.anna);
  const citizenId = await citizenOf(world, call.e164);
  await pool.query(
    "insert into citizen_contacts (citizen_id, kind, value, source) values ($1, 'email', 'a@esempio.it', 'declared')",
    [citizenId],
  );
  const service = world.services.registry;
  const parent = await pool.query(
    `insert into cases (id, status, reason, agency_id, department_id, service_id, profile, office_id, request, citizen_id)
    values (uuidv7(), 'assigned', 'information', $1, $2, $3, 'advanced', $4, 'x', $5) returning id`,
    [service.agencyId, service.departmentId, service.id, service.officeId, citizenId],
  );
  return { world, contactId: call.contactId, callId: call.callId, citizenId, parentId: parent.rows[0].id };
}

/**
 * A case in the given state with every precondition satisfied, as far as the database takes it.
 * @returns null when the database refuses such a case: then no move starts there.
 */
export async function putCase(pool: Pool, ground: RuleGround, start: Start): Promise<string | null> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const caseId = randomUUID();
    const row = rowOf(ground, start);
    const names = Object.keys(row);
    await client.query(
      `insert into cases (id, ${names.join(", ")}) values ($1, ${names.map((_, index) => `$${index + 2}`).join(", ")})`,
      [caseId, ...Object.values(row)],
    );
    for (const [text, values] of around(ground, start, row, caseId)) await client.query(text, values);
    await client.query("commit");
    return caseId;
  } catch (error) {
    await client.query("rollback");
    if (error instanceof Error && "code" in error && String(error.code).startsWith("23")) return null;
    throw error;
  } finally {
    client.release();
  }
}

function rowOf({ world, citizenId, parentId }: RuleGround, { profile, reason, from }: Start): Record<string, unknown> {
  const draft = from.status === "draft";
  const service = profile === null ? null : profile === "base" ? world.services.base : world.services.registry;
  const child = reason !== null && CHILD_REASONS.includes(reason) && profile === "advanced";
  return {
    status: from.status,
    attribute: from.attribute,
    reason,
    information_kinds: ["who_where_when"],
    agency_id: service?.agencyId ?? world.agencies[0],
    department_id: service?.departmentId ?? null,
    service_id: service?.id ?? null,
    profile: draft && !child ? null : profile,
    contact_back_enabled: profile === "advanced",
    office_id: draft ? null : (service?.officeId ?? null),
    request: "Dove?",
    answer: "Qui",
    answered_at: new Date(0),
    note: "nota",
    citizen_id: citizenId,
    answer_channel: "email",
    owner_id: world.anna.id,
    taken_by_id: draft || child ? null : world.office.id,
    taken_at: draft || child ? null : new Date(),
    next_attempt_at: child ? null : new Date("2030-01-01T08:00:00Z"),
    parent_id: child ? parentId : null,
    missing_knowledge: { kind: "no_card", search: "dove" },
    notice_content: reason === "update_notice" ? "additional_data" : null,
    identity_checked_at: new Date(),
    booked_at: new Date(),
    cancel_reason: from.status === "cancelled" ? "error" : null,
    reject_cause: from.status === "rejected" ? "operator_error" : null,
    closed_at: isClosed(from) ? new Date() : null,
  };
}

function isClosed({ status, attribute }: Position): boolean {
  if (["resolved_l1", "assigned_resolved", "cancelled", "unresolvable"].includes(status)) return true;
  return status === "resolved_l2" && (attribute === "communicated" || attribute === "not_communicable");
}

type Statement = [text: string, values: unknown[]];

/** Contact, history, a failed attempt after the answer, an overdue cancel request, and the operator's claims. */
function around(ground: RuleGround, { from }: Start, row: Record<string, unknown>, caseId: string): Statement[] {
  const operator = ground.world.anna.id;
  const statements: Statement[] = [
    ["insert into contact_cases (contact_id, case_id) values ($1, $2)", [ground.contactId, caseId]],
    [
      "insert into case_history (case_id, seq, actor, kind, to_status, to_attribute) values ($1, 1, 'system:check', 'opened', $2, $3)",
      [caseId, from.status, from.attribute],
    ],
  ];
  if (row.parent_id !== null) return statements;
  const claimed = (kind: string): Statement => [
    "insert into case_tasks (case_id, kind, state, claimed_by_id, claimed_at) values ($1, $2, 'claimed', $3, now())",
    [caseId, kind, operator],
  ];
  statements.push(
    [
      "insert into contact_attempts (case_id, actor, outcome, after_answer) values ($1, 'system:check', 'no_answer', true)",
      [caseId],
    ],
    [
      "insert into cancel_requests (child_id, parent_id, due_at) values ($1, $1, now() - interval '1 minute')",
      [caseId],
    ],
    claimed("cancel_confirmation"),
  );
  if (from.attribute === "to_communicate") statements.push(claimed("contact_back"));
  return statements;
}
