import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { auditOrganisation, lockAgency } from "../agency-store.ts";
import { present, refuseDisabledAgency, savingOrganisation } from "../edit-agency.ts";
import { mayEditService, refuseOutOfScope, refuseSettings, type Service, staleVersion } from "../organisation.ts";
import { changeRow } from "../organisation-row-store.ts";
import {
  hasCases,
  insertService,
  type ListedService,
  readService,
  readTriple,
  setContactBack,
} from "./service-store.ts";

export type ServiceInput = Omit<Service, "id" | "disabled" | "version">;
export type ServiceChanges = Partial<Omit<ServiceInput, "agencyId">> & { disabled?: boolean };

export async function createService(pool: Pool, person: SignedInPerson, input: ServiceInput): Promise<ListedService> {
  refuseSettings(input);
  return savingOrganisation(pool, async (client) => {
    refuseDisabledAgency(await lockAgency(client, input.agencyId));
    await refuseTriple(client, input);
    const id = await insertService(client, input);
    await auditOrganisation(client, person, "service.create", "service", id, input);
    return (await readService(client, id))!;
  });
}

/**
 * Cases that left draft keep the profile and the contact-back flag they were given (REQ 0): a change counts for later
 * ones only.
 * @throws stale_version; rule_violated for settings that the profile does not have, or a triple that is none
 */
export async function editService(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: ServiceChanges,
): Promise<ListedService> {
  return savingOrganisation(pool, async (client) => {
    const before = present(await readService(client, id, true));
    refuseOutOfScope(mayEditService(person, before));
    if (before.version !== version) throw staleVersion(before);
    const after = { ...before, ...given(changes) };
    refuseSettings(after);
    const moved = after.departmentId !== before.departmentId;
    if (moved && (await hasCases(client, id))) throw departmentIsKept();
    if (!after.disabled && (moved || after.officeId !== before.officeId || before.disabled)) {
      await refuseTriple(client, after);
    }
    const { contactBackReasons, ...columns } = changes;
    await changeRow(client, "services", id, columns);
    if (contactBackReasons) await setContactBack(client, id, contactBackReasons);
    await auditOrganisation(client, person, "service.edit", "service", id, changes);
    return (await readService(client, id))!;
  });
}

async function refuseTriple(
  client: Queryable,
  service: Pick<Service, "agencyId" | "departmentId" | "officeId">,
): Promise<void> {
  const { departmentInUse, officeInUse } = await readTriple(
    client,
    service.agencyId,
    service.departmentId,
    service.officeId,
  );
  if (departmentInUse && officeInUse) return;
  const it = departmentInUse
    ? "L'ufficio competente deve essere un ufficio attivo dello stesso ente, diverso dalla Gestione Rigetti."
    : "La macrostruttura deve essere una di quelle attive dello stesso ente.";
  throw new AppError("rule_violated", "Department and office of a service are of its agency and in use", {
    rule: "REQ 0",
    refusal: departmentInUse ? "office_not_competent" : "department_not_of_agency",
    it,
    insteadIt: "Sceglierne un'altra voce dello stesso ente.",
  });
}

function departmentIsKept(): AppError {
  return new AppError("rule_violated", "A service with cases stays in its department", {
    rule: "REQ 0",
    refusal: "service_has_cases",
    it: "Il servizio ha già dei casi: non può cambiare macrostruttura.",
    insteadIt: "Disattivarlo e crearne uno nuovo nella nuova macrostruttura.",
  });
}

function given<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
