import { inTransaction, isUniqueViolation } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import {
  auditOrganisation,
  countServicesInUse,
  insertAgency,
  insertDepartment,
  lockAgency,
  lockDepartment,
} from "./agency-store.ts";
import { type Agency, type Department, staleVersion } from "./organisation.ts";
import { changeRow } from "./organisation-row-store.ts";

export type AgencyInput = { externalId: string | null; name: string; shortName: string; switchboard: boolean };
export type DepartmentInput = { agencyId: string; externalId: string | null; name: string };

export async function createAgency(pool: Pool, person: SignedInPerson, input: AgencyInput): Promise<Agency> {
  return savingOrganisation(pool, async (client) => {
    const id = await insertAgency(client, input);
    await auditOrganisation(client, person, "agency.create", "agency", id, input);
    return (await lockAgency(client, id))!;
  });
}

/** @throws stale_version; rule_violated when it would be disabled while services are in use */
export async function editAgency(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: Partial<AgencyInput> & { disabled?: boolean },
): Promise<Agency> {
  return savingOrganisation(pool, async (client) => {
    const before = present(await lockAgency(client, id));
    if (before.version !== version) throw staleVersion(before);
    if (changes.disabled && !before.disabled) await refuseInUse(client, "agency_id", id);
    await changeRow(client, "agencies", id, changes);
    await auditOrganisation(client, person, "agency.edit", "agency", id, changes);
    return (await lockAgency(client, id))!;
  });
}

export async function createDepartment(
  pool: Pool,
  person: SignedInPerson,
  input: DepartmentInput,
): Promise<Department> {
  return savingOrganisation(pool, async (client) => {
    refuseDisabledAgency(await lockAgency(client, input.agencyId));
    const id = await insertDepartment(client, input);
    await auditOrganisation(client, person, "department.create", "department", id, input);
    return (await lockDepartment(client, id))!;
  });
}

export async function editDepartment(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: Partial<Omit<DepartmentInput, "agencyId">> & { disabled?: boolean },
): Promise<Department> {
  return savingOrganisation(pool, async (client) => {
    const before = present(await lockDepartment(client, id));
    if (before.version !== version) throw staleVersion(before);
    if (changes.disabled && !before.disabled) await refuseInUse(client, "department_id", id);
    await changeRow(client, "departments", id, changes);
    await auditOrganisation(client, person, "department.edit", "department", id, changes);
    return (await lockDepartment(client, id))!;
  });
}

/** One transaction; a name or code that is taken becomes the answer that a person understands. */
export async function savingOrganisation<T>(pool: Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(pool, work);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const it = "Esiste già una voce con questo nome o con questo codice.";
    throw new AppError("duplicate", "The name or the code is taken", { it, insteadIt: "Sceglierne un altro." }, error);
  }
}

export function present<T>(found: T | null): T {
  if (found === null) throw new AppError("not_found", "There is no such entry");
  return found;
}

export function refuseDisabledAgency(agency: Agency | null): void {
  if (agency && !agency.disabled) return;
  throw new AppError("rule_violated", "The agency does not exist or is disabled", {
    rule: "REQ 0",
    refusal: "agency_disabled",
    it: "L'ente non esiste o è disattivato.",
    insteadIt: "Scegliere un ente attivo.",
  });
}

/** A service always has its agency, department and office (REQ 0): they go after it. */
export async function refuseInUse(
  client: Queryable,
  by: "agency_id" | "department_id" | "office_id",
  id: string,
): Promise<void> {
  const services = await countServicesInUse(client, by, id);
  if (services === 0) return;
  throw new AppError("rule_violated", "Services that are in use depend on this entry", {
    rule: "REQ 0",
    refusal: "services_in_use",
    it: `Non è possibile disattivare: ${services} servizi attivi ne dipendono.`,
    insteadIt: "Prima spostare o disattivare i servizi.",
    extra: { services },
  });
}
