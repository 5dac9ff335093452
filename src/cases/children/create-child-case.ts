import { readCitizen } from "../../citizens/citizen-store.ts";
import { editCitizenWith } from "../../citizens/save-citizen.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { NoticeContent } from "../case.ts";
import { refusalError, refuse } from "../case-errors.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { type CaseWrites, databaseNow, insertDraft, lockCase, ownContact, updateCase } from "../case-store.ts";
import { checkChild } from "../child-case.ts";
import { auditIdentityCheck } from "../moves/case-audit-store.ts";
import { moveLocked, moverOf, refuseForeignDraft } from "../moves/move-case.ts";
import { noContact } from "../open-case.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { checkIdentity, type IdentityClaim } from "./check-identity.ts";
import { standardAnswer, untouchedDraft } from "./child-store.ts";

export type ChildWish = {
  reason: "reminder" | "update_notice" | "case_status";
  /** The draft that becomes the child; else the call's untouched draft, else a further case of the contact. */
  draftId?: string | null;
  callId?: string | null;
  request?: string | null;
  answer?: string | null;
  content?: NoticeContent | null;
  identity?: IdentityClaim | null;
  /** For content citizen_data: what changes on the parent's record. */
  citizenData?: {
    firstName?: string;
    lastName?: string;
    contacts?: { kind: "phone" | "email" | "address"; value: string }[];
  } | null;
  /** False: only hang the draft under its parent; it leaves draft by a move. */
  complete?: boolean;
};

/**
 * Hangs a draft under a parent that is checked under lock, with the parent's triple and citizen, and completes it:
 * reminder and update notice are born Assegnato, case_status closes at once (REQ 2).
 * @throws rule_violated: the parent can not have it, the identity does not match, or what completion needs is missing.
 */
export async function createChildCase(
  pool: Pool,
  person: SignedInPerson,
  parentId: string,
  wish: ChildWish,
): Promise<CaseRecord> {
  const outcome = await inTransaction(pool, async (client) => {
    const { self: parent } = await lockVisibleFamily(client, person, parentId, null);
    refuseUnfit(wish, parent);
    const identified = await proveIdentity(client, person, parent, wish);
    // The failed check is logged too, so it must not be rolled back.
    if (identified === false) return null;
    const draft = await draftToUse(client, person, wish);
    const child = await hang(client, person, parent, draft, wish, identified);
    if (wish.content === "citizen_data" && wish.citizenData) await updateCitizen(client, person, parent, wish);
    if (wish.complete === false) return child;
    const to = wish.reason === "case_status" ? "resolved_l1" : "assigned";
    const attribute = wish.reason === "case_status" ? "communicated" : null;
    const moved = await moveLocked(client, moverOf(person), { self: child, parent, children: [] }, { to, attribute });
    await tellDesks(client, person.id, moved.news);
    return moved.record;
  });
  if (outcome === null) throw refuse("identity_not_checked");
  return outcome;
}

function refuseUnfit(wish: ChildWish, parent: CaseRecord): void {
  const { reason, status, attribute, profile } = parent;
  const refused = checkChild(wish.reason, { reason, status, attribute, profile, isChild: parent.parentId !== null });
  if (refused) throw refusalError(refused);
}

/** True: proved; false: claimed and wrong; null: nothing was claimed (a reminder needs no proof). */
async function proveIdentity(
  db: Queryable,
  person: SignedInPerson,
  parent: CaseRecord,
  wish: ChildWish,
): Promise<boolean | null> {
  if (!wish.identity || wish.reason === "reminder") return null;
  const citizen = parent.citizenId === null ? null : await readCitizen(db, parent.citizenId);
  const result = checkIdentity(wish.identity, citizen, parent.number);
  await auditIdentityCheck(db, actorOf(person), parent.id, result);
  await appendHistory(db, parent.id, actorOf(person), "identity_checked", result);
  return result.matched;
}

async function draftToUse(db: Queryable, person: SignedInPerson, wish: ChildWish): Promise<CaseRecord> {
  const contact = wish.draftId ? null : await ownContact(db, person.id, { callId: wish.callId });
  const draftId = wish.draftId ?? (contact && (await untouchedDraft(db, contact.contactId, person.id)));
  if (draftId) return usableDraft(person, await lockCase(db, draftId));
  if (!contact) throw noContact();
  const draft = await insertDraft(db, { ...contact, ownerId: person.id });
  await appendHistory(db, draft.id, actorOf(person), "opened", { callId: contact.callId }, { from: null, to: draft });
  return draft;
}

function usableDraft(person: SignedInPerson, draft: CaseRecord | null): CaseRecord {
  if (!draft) throw new AppError("not_found", "There is no such draft", { it: "Bozza inesistente." });
  if (draft.status !== "draft" || draft.parentId !== null) {
    throw new AppError("wrong_state", "The case is no free draft", { it: "Il caso non è una bozza libera." });
  }
  refuseForeignDraft(draft, person);
  return draft;
}

async function hang(
  db: Queryable,
  person: SignedInPerson,
  parent: CaseRecord,
  draft: CaseRecord,
  wish: ChildWish,
  identified: boolean | null,
): Promise<CaseRecord> {
  const of = { caseId: parent.id, serviceId: parent.serviceId };
  const answer = wish.answer ?? draft.answer ?? (await standardAnswer(db, of, wish.reason, draft.language));
  const writes: CaseWrites = {
    parentId: parent.id,
    reason: wish.reason,
    agencyId: parent.agencyId,
    departmentId: parent.departmentId,
    serviceId: parent.serviceId,
    profile: parent.profile,
    contactBackEnabled: parent.contactBackEnabled,
    citizenId: parent.citizenId,
    switchboard: false,
    request: wish.request ?? draft.request,
    answer,
    noticeContent: wish.reason === "update_notice" ? (wish.content ?? null) : null,
  };
  if (answer !== draft.answer) writes.answeredAt = databaseNow;
  if (identified) writes.identityCheckedAt = databaseNow;
  const child = await updateCase(db, draft.id, writes);
  await appendHistory(db, draft.id, actorOf(person), "edited", {
    fields: ["parentId", "reason", "serviceId", "request", "answer"],
    changes: { parentId: { from: null, to: parent.id }, reason: { from: draft.reason, to: wish.reason } },
  });
  return child;
}

/** The notice's citizen data go onto the parent's record; numbers and addresses are added, none is taken away. */
async function updateCitizen(
  db: Queryable,
  person: SignedInPerson,
  parent: CaseRecord,
  wish: ChildWish,
): Promise<void> {
  const citizen = parent.citizenId === null ? null : await readCitizen(db, parent.citizenId, true);
  if (!citizen || !wish.citizenData) return;
  const { contacts, ...names } = wish.citizenData;
  const declared = (contacts ?? []).map((contact) => ({ ...contact, source: "declared" as const }));
  await editCitizenWith(db, person, citizen.id, citizen.version, {
    ...names,
    contacts: [...citizen.contacts, ...declared],
  });
}
