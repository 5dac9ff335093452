import { actorOf, visibleCase } from "../cases/visibility/visible-case.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { citizenDataIn } from "./citizen-data.ts";
import { type InformationNeed, insertNeed, type NewNeed, readNeed } from "./information-need-store.ts";
import { tellNeed } from "./need-news-store.ts";
import { namesInCase, placeOfAgency, placeOfCard, placeOfEntry, placeOfService } from "./need-subject-store.ts";

export type NeedReport = {
  /** The case that showed it (REQ 8). */
  caseId: string;
  text: string;
} & (
  | { about: "card"; cardId: string }
  | { about: "directory_entry"; entryId: string }
  | { about: "missing"; serviceId?: string | undefined; agencyId?: string | undefined }
);

/** Reports a need; the knowledge editors are told. @throws rule_violated (citizen data), not_found */
export async function reportNeed(pool: Pool, person: SignedInPerson, report: NeedReport): Promise<InformationNeed> {
  return inTransaction(pool, async (client) => {
    const record = await visibleCase(client, person, report.caseId);
    refuseCitizenData(report.text, await namesInCase(client, report.caseId));
    const subject = await subjectOf(client, report, record);
    const need: NewNeed = {
      state: "reported",
      about: report.about,
      caseId: report.caseId,
      text: report.text,
      ...subject,
    };
    const id = await insertNeed(client, need, actorOf(person));
    await tellNeed(client, id, person.id);
    return (await readNeed(client, person, id))!;
  });
}

/** @throws rule_violated naming what must go; the data itself is not repeated in the answer. */
export function refuseCitizenData(text: string, names: readonly string[]): void {
  const kinds = [...new Set(citizenDataIn(text, names).map(({ kind }) => kind))];
  if (kinds.length === 0) return;
  const words = kinds.map((kind) => dataNames[kind]).join(", ");
  throw new AppError("rule_violated", "An information need carries no citizen data", {
    rule: "REQ 8",
    refusal: "citizen_data",
    it: `Il testo contiene dati che possono essere del cittadino: ${words}.`,
    insteadIt: "Toglierli: il caso è già collegato. Per un numero errato indicare la voce, non il numero.",
    extra: { kinds },
  });
}

const dataNames = {
  email: "indirizzo e-mail",
  phone: "numero di telefono",
  tax_code: "codice fiscale",
  iban: "conto bancario",
  name: "nome e cognome",
} as const;

type Subject = Pick<NewNeed, "cardId" | "cardVersion" | "directoryEntryId" | "agencyId" | "serviceId">;

async function subjectOf(
  client: Queryable,
  report: NeedReport,
  record: { agencyId: string | null; serviceId: string | null },
): Promise<Subject> {
  const none = { cardId: null, cardVersion: null, directoryEntryId: null };
  if (report.about === "card") {
    const card = await placeOfCard(client, report.cardId, report.caseId);
    if (!card) throw noSuchSubject();
    const { agencyId, serviceId, version } = card;
    return { ...none, cardId: report.cardId, cardVersion: version, agencyId, serviceId };
  }
  if (report.about === "directory_entry") {
    const entry = await placeOfEntry(client, report.entryId);
    if (!entry) throw noSuchSubject();
    return { ...none, ...entry, directoryEntryId: report.entryId };
  }
  const serviceId = report.serviceId ?? (report.agencyId ? null : record.serviceId);
  const agencyId = report.agencyId ?? record.agencyId;
  const place = serviceId
    ? await placeOfService(client, serviceId)
    : agencyId && (await placeOfAgency(client, agencyId));
  if (!place) throw noSuchSubject();
  return { ...none, ...place };
}

function noSuchSubject(): AppError {
  return new AppError("rule_violated", "There is no such card, entry or service", {
    rule: "REQ 8",
    refusal: "need_without_subject",
    it: "Manca la scheda, la voce di rubrica o il servizio di cui si tratta.",
    insteadIt: "Indicare almeno l'ente che deve rispondere.",
  });
}
