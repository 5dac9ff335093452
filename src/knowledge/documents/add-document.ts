import { createHash } from "node:crypto";
import { tidyText } from "../../citizens/citizen.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { isReferentOf, mayEditCard, refuseOutOfScope } from "../cards/card.ts";
import { lockCard } from "../cards/card-store.ts";
import { auditCard, noSuchCard } from "../cards/save-card.ts";
import {
  type CardDocument,
  deleteDocument,
  insertDocument,
  readDocument,
  setReleased,
  sizeOfDocuments,
} from "./card-document-store.ts";

/** What mail servers take without fail: one document, and all of a card together (REQ 6.1, size guard). */
export const documentLimitBytes = 5_000_000;
export const cardDocumentsLimitBytes = 10_000_000;

const kinds: readonly { mediaType: string; ending: RegExp; start: string | null }[] = [
  { mediaType: "application/pdf", ending: /\.pdf$/i, start: "%PDF-" },
  { mediaType: "image/png", ending: /\.png$/i, start: "\x89PNG" },
  { mediaType: "image/jpeg", ending: /\.jpe?g$/i, start: "\xff\xd8\xff" },
  {
    mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ending: /\.docx$/i,
    start: "PK\x03\x04",
  },
  { mediaType: "application/vnd.oasis.opendocument.text", ending: /\.odt$/i, start: "PK\x03\x04" },
];

/** @returns the media type that both name and first bytes say; null when they do not agree, or it is none of ours. */
export function mediaTypeOf(name: string, content: Buffer): string | null {
  const kind = kinds.find(({ ending }) => ending.test(name));
  if (!kind) return null;
  return kind.start === null || content.subarray(0, kind.start.length).toString("latin1") === kind.start
    ? kind.mediaType
    : null;
}

/** Adds a document to a card, not yet released. @throws rule_violated (kind, size), role_missing */
export async function addDocument(
  pool: Pool,
  person: SignedInPerson,
  cardId: string,
  file: { name: string; content: Buffer },
): Promise<CardDocument> {
  const name = tidyText(file.name).replace(/[/\\]/g, "_").slice(-120);
  const mediaType = mediaTypeOf(name, file.content);
  if (!mediaType) throw refused("document_kind", "Il documento deve essere un PDF, un'immagine, un file docx o odt.");
  return inTransaction(pool, async (client) => {
    const card = await lockCard(client, cardId);
    if (!card) throw noSuchCard();
    refuseOutOfScope(mayEditCard(person, card));
    if ((await sizeOfDocuments(client, cardId)) + file.content.length > cardDocumentsLimitBytes) {
      throw refused("documents_too_large", "I documenti di una scheda non possono superare insieme 10 MB.");
    }
    const sha256 = createHash("sha256").update(file.content).digest("hex");
    const id = await insertDocument(client, {
      cardId,
      name,
      mediaType,
      sha256,
      content: file.content,
      personId: person.id,
    });
    await auditCard(client, person, "card.document", cardId, { documentId: id, sha256 });
    return (await readDocument(client, id))!;
  });
}

/** Releasing is the agency's word (REQ 6.1): its referent for the service gives it, and takes it back. */
export async function releaseDocument(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  released: boolean,
): Promise<CardDocument> {
  return inTransaction(pool, async (client) => {
    const document = await readDocument(client, id);
    if (!document) throw noSuchDocument();
    refuseOutOfScope(isReferentOf(person, document));
    await setReleased(client, id, released ? person.id : null);
    await auditCard(client, person, released ? "card.document_released" : "card.document_held", document.cardId, {
      documentId: id,
    });
    return (await readDocument(client, id))!;
  });
}

export async function removeDocument(pool: Pool, person: SignedInPerson, id: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    const document = await readDocument(client, id);
    if (!document) throw noSuchDocument();
    refuseOutOfScope(mayEditCard(person, document));
    await deleteDocument(client, id);
    await auditCard(client, person, "card.document_removed", document.cardId, { documentId: id });
  });
}

export function noSuchDocument(): AppError {
  return new AppError("not_found", "There is no such document");
}

function refused(refusal: string, it: string): AppError {
  return new AppError("rule_violated", "The document can not be taken", {
    rule: "REQ 6.1",
    refusal,
    it,
    insteadIt: "Ridurre il documento o scegliere un altro formato.",
  });
}
