import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError, isAppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { CaseStatus, CommunicationAttribute, Role } from "../case.ts";
import { refusalError } from "../case-errors.ts";
import type { MoveFacts } from "../case-facts.ts";
import { appendHistory } from "../case-history-store.ts";
import { type CaseNews, tellDesks } from "../case-news-store.ts";
import type { Actor, CaseRecord } from "../case-record.ts";
import { type LockedFamily, updateCase } from "../case-store.ts";
import { checkMove, checkMoveAs } from "../check-move.ts";
import { mirrorChildren } from "../children/mirror-children.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { auditRefusedMove } from "./case-audit-store.ts";
import { gatherFacts, type Surroundings } from "./case-facts-store.ts";
import { type MoveCauses, readCauses } from "./move-causes.ts";
import { changesOfMove } from "./move-changes.ts";
import { applyConsequences } from "./move-consequences.ts";

/** What a person or a part of the system asks for (INTERFACE, POST /cases/{id}/moves). */
export type MoveWish = {
  to: CaseStatus;
  attribute?: CommunicationAttribute | null;
  /** Cancel reason, reject cause or assignment reason, after `to`. */
  cause?: string | null;
  note?: string | null;
  /** Reassignment: the service whose triple the case takes (REQ 3.8). */
  serviceId?: string | null;
  /** When given, it must be the office that the service answers to. */
  officeId?: string | null;
  nextAttemptAt?: Date | null;
  /** First level asked the citizen again about the unanswered cancel request. */
  confirmedByCitizen?: boolean;
};

/** In whose name a move is made; `officeIds` are the mover's offices. */
export type Mover = { actor: Actor; roles: readonly Role[]; officeIds: readonly string[] };

export type MovedCase = { record: CaseRecord; role: Role; news: CaseNews[] };

/**
 * Moves a case for a person: rules under lock, status and history as one, children and tasks with it (REQ 2, 4).
 * @throws not_found, stale_version (with what changed), rule_violated with the rule's code and what to do instead.
 */
export async function moveCase(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  version: number,
  wish: MoveWish,
): Promise<CaseRecord> {
  const mover = moverOf(person);
  try {
    return await inTransaction(pool, async (client) => {
      const family = await lockVisibleFamily(client, person, caseId, version);
      refuseForeignDraft(family.self, person);
      const moved = await moveLocked(client, mover, family, wish);
      await tellDesks(client, person.id, moved.news);
      return moved.record;
    });
  } catch (error) {
    if (isAppError(error, "rule_violated")) await auditRefusedMove(pool, mover.actor, caseId, wish, error);
    throw error;
  }
}

export function moverOf(person: SignedInPerson): Mover {
  return { actor: actorOf(person), roles: person.roles.map((held) => held.role), officeIds: person.officeIds };
}

/** A draft is completed by the operator whose draft it is (REQ 1.5). */
export function refuseForeignDraft(self: CaseRecord, person: SignedInPerson): void {
  if (self.status !== "draft" || self.ownerId === person.id) return;
  throw new AppError("taken_by_other", "The draft belongs to another operator", {
    rule: "REQ 1.5",
    it: "La bozza appartiene a un altro operatore.",
    insteadIt: "Aprire un nuovo caso nella propria chiamata.",
    extra: { ownerId: self.ownerId },
  });
}

/**
 * The move itself, inside the caller's transaction and under `lockFamily`; transfers, mail and the children use it
 * too, with what only they know in `surroundings`. The caller tells the desks with the news it returns.
 */
export async function moveLocked(
  db: Queryable,
  mover: Mover,
  family: LockedFamily,
  wish: MoveWish,
  surroundings: Surroundings = {},
): Promise<MovedCase> {
  const { self, parent } = family;
  const causes = await readCauses(db, self, wish, surroundings, mover.actor.personId);
  const asker = { personId: mover.actor.personId, officeIds: mover.officeIds };
  const facts = withSystemReason({
    ...(await gatherFacts(db, self, parent, asker, { ...surroundings, ...causes.surroundings })),
    to: wish.to,
    toAttribute: wish.attribute ?? null,
  });
  const role = movingRole(mover.roles, facts);
  const changes = await changesOfMove(db, family, wish, { ...causes, assignmentReason: facts.assignmentReason });
  const record = await updateCase(db, self.id, changes);
  await appendHistory(db, self.id, mover.actor, "moved", moveData(self, record, role, wish, causes), {
    from: self,
    to: record,
  });
  if (parent === null) await mirrorChildren(db, mover.actor, record, family.children);
  const news = await applyConsequences(db, mover, { before: self, after: record, parent, role, wish });
  return { record, role, news };
}

type Facts = Omit<MoveFacts, "role">;

/** @throws rule_violated with the refusal of the role that comes closest (REQ 0: a person may have several roles). */
function movingRole(roles: readonly Role[], facts: Facts): Role {
  const refused = checkMoveAs(roles, facts);
  if (refused) throw refusalError(refused);
  return roles.find((role) => checkMove({ ...facts, role }) === null)!;
}

/** A negative check or a failed transfer on the log is the reason, written by the system itself (REQ 3.2). */
function withSystemReason(facts: Facts): Facts {
  if (facts.to !== "assigned" || facts.reason !== "information" || facts.assignmentReason !== null) return facts;
  if (facts.failedTransferLogged || facts.status === "transferred")
    return { ...facts, assignmentReason: "transfer_failed" };
  return facts.negativeCheckLogged ? { ...facts, assignmentReason: "check_negative" } : facts;
}

function moveData(
  before: CaseRecord,
  after: CaseRecord,
  role: Role,
  wish: MoveWish,
  causes: MoveCauses,
): Record<string, unknown> {
  const data: Record<string, unknown> = { role };
  const cause = after.status === "assigned" ? after.assignmentReason : causes.cause;
  if (cause && before.status !== "rejected") data.cause = cause;
  if (before.status === "rejected" && causes.cause) data.cause = causes.cause;
  if (wish.note) data.note = wish.note;
  if (after.officeId !== before.officeId) data.office = { from: before.officeId, to: after.officeId };
  if (after.serviceId !== before.serviceId) data.service = { from: before.serviceId, to: after.serviceId };
  if (wish.nextAttemptAt) data.nextAttemptAt = wish.nextAttemptAt;
  if (wish.confirmedByCitizen) data.confirmedByCitizen = true;
  return data;
}
