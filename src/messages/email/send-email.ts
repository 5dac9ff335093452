import { appendHistory } from "../../cases/case-history-store.ts";
import type { CaseNews } from "../../cases/case-news-store.ts";
import { tellDesks } from "../../cases/case-news-store.ts";
import { type CaseWrites, databaseNow, type LockedFamily, updateCase } from "../../cases/case-store.ts";
import { moveLocked, moverOf, refuseForeignDraft } from "../../cases/moves/move-case.ts";
import { actorOf, lockVisibleFamily } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { refuseMessage } from "../message-errors.ts";
import { type MessageView, messageView } from "../message-store.ts";
import { enqueueSending } from "../outbox/outbox-store.ts";
import { type ComposedEmail, composeEmail, type EmailChoice } from "./compose-email.ts";
import { type AddressWish, settleAddress } from "./email-address.ts";
import { insertEmail, insertOutboundContact, insertSending, keepFiles } from "./email-store.ts";

export type EmailWish = EmailChoice & { to: AddressWish };

/**
 * Answers a telephone contact by e-mail and closes the case with it (REQ 6.1-6.3): answer, channel, move, message,
 * its sending and its job are one transaction; the mail leaves after commit.
 * @throws rule_violated for the e-mail's own rules and for those of the move
 */
export async function sendEmail(
  pool: Pool,
  person: SignedInPerson,
  caseId: string,
  wish: EmailWish,
): Promise<MessageView> {
  return inTransaction(pool, async (client) => {
    const family = await lockVisibleFamily(client, person, caseId, null);
    if (family.self.status !== "draft") throw refuseMessage("email_closes_draft");
    refuseForeignDraft(family.self, person);
    const composed = await composeEmail(client, family.self, wish);
    const citizenId = family.self.citizenId ?? family.parent?.citizenId ?? null;
    const settled = await settleAddress(client, person, family.self, citizenId, wish.to);
    family.self = settled.self;
    const news = await closeWithEmail(client, person, family, composed);
    const messageId = await insertEmail(client, {
      ...{ caseId, personId: person.id, language: composed.template.language, card: composed.card },
      ...{ template: composed.template, parts: composed.parts, subject: composed.subject, body: composed.body },
    });
    await keepFiles(
      client,
      messageId,
      composed.documents.map((document) => document.id),
    );
    await queueSending(client, person, {
      ...{ caseId, messageId, try: 1, toAddress: settled.address, addressSource: wish.to.source },
    });
    const view = await messageView(client, messageId);
    await tellDesks(client, person.id, news);
    return view!;
  });
}

/** The answer that was given, the channel it took, and the move that closes the case (REQ 4, 6.2, 6.3). */
async function closeWithEmail(
  client: Queryable,
  person: SignedInPerson,
  family: LockedFamily,
  composed: ComposedEmail,
): Promise<CaseNews[]> {
  const writes: CaseWrites = { answerChannel: "email" };
  if (!family.self.answer?.trim()) Object.assign(writes, { answer: composed.answer, answeredAt: databaseNow });
  family.self = await updateCase(client, family.self.id, writes);
  const wish =
    family.self.reason === "issue_report"
      ? ({ to: "assigned_resolved" } as const)
      : ({ to: "resolved_l1", attribute: "communicated" } as const);
  return (await moveLocked(client, moverOf(person), family, wish)).news;
}

export type SendingWish = {
  caseId: string;
  messageId: string;
  try: number;
  toAddress: string;
  addressSource: AddressWish["source"];
};

/** One sending by a person: outbound contact, outbox row, history, job (REQ 0: a sending is a contact on the case). */
export async function queueSending(client: Queryable, person: SignedInPerson, wish: SendingWish): Promise<string> {
  const contactId = await insertOutboundContact(client, wish.caseId, "email", person.id);
  const sendingId = await insertSending(client, { ...wish, contactId, personId: person.id });
  await appendHistory(client, wish.caseId, actorOf(person), "message_queued", {
    ...{ messageId: wish.messageId, kind: "email", try: wish.try, addressSource: wish.addressSource },
  });
  await enqueueSending(client, sendingId);
  return sendingId;
}
