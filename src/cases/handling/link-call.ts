import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { appendHistory } from "../case-history-store.ts";
import { tellDesks } from "../case-news-store.ts";
import type { CaseRecord } from "../case-record.ts";
import { lockCase, ownContact, updateCase } from "../case-store.ts";
import { untouchedDraft } from "../children/child-store.ts";
import { refuseChild } from "../moves/move-consequences.ts";
import { noContact } from "../open-case.ts";
import { actorOf, lockVisibleFamily } from "../visibility/visible-case.ts";
import { linkContact } from "./linked-call-store.ts";

/**
 * A citizen rings about an answer that waits to be told: the call becomes a contact of that very case, whose contact
 * back the operator may then complete without having claimed it (REQ 2). The call's own draft, if nobody wrote in it
 * yet, keeps the relation. Again for the same call changes nothing.
 * @throws rule_violated when the case is not Da comunicare, or the operator talked in no such call.
 */
export async function linkCall(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  callId: string | null,
): Promise<CaseRecord> {
  return inTransaction(pool, async (client) => {
    const { self } = await lockVisibleFamily(client, person, caseId, null);
    refuseChild(self);
    if (self.attribute !== "to_communicate") throw notLinkable();
    const contact = await ownContact(client, person.id, { callId });
    if (!contact) throw noContact();
    if (!(await linkContact(client, contact.contactId, caseId))) return self;
    await appendHistory(client, caseId, actorOf(person), "call_linked", { callId: contact.callId });
    await relateDraft(client, person, contact.contactId, caseId);
    await tellDesks(client, person.id, [{ kind: "case", caseId, what: "call_linked" }]);
    return self;
  });
}

async function relateDraft(
  client: Queryable,
  person: SignedInPerson,
  contactId: string,
  relatedCaseId: string,
): Promise<void> {
  const draftId = await untouchedDraft(client, contactId, person.id);
  const draft = draftId === null ? null : await lockCase(client, draftId);
  if (draft?.status !== "draft" || draft.relatedCaseId !== null) return;
  await updateCase(client, draft.id, { relatedCaseId });
  const changes = { relatedCaseId: { from: null, to: relatedCaseId } };
  await appendHistory(client, draft.id, actorOf(person), "edited", { fields: ["relatedCaseId"], changes });
  await tellDesks(client, null, [{ kind: "case", caseId: draft.id, what: "edited" }]);
}

function notLinkable(): AppError {
  return new AppError("rule_violated", "Only a call about a case that waits to be told is a contact of that case", {
    rule: "REQ 2",
    refusal: "call_not_linkable",
    it: "La chiamata si collega solo a un caso Da comunicare.",
    insteadIt:
      "Registrare un caso figlio o, se il caso è chiuso, un'informazione con il collegamento «caso correlato».",
  });
}
