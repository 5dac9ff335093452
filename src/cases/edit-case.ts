import { isDeepStrictEqual } from "node:util";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { CHILD_REASONS } from "./case.ts";
import { CODED_FIELDS, type EditableField, editableFields } from "./case-editing.ts";
import { refuse } from "./case-errors.ts";
import { appendHistory, extendLastEdit } from "./case-history-store.ts";
import { tellDesks } from "./case-news-store.ts";
import type { CaseRecord } from "./case-record.ts";
import { type CaseWrites, databaseNow, livingCitizen, tripleOfService, updateCase } from "./case-store.ts";
import { refuseForeignDraft } from "./moves/move-case.ts";
import { actorOf, lockVisibleFamily, visibleCase } from "./visibility/visible-case.ts";

/** Only the fields that are present change; `parentId` can only be taken off (children are made by their own door). */
export type CaseEdit = Partial<
  Pick<CaseRecord, Exclude<EditableField, "parentId">> & { parentId: null; agencyId: string | null }
>;

/**
 * Saves what the form of a case says, at the version its reader saw (REQ 2; issue B, concurrency).
 * @throws stale_version with what changed since, rule_violated for a field that is closed to this person now.
 */
export async function editCase(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  version: number,
  edit: CaseEdit,
): Promise<CaseRecord> {
  return inTransaction(pool, (client) => editCaseWith(client, person, caseId, version, edit));
}

/** The same inside the caller's transaction, for what goes with an edit (the card that was chosen). */
export async function editCaseWith(
  client: Queryable,
  person: SignedInPerson,
  caseId: string,
  version: number,
  edit: CaseEdit,
): Promise<CaseRecord> {
  const { self } = await lockVisibleFamily(client, person, caseId, version);
  refuseForeignDraft(self, person);
  refuseClosedFields(self, person, edit);
  const writes = await writesOf(client, person, self, edit);
  if (Object.keys(writes).length === 0) return self;
  const after = await updateCase(client, caseId, writes);
  await recordEdit(client, person, self, after);
  await tellDesks(client, person.id, [{ kind: "case", caseId, what: "edited" }]);
  return after;
}

function refuseClosedFields(self: CaseRecord, person: SignedInPerson, edit: CaseEdit): void {
  const open = editableFields(self, person);
  const closed = (Object.keys(edit) as EditableField[]).filter((field) => !open.includes(field));
  if (closed.length === 0) return;
  throw new AppError("rule_violated", "These fields can not be changed any more, or not by this role", {
    rule: "REQ 4",
    refusal: "field_not_editable",
    it: "Questi dati non sono più modificabili, o non da questo ruolo.",
    insteadIt: "Aggiungere una nota al caso.",
    extra: { fields: closed, editable: open },
  });
}

async function writesOf(db: Queryable, person: SignedInPerson, self: CaseRecord, edit: CaseEdit): Promise<CaseWrites> {
  const { agencyId, serviceId, parentId, citizenId, relatedCaseId, ...plain } = edit;
  const writes: CaseWrites = { ...plain };
  if (parentId === null) Object.assign(writes, { parentId: null, profile: null, identityCheckedAt: null });
  else refuseAgainstParent(self, edit);
  const reason = edit.reason === undefined ? self.reason : edit.reason;
  if (reason !== "update_notice") writes.noticeContent = null;
  if (serviceId !== undefined || agencyId !== undefined) Object.assign(writes, await tripleWrites(db, self, edit));
  if (citizenId !== undefined) writes.citizenId = citizenId === null ? null : await citizenToLink(db, citizenId);
  if (relatedCaseId !== undefined) {
    writes.relatedCaseId = relatedCaseId === null ? null : (await visibleCase(db, person, relatedCaseId)).id;
  }
  if (edit.answer !== undefined && edit.answer !== self.answer) {
    writes.answeredAt = (edit.answer ?? "").trim() === "" ? null : databaseNow;
  }
  return onlyChanged(self, writes);
}

/** A draft that hangs under a parent has the parent's triple and stays a child (REQ 2). */
function refuseAgainstParent(self: CaseRecord, edit: CaseEdit): void {
  if (self.parentId === null) return;
  const reason = edit.reason === undefined ? self.reason : edit.reason;
  if (reason === null || !CHILD_REASONS.includes(reason)) throw refuse("not_a_child_reason");
  if (edit.serviceId !== undefined && edit.serviceId !== self.serviceId) throw refuse("child_follows_parent");
}

async function tripleWrites(db: Queryable, self: CaseRecord, edit: CaseEdit): Promise<CaseWrites> {
  if (!edit.serviceId) {
    const agencyId = edit.agencyId === undefined ? self.agencyId : edit.agencyId;
    // Choosing another agency, or no service, leaves no half of the old triple.
    const kept = edit.serviceId === undefined && agencyId === self.agencyId;
    return kept ? {} : { agencyId, departmentId: null, serviceId: null };
  }
  const triple = await tripleOfService(db, edit.serviceId, self.reason);
  if (!triple || (edit.agencyId && edit.agencyId !== triple.agencyId)) {
    throw new AppError("rule_violated", "There is no such service in this agency", {
      rule: "REQ 0",
      refusal: "no_such_service",
      it: "Servizio inesistente per questo ente.",
      insteadIt: "Scegliere il servizio dall'elenco.",
    });
  }
  return { agencyId: triple.agencyId, departmentId: triple.departmentId, serviceId: triple.serviceId };
}

async function citizenToLink(db: Queryable, citizenId: string): Promise<string> {
  const living = await livingCitizen(db, citizenId);
  if (living) return living;
  throw new AppError("rule_violated", "There is no such citizen record", {
    rule: "REQ 2",
    refusal: "no_such_citizen",
    it: "Scheda anagrafica inesistente.",
  });
}

function onlyChanged(self: CaseRecord, writes: CaseWrites): CaseWrites {
  const entries = Object.entries(writes).filter(
    ([name, value]) => !isDeepStrictEqual(value, self[name as keyof CaseRecord]),
  );
  return Object.fromEntries(entries);
}

/** Old and new of coded fields, names of the texts. A draft's autosaves by one hand are one row (REQ: who, when, what). */
async function recordEdit(db: Queryable, person: SignedInPerson, before: CaseRecord, after: CaseRecord): Promise<void> {
  const names = Object.keys(before) as (keyof CaseRecord)[];
  const fields = names.filter((name) => name !== "version" && !isDeepStrictEqual(before[name], after[name]));
  const coded = fields.filter((name) => CODED_FIELDS.includes(name));
  const changes = Object.fromEntries(coded.map((name) => [name, { from: before[name], to: after[name] }]));
  const extended = before.status === "draft" && (await extendLastEdit(db, before.id, person.id, fields, changes));
  if (!extended) await appendHistory(db, before.id, actorOf(person), "edited", { fields, changes });
}
