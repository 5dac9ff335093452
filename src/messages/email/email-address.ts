import type { CaseRecord } from "../../cases/case-record.ts";
import { livingCitizen, updateCase } from "../../cases/case-store.ts";
import { canonicalContact } from "../../citizens/citizen.ts";
import { readCitizen } from "../../citizens/citizen-store.ts";
import { createCitizenWith, editCitizenWith } from "../../citizens/save-citizen.ts";
import type { Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { AddressSource } from "../message.ts";
import { refuseMessage } from "../message-errors.ts";
import { addressesOfCitizen } from "./email-store.ts";

export type AddressWish = { source: AddressSource; address: string };

/**
 * The one recipient, in the form it is compared and sent (FAULTS I50, I51). Letters beyond ASCII before the @ would need
 * SMTPUTF8 on every server of the way: refused with the reason.
 */
export function readAddress(raw: string): string | null {
  if (/\p{C}/u.test(raw)) return null;
  const address = canonicalContact("email", raw);
  const local = address?.slice(0, address.lastIndexOf("@")) ?? "";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  return address !== null && local.length <= 64 && /^[\x00-\x7f]+$/.test(local) ? address : null;
}

/**
 * Where the e-mail goes (REQ 6.2): an address of the case's citizen record, or one declared in the call, which is saved
 * in a record linked to the case.
 * @returns the case as it is then (a record may have been linked to it)
 */
export async function settleAddress(
  db: Queryable,
  person: SignedInPerson,
  self: CaseRecord,
  citizenId: string | null,
  wish: AddressWish,
): Promise<{ address: string; self: CaseRecord }> {
  const address = readAddress(wish.address);
  if (address === null) throw refuseMessage("address_not_valid");
  const living = citizenId === null ? null : await livingCitizen(db, citizenId);
  const known = living === null ? [] : await addressesOfCitizen(db, living);
  if (wish.source === "citizen") {
    if (!known.includes(address)) throw refuseMessage("address_not_in_record");
    return { address, self };
  }
  if (living === null) {
    const contacts = [{ kind: "email", value: address, source: "declared" } as const];
    const citizen = await createCitizenWith(db, person, { contacts });
    return { address, self: await updateCase(db, self.id, { citizenId: citizen.id }) };
  }
  const record = (await readCitizen(db, living, true))!;
  const declared = record.contacts.some(
    (contact) => contact.kind === "email" && contact.value === address && contact.source === "declared",
  );
  if (!declared) {
    const contacts = [...record.contacts, { kind: "email", value: address, source: "declared" } as const];
    await editCitizenWith(db, person, living, record.version, { contacts });
  }
  return { address, self };
}
