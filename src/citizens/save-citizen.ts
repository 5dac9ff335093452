import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import {
  type Citizen,
  type CitizenInput,
  type ContactInput,
  canonicalContact,
  contactChanges,
  tidyFields,
} from "./citizen.ts";
import { auditCitizen, changeContacts, insertCitizen, readCitizen, updateCitizen } from "./citizen-store.ts";

type Actor = { id: string; login: string };

/** A new record; inside the caller's transaction when a case is saved with it. Contacts are checked (REQ 2). */
export async function createCitizenWith(db: Queryable, person: Actor, input: CitizenInput): Promise<Citizen> {
  const fields = tidyFields(input);
  const contacts = checkContacts(input.contacts ?? []);
  if (contacts.length === 0 && !Object.values(fields).some((value) => value !== null)) {
    throw new AppError("rule_violated", "A citizen record needs a name or a contact", {
      rule: "REQ 2",
      refusal: "citizen_empty",
      it: "La scheda anagrafica è vuota.",
      insteadIt: "Scrivere almeno un nome o un recapito.",
    });
  }
  const id = await insertCitizen(db, fields);
  await changeContacts(db, id, contactChanges([], contacts));
  await auditCitizen(db, person, "citizen.create", id);
  return (await readCitizen(db, id))!;
}

/**
 * Changes a record, inside the caller's transaction. `contacts`, when present, is the whole new list.
 * @throws stale_version with the record as it is now, when `version` is not the one stored
 */
export async function editCitizenWith(
  db: Queryable,
  person: Actor,
  id: string,
  version: number,
  input: CitizenInput,
): Promise<Citizen> {
  const before = await readCitizen(db, id, true);
  if (!before) throw new AppError("not_found", "There is no such citizen record");
  refuseMerged(before);
  if (before.version !== version) {
    throw new AppError("stale_version", "The citizen record was changed meanwhile", {
      it: "La scheda anagrafica è stata modificata da un'altra persona.",
      insteadIt: "Confrontare le modifiche e salvare di nuovo.",
      extra: { currentVersion: before.version, current: before },
    });
  }
  const fields = tidyFields(input);
  await updateCitizen(db, id, fields);
  if (input.contacts) await changeContacts(db, id, contactChanges(before.contacts, checkContacts(input.contacts)));
  await auditCitizen(db, person, "citizen.edit", id, {
    fields: Object.keys(fields),
    contacts: input.contacts !== undefined,
  });
  return (await readCitizen(db, id))!;
}

export async function createCitizen(pool: Pool, person: Actor, input: CitizenInput): Promise<Citizen> {
  return inTransaction(pool, (client) => createCitizenWith(client, person, input));
}

export async function editCitizen(
  pool: Pool,
  person: Actor,
  id: string,
  version: number,
  input: CitizenInput,
): Promise<Citizen> {
  return inTransaction(pool, (client) => editCitizenWith(client, person, id, version, input));
}

/** A merged record only points to the one that lives on. */
export function refuseMerged(citizen: Citizen): void {
  if (!citizen.mergedIntoId) return;
  throw new AppError("wrong_state", "The citizen record is part of another one", {
    refusal: "citizen_merged",
    it: "Questa scheda è stata unita a un'altra.",
    insteadIt: "Aprire la scheda che la comprende.",
    extra: { mergedIntoId: citizen.mergedIntoId },
  });
}

function checkContacts(contacts: ContactInput[]): ContactInput[] {
  return contacts.map((contact, index) => {
    const value = canonicalContact(contact.kind, contact.value);
    if (value !== null) return { ...contact, value };
    const wrong = { phone: "Il numero di telefono", email: "L'indirizzo e-mail", address: "L'indirizzo" }[contact.kind];
    throw new AppError("invalid_form", "A contact is not valid", {
      it: `${wrong} non è valido.`,
      insteadIt: "Farselo ripetere dal cittadino e correggerlo.",
      extra: { errors: [{ path: `contacts[${index}].value`, code: "contact", it: `${wrong} non è valido.` }] },
    });
  });
}
