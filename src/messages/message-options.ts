import type { CaseRecord } from "../cases/case-record.ts";
import { readCase } from "../cases/case-store.ts";
import { visibleCase } from "../cases/visibility/visible-case.ts";
import type { Pool } from "../database/pool.ts";
import { isAppError } from "../errors.ts";
import { DEFAULT_SEGMENT_LIMIT, smsLength } from "../knowledge/cards/sms-segments.ts";
import { releasedDocuments } from "../knowledge/documents/card-document-store.ts";
import { hasRole, type SignedInPerson } from "../people/person.ts";
import { isEmailReason } from "./email/compose-email.ts";
import { addressesOfCitizen } from "./email/email-store.ts";
import { cardForCase, generalAnswer, listTemplates } from "./email/email-template-store.ts";
import { EMAIL_PARTS, MAX_ATTACHMENT_BYTES, SMS_TEXTS, type SmsText } from "./message.ts";
import { type MessageRefusal, refusalView } from "./message-errors.ts";
import type { MessageSettings } from "./message-settings.ts";
import { smsRefusal } from "./sms/check-sms.ts";
import { smsFacts, textOfCard } from "./sms/send-sms.ts";
import { consentText } from "./sms/sms-store.ts";

/**
 * What may be sent on this case now, by this person, and why not (§4.4, §4.5; REQ 5, 6): the page offers no more, and
 * the sending checks the same again.
 */
export async function messageOptions(pool: Pool, settings: MessageSettings, person: SignedInPerson, caseId: string) {
  const record = await visibleCase(pool, person, caseId);
  const parent = record.parentId === null ? null : await readCase(pool, record.parentId);
  const facts = await smsFacts(pool, person, record, parent);
  const texts = [];
  for (const text of SMS_TEXTS) {
    const refused = settings.sms ? smsRefusal(person, record, facts, text) : "sms_not_set_up";
    texts.push(await smsOption(pool, record, text, isForeignDraft(record, person) ? "sms_only_own_case" : refused));
  }
  return {
    sms: { texts, consent: await consentText(pool) },
    email: await emailOption(pool, settings, person, record, parent?.citizenId ?? null),
  };
}

async function smsOption(pool: Pool, record: CaseRecord, text: SmsText, refused: MessageRefusal | null) {
  if (refused) return { text, refusal: refusalView(refused), body: null, segments: null };
  try {
    const { body } = await textOfCard(pool, record.id, text);
    return { text, refusal: null, body, limit: DEFAULT_SEGMENT_LIMIT, ...smsLength(body) };
  } catch (error) {
    if (!isAppError(error, "rule_violated")) throw error;
    return { text, refusal: refusalView(error.details.refusal as MessageRefusal), body: null, segments: null };
  }
}

async function emailOption(
  pool: Pool,
  settings: MessageSettings,
  person: SignedInPerson,
  record: CaseRecord,
  parentCitizenId: string | null,
) {
  const citizenId = record.citizenId ?? parentCitizenId;
  // Also where nothing new may be sent: an e-mail of the closed case is sent again to one of these (REQ 6.3).
  const addresses = citizenId && hasRole(person, "operator") ? await addressesOfCitizen(pool, citizenId) : [];
  const nothing = { templates: [], parts: [], documents: [], addresses, maxAttachmentBytes: MAX_ATTACHMENT_BYTES };
  const refused = emailRefusal(settings, person, record);
  if (refused) return { ...nothing, refusal: refusalView(refused) };
  const card = await cardForCase(pool, record.id);
  const information = record.reason === "information";
  const documents = information && record.serviceId ? await releasedDocuments(pool, record.serviceId) : [];
  const standard =
    card?.answers.some((answer) => answer.reason === record.reason) ||
    (await generalAnswer(pool, record.reason!, "it")) !== null;
  const parts = EMAIL_PARTS.filter((part) =>
    part === "standard_answer" ? !information && standard : information && card?.[part].trim(),
  );
  if (parts.length === 0 && documents.length === 0) {
    return { ...nothing, refusal: refusalView(information ? "email_content_missing" : "no_standard_answer") };
  }
  return {
    refusal: null,
    templates: (await listTemplates(pool, record.reason)).map(({ id, name, language }) => ({ id, name, language })),
    parts,
    documents: documents.map(({ id, name, mediaType, sizeBytes }) => ({ id, name, mediaType, sizeBytes })),
    addresses,
    maxAttachmentBytes: MAX_ATTACHMENT_BYTES,
  };
}

function emailRefusal(settings: MessageSettings, person: SignedInPerson, record: CaseRecord): MessageRefusal | null {
  if (!settings.mail) return "email_not_set_up";
  if (!hasRole(person, "operator")) return "email_only_first_level";
  if (record.status !== "draft" || isForeignDraft(record, person)) return "email_closes_draft";
  return isEmailReason(record.reason) ? null : "email_reason";
}

function isForeignDraft(record: CaseRecord, person: SignedInPerson): boolean {
  return record.status === "draft" && record.ownerId !== person.id;
}
