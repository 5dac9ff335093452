import { canonicalContact } from "../../citizens/citizen.ts";
import { parseDialledNumber } from "../../citizens/phone-number.ts";
import { isExclusionViolation } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { DayException, WeeklyHours } from "../../ivr/hours/opening-hours.ts";
import { replaceCalendarExceptions, replaceCalendarWeek } from "../../ivr/hours/opening-hours-store.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { auditOrganisation, lockAgency } from "../agency-store.ts";
import { present, refuseDisabledAgency, refuseInUse, savingOrganisation } from "../edit-agency.ts";
import { mayEditOffice, refuseOutOfScope, staleVersion } from "../organisation.ts";
import { changeRow } from "../organisation-row-store.ts";
import {
  type Absence,
  deleteAbsence,
  insertAbsence,
  insertOffice,
  insertOfficeCalendar,
  type ListedOffice,
  readOffice,
  replaceOfficePeople,
  servicesOfOffice,
} from "./office-store.ts";

export type OfficeInput = {
  agencyId: string;
  externalId: string | null;
  name: string;
  /** As typed; an extension may follow ("int. 3"). */
  phone: string | null;
  email: string | null;
  isRejectsDesk: boolean;
};
export type OfficeChanges = Partial<Omit<OfficeInput, "agencyId">> & { disabled?: boolean };
export type OfficeHours = {
  italianHolidays: boolean;
  localHolidays: string[];
  hours: WeeklyHours[];
  exceptions: (DayException & { note: string })[];
};

export async function createOffice(pool: Pool, person: SignedInPerson, input: OfficeInput): Promise<ListedOffice> {
  return savingOrganisation(pool, async (client) => {
    refuseDisabledAgency(await lockAgency(client, input.agencyId));
    const id = await insertOffice(client, { ...input, ...contactData(input.phone, input.email) });
    await auditOrganisation(client, person, "office.create", "office", id, input);
    return (await readOffice(client, id))!;
  });
}

/** Being the rejects desk, being disabled and the code are the administrator's to decide. */
export async function editOffice(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: OfficeChanges,
): Promise<ListedOffice> {
  return changingOffice(pool, person, id, version, "office.edit", changes, async (client, before) => {
    const { isRejectsDesk, disabled, externalId } = changes;
    const reserved = [isRejectsDesk, disabled, externalId].some((value) => value !== undefined);
    refuseOutOfScope(!reserved || hasRole(person, "administrator"));
    if ((disabled && !before.disabled) || (isRejectsDesk && !before.isRejectsDesk)) {
      await refuseInUse(client, "office_id", id);
    }
    const phone = changes.phone === undefined ? {} : phoneData(changes.phone);
    const email = changes.email === undefined ? {} : { email: emailData(changes.email) };
    const { phone: _phone, email: _email, ...rest } = changes;
    await changeRow(client, "offices", id, { ...rest, ...phone, ...email });
  });
}

/** Weekly hours, holidays and single days of an office; the first time gives it a calendar of its own. */
export async function editOfficeHours(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  hours: OfficeHours,
): Promise<ListedOffice> {
  const { exceptions, ...week } = hours;
  try {
    return await changingOffice(pool, person, id, version, "office.hours", hours, async (client, before) => {
      const calendarId = before.calendarId ?? (await insertOfficeCalendar(client, before.name));
      const author = { personId: person.id, actor: person.login };
      await replaceCalendarWeek(client, calendarId, { ...week, name: before.name }, author);
      await replaceCalendarExceptions(client, calendarId, exceptions, author);
      await changeRow(client, "offices", id, { calendarId });
    });
  } catch (error) {
    if (!isExclusionViolation(error)) throw error;
    const it = "Due orari dello stesso giorno si sovrappongono.";
    throw new AppError(
      "invalid_form",
      "Opening hours overlap",
      { it, extra: { errors: [{ path: "hours", code: "overlap", it }] } },
      error,
    );
  }
}

export async function setOfficePeople(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  personIds: string[],
): Promise<ListedOffice> {
  return changingOffice(pool, person, id, version, "office.people", { personIds }, async (client) => {
    const unknown = await replaceOfficePeople(client, id, personIds);
    if (unknown.length > 0) {
      throw new AppError("rule_violated", "Some of these people can not work in this office", {
        refusal: "person_unknown",
        it: "Una o più persone non sono operatori di secondo livello attivi di questo ente.",
        insteadIt: "Scegliere altre persone, o farle abilitare dall'amministratore.",
        extra: { personIds: unknown },
      });
    }
    await changeRow(client, "offices", id, {});
  });
}

/** @throws duplicate when the person is already away then */
export async function addAbsence(
  pool: Pool,
  person: SignedInPerson,
  officeId: string,
  absence: Omit<Absence, "id">,
): Promise<Absence> {
  try {
    return await savingOrganisation(pool, async (client) => {
      await officeInScope(client, person, officeId);
      const id = await insertAbsence(client, officeId, absence);
      if (id === null) throw new AppError("not_found", "The person is not of this office");
      await auditOrganisation(client, person, "office.absence", "office", officeId, absence);
      return { id, ...absence };
    });
  } catch (error) {
    if (!isExclusionViolation(error)) throw error;
    const it = "La persona risulta già assente in questo periodo.";
    throw new AppError("duplicate", "The person is already away then", { it }, error);
  }
}

export async function removeAbsence(
  pool: Pool,
  person: SignedInPerson,
  officeId: string,
  absenceId: string,
): Promise<void> {
  await savingOrganisation(pool, async (client) => {
    await officeInScope(client, person, officeId);
    if (!(await deleteAbsence(client, officeId, absenceId)))
      throw new AppError("not_found", "There is no such absence");
    await auditOrganisation(client, person, "office.absence_removed", "office", officeId, { absenceId });
  });
}

async function changingOffice(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  action: string,
  changes: object,
  work: (client: Queryable, before: ListedOffice) => Promise<void>,
): Promise<ListedOffice> {
  return savingOrganisation(pool, async (client) => {
    const before = await officeInScope(client, person, id);
    if (before.version !== version) throw staleVersion(before);
    await work(client, before);
    await auditOrganisation(client, person, action, "office", id, changes);
    return (await readOffice(client, id))!;
  });
}

async function officeInScope(client: Queryable, person: SignedInPerson, id: string): Promise<ListedOffice> {
  const office = present(await readOffice(client, id, true));
  refuseOutOfScope(mayEditOffice(person, office.agencyId, await servicesOfOffice(client, id)));
  return office;
}

function contactData(phone: string | null, email: string | null) {
  return { ...phoneData(phone), email: emailData(email) };
}

function phoneData(raw: string | null): { phone: string | null; phoneExtension: string | null } {
  if (raw === null || raw.trim() === "") return { phone: null, phoneExtension: null };
  const number = parseDialledNumber(raw);
  if (!number) throw wrongField("phone", "Il numero di telefono non è valido.");
  return { phone: number.e164, phoneExtension: number.extension };
}

function emailData(raw: string | null): string | null {
  if (raw === null || raw.trim() === "") return null;
  const email = canonicalContact("email", raw);
  if (email === null) throw wrongField("email", "L'indirizzo e-mail non è valido.");
  return email;
}

function wrongField(path: string, it: string): AppError {
  return new AppError("invalid_form", "A field is not valid", {
    it,
    extra: { errors: [{ path, code: "format", it }] },
  });
}
