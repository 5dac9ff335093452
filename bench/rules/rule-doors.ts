import type { Position, Role, STATUSES } from "../../src/cases/case.ts";
import { lockFamily } from "../../src/cases/case-store.ts";
import type { Surroundings } from "../../src/cases/moves/case-facts-store.ts";
import { type MoveWish, moveLocked } from "../../src/cases/moves/move-case.ts";
import { inTransaction } from "../../src/database/in-transaction.ts";
import type { Pool } from "../../src/database/pool.ts";
import { isAppError } from "../../src/errors.ts";
import type { SignedInPerson } from "../../src/people/person.ts";
import type { TestClient } from "../../test/support/web.ts";
import type { RuleGround } from "./rule-cases.ts";

/** "allow", or the code of the refusal; `hidden` when the role does not even see the case. */
export type Answer = { found: string; hidden: boolean };

export type Asked = { caseId: string; from: Position; to: Position; role: Role };

/** The baseline's choices for a move: what a form would send. */
export function wishFor(ground: RuleGround, { from, to }: Pick<Asked, "from" | "to">): MoveWish {
  const reassign = from.status === "rejected" && to.status === "assigned";
  const causes: Record<string, string> = {
    cancelled: from.status === "draft" ? "error" : "cancelled_by_citizen",
    rejected: "operator_error",
    assigned: reassign ? "" : "missing_knowledge",
  };
  return {
    to: to.status,
    attribute: to.attribute,
    cause: causes[to.status] || null,
    serviceId: reassign ? ground.world.services.registry.id : null,
    confirmedByCitizen: to.status === "cancelled",
  };
}

/** The outside door: POST /cases/{id}/moves as a person with this one role. */
export async function askApi(client: TestClient, ground: RuleGround, asked: Asked): Promise<Answer> {
  const answer = await client.call("POST", `/cases/${asked.caseId}/moves`, wishFor(ground, asked), {
    "If-Match": '"1"',
  });
  if (answer.status === 200) return { found: "allow", hidden: false };
  if (![403, 404, 409, 422].includes(answer.status)) {
    throw new Error(`a move answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return { found: String(answer.body.code), hidden: answer.status !== 422 };
}

/**
 * The inside door, which transfers, mail and the system's own work go through: the same function under the same locks,
 * with what only they know. Kept or rolled back like any move.
 */
export async function askInside(pool: Pool, ground: RuleGround, asked: Asked): Promise<Answer> {
  const person = personOf(ground, asked.role);
  const actor = person ? { personId: person.id, name: person.login } : { personId: null, name: "system:check" };
  const mover = { actor, roles: [asked.role], officeIds: person?.officeIds ?? [] };
  const surroundings: Surroundings = {
    citizenWithOffice: true,
    officeVoiceLost: true,
    positiveAvailabilityCheckAgeSeconds: 5,
    bounce: asked.role === "system" ? "by_system" : "by_hand",
    sendings: asked.to.attribute === "not_communicable" ? 3 : 1,
    resending: true,
  };
  try {
    await inTransaction(pool, async (client) => {
      const family = await lockFamily(client, asked.caseId);
      await moveLocked(client, mover, family!, wishFor(ground, asked), surroundings);
    });
    return { found: "allow", hidden: false };
  } catch (error) {
    if (!isAppError(error, "rule_violated")) throw error;
    return { found: error.details.refusal ?? error.code, hidden: false };
  }
}

/** Moves that only transfers, mail or the system make: through the plain door they are refused to everyone. */
export function isInside({ from, to, role }: Omit<Asked, "caseId">): boolean {
  if (role === "system") return true;
  if (to.status === "transferred" || (from.status === "transferred" && to.status === "assigned")) return true;
  return from.status === "resolved_l1" && to.status === "resolved_l1";
}

export function personOf({ world }: RuleGround, role: Role): SignedInPerson | null {
  const people: Partial<Record<Role, SignedInPerson>> = {
    operator: world.anna,
    office_agent: world.office,
    rejects_agent: world.rejects,
    specialist: world.specialist,
    agency_referent: world.referent,
    supervisor: world.supervisor,
  };
  return people[role] ?? null;
}

/** Whether PostgreSQL itself refuses the bare change of state, its history row told; nothing is kept. */
export async function databaseRefuses(pool: Pool, caseId: string, to: Position): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(
      `update cases set status = $2, attribute = $3, cancel_reason = case when $2 = 'cancelled' then 'error' end,
        reject_cause = case when $2 = 'rejected' then 'operator_error' else reject_cause end,
        office_id = coalesce(office_id, (select office_id from services v where v.id = service_id)),
        profile = coalesce(profile, (select profile from services v where v.id = service_id)),
        closed_at = case when $4 then now() end where id = $1`,
      [caseId, to.status, to.attribute, closes(to)],
    );
    await client.query(
      `insert into case_history (case_id, seq, actor, kind, to_status, to_attribute)
      select $1, max(seq) + 1, 'system:check', 'moved', $2, $3 from case_history where case_id = $1`,
      [caseId, to.status, to.attribute],
    );
    await client.query("set constraints all immediate");
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("23")) return true;
    throw error;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

function closes({ status, attribute }: Position): boolean {
  const always: readonly (typeof STATUSES)[number][] = [
    "resolved_l1",
    "assigned_resolved",
    "cancelled",
    "unresolvable",
  ];
  return (
    always.includes(status) ||
    (status === "resolved_l2" && ["communicated", "not_communicable"].includes(attribute ?? ""))
  );
}
