import { appendHistory } from "../../cases/case-history-store.ts";
import { tellDesks } from "../../cases/case-news-store.ts";
import type { CaseRecord } from "../../cases/case-record.ts";
import { gatherFacts } from "../../cases/moves/case-facts-store.ts";
import { refuseForeignDraft } from "../../cases/moves/move-case.ts";
import { actorOf, lockVisibleFamily } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { DEFAULT_SEGMENT_LIMIT, smsLength } from "../../knowledge/cards/sms-segments.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { insertOutboundContact, insertSending } from "../email/email-store.ts";
import { type CardTexts, cardForCase } from "../email/email-template-store.ts";
import type { SmsText } from "../message.ts";
import { refuseMessage } from "../message-errors.ts";
import { type MessageView, messageView } from "../message-store.ts";
import { enqueueSending } from "../outbox/outbox-store.ts";
import { mobileNumber, refuseTooMany, type SmsFacts, smsRefusal } from "./check-sms.ts";
import { consentText, countRecentSms, hasPhoneContact, insertSms } from "./sms-store.ts";

export type SmsWish = { text: SmsText; number: string; consent: { textVersion: string } };

/**
 * Sends one of the card's two texts to one mobile number that the citizen just told (REQ 5): consent, message, its
 * outbox row and its job are one transaction. The number goes nowhere but into this sending, and the case's answer
 * channel stays what it is.
 * @throws rule_violated, too_many_requests
 */
export async function sendSms(pool: Pool, person: SignedInPerson, caseId: string, wish: SmsWish): Promise<MessageView> {
  return inTransaction(pool, async (client) => {
    const { self, parent } = await lockVisibleFamily(client, person, caseId, null);
    refuseForeignDraft(self, person);
    const refused = smsRefusal(person, self, await smsFacts(client, person, self, parent), wish.text);
    if (refused) throw refuseMessage(refused);
    const toAddress = mobileNumber(wish.number);
    const consent = await consentText(client);
    if (wish.consent.textVersion !== consent.version) throw refuseMessage("consent_missing");
    const { card, body, segments } = await textOfCard(client, caseId, wish.text);
    refuseTooMany(await countRecentSms(client, person.id, toAddress));
    const messageId = await insertSms(client, {
      ...{ caseId, personId: person.id, language: "it", card: { id: card.id, version: card.version } },
      ...{ textKind: wish.text, body, segments, consentVersion: consent.version },
    });
    const contactId = await insertOutboundContact(client, caseId, "sms", person.id);
    const sendingId = await insertSending(client, {
      ...{ messageId, try: 1, contactId, personId: person.id, toAddress, addressSource: "typed" },
    });
    const data = { messageId, kind: "sms", text: wish.text, consent: consent.version };
    await appendHistory(client, caseId, actorOf(person), "message_queued", data);
    await enqueueSending(client, sendingId);
    const view = await messageView(client, messageId);
    await tellDesks(client, person.id, [{ kind: "case", caseId, what: "message" }]);
    return view!;
  });
}

export async function smsFacts(
  db: Queryable,
  person: SignedInPerson,
  self: CaseRecord,
  parent: CaseRecord | null,
): Promise<SmsFacts> {
  const facts = await gatherFacts(db, self, parent, { personId: person.id, officeIds: person.officeIds });
  return { ...facts, hasPhoneContact: await hasPhoneContact(db, self.id) };
}

/** The text as the published card has it; nothing is written or cut here (REQ 5.1: no free text). */
export async function textOfCard(
  db: Queryable,
  caseId: string,
  text: SmsText,
): Promise<{ card: CardTexts; body: string; segments: number }> {
  const card = await cardForCase(db, caseId, text === "work-done" ? "work_done_text" : "sms_text");
  if (!card) throw refuseMessage("sms_text_missing");
  const body = (text === "work-done" ? card.workDoneText : card.smsText).trim();
  const { segments } = smsLength(body);
  if (segments > DEFAULT_SEGMENT_LIMIT) throw refuseMessage("sms_too_long", { segments, limit: DEFAULT_SEGMENT_LIMIT });
  return { card, body, segments };
}
