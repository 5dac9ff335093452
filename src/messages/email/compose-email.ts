import { DateTime } from "luxon";
import type { CaseRecord } from "../../cases/case-record.ts";
import type { Queryable } from "../../database/pool.ts";
import { type CardDocument, releasedDocuments } from "../../knowledge/documents/card-document-store.ts";
import { type EmailPart, MAX_ATTACHMENT_BYTES } from "../message.ts";
import { refuseMessage } from "../message-errors.ts";
import {
  type CardTexts,
  cardForCase,
  caseWords,
  type EmailTemplate,
  generalAnswer,
  readTemplate,
} from "./email-template-store.ts";
import { fillTemplate, type Placeholder } from "./fill-template.ts";

export type EmailChoice = { templateId: string; parts: readonly EmailPart[]; documents: readonly string[] };

export type ComposedEmail = {
  template: EmailTemplate;
  card: { id: string; version: number } | null;
  parts: EmailPart[];
  documents: CardDocument[];
  subject: string;
  body: string;
  /** What the citizen was answered, for the case. */
  answer: string;
};

/** Reasons that end at first level and so may be answered by e-mail; the case closes with it (REQ 6.1, 6.3). */
export const EMAIL_REASONS = ["information", "grievance", "issue_report", "case_status", "booking"] as const;

const partTitles: Record<"it" | "en", Record<Exclude<EmailPart, "standard_answer">, string>> = {
  it: { who: "Chi", where: "Dove", when: "Quando", how: "Come" },
  en: { who: "Who", where: "Where", when: "When", how: "How" },
};

/**
 * The e-mail as it would leave, for the preview and for the sending alike (REQ 6.1): a prepared template filled with
 * text of the card, or the standard answer, and released documents.
 * @throws rule_violated with what is missing
 */
export async function composeEmail(db: Queryable, record: CaseRecord, choice: EmailChoice): Promise<ComposedEmail> {
  if (!isEmailReason(record.reason)) throw refuseMessage("email_reason");
  const template = await readTemplate(db, choice.templateId);
  if (!template?.reasons.includes(record.reason)) throw refuseMessage("template_unknown");
  const parts = [...new Set(choice.parts)];
  const card = await cardForCase(db, record.id);
  const documents = await chosenDocuments(db, record, choice.documents);
  const content =
    record.reason === "information"
      ? informationText(card, parts, documents, template.language)
      : await standardAnswer(db, record, card, parts, documents, template.language);
  const words = await caseWords(db, record.id);
  const values: Record<Placeholder, string> = {
    numero_caso: String(words.number),
    ente: words.agency ?? "",
    servizio: words.service ?? "",
    nome: [words.firstName, words.lastName].filter(Boolean).join(" ") || citizenWord[template.language],
    data: DateTime.fromJSDate(words.calledAt, { zone: "Europe/Rome" }).toFormat("dd/MM/yyyy"),
    contenuto: content,
    documenti: documents.map((document) => document.name).join(", "),
  };
  return {
    template,
    card: card && { id: card.id, version: card.version },
    parts,
    documents,
    subject: filled(template.subject, values).replace(/\s+/g, " "),
    body: filled(template.body, values),
    answer: content || `Documenti inviati: ${values.documenti}`,
  };
}

const citizenWord = { it: "cittadina, gentile cittadino", en: "citizen" };

export function isEmailReason(reason: string | null): reason is (typeof EMAIL_REASONS)[number] {
  return EMAIL_REASONS.some((one) => one === reason);
}

function filled(text: string, values: Record<Placeholder, string>): string {
  const result = fillTemplate(text, values);
  if ("unknown" in result) throw refuseMessage("template_broken", { placeholders: result.unknown });
  return result.text;
}

function informationText(
  card: CardTexts | null,
  parts: readonly EmailPart[],
  documents: readonly CardDocument[],
  language: "it" | "en",
): string {
  if (parts.includes("standard_answer")) throw refuseMessage("part_missing", { parts: ["standard_answer"] });
  if (parts.length === 0 && documents.length === 0) throw refuseMessage("email_content_missing");
  const titles = partTitles[language];
  // As they stand on the card, in whatever order they were ticked.
  const wanted = (["who", "where", "when", "how"] as const).filter((part) => parts.includes(part));
  const missing = wanted.filter((part) => !card?.[part].trim());
  if (missing.length > 0) throw refuseMessage("part_missing", { parts: missing });
  return wanted.map((part) => `${titles[part]}:\n${card?.[part].trim()}`).join("\n\n");
}

async function standardAnswer(
  db: Queryable,
  record: CaseRecord,
  card: CardTexts | null,
  parts: readonly EmailPart[],
  documents: readonly CardDocument[],
  language: "it" | "en",
): Promise<string> {
  const foreign = parts.some((part) => part !== "standard_answer");
  if (foreign || documents.length > 0) throw refuseMessage("email_only_standard_answer");
  const own = card?.answers.find((answer) => answer.reason === record.reason && answer.language === language);
  const text = own?.text ?? (await generalAnswer(db, record.reason!, language));
  if (!text?.trim()) throw refuseMessage("no_standard_answer");
  return text.trim();
}

async function chosenDocuments(db: Queryable, record: CaseRecord, ids: readonly string[]): Promise<CardDocument[]> {
  if (ids.length === 0) return [];
  const released = record.serviceId === null ? [] : await releasedDocuments(db, record.serviceId);
  const chosen = [...new Set(ids)].map((id) => released.find((document) => document.id === id));
  const documents = chosen.filter((document) => document !== undefined);
  if (documents.length < chosen.length) throw refuseMessage("document_not_released");
  const bytes = documents.reduce((sum, document) => sum + document.sizeBytes, 0);
  if (bytes > MAX_ATTACHMENT_BYTES) {
    throw refuseMessage("documents_too_large", { sizeBytes: bytes, limitBytes: MAX_ATTACHMENT_BYTES });
  }
  return documents;
}
