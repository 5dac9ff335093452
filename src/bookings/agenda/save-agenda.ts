import { inTransaction, isUniqueViolation } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import { type Agenda, type AgendaRules, agendaFault, refuseForeignAgenda } from "./agenda.ts";
import {
  insertAgenda,
  readAgenda,
  replaceExceptions,
  replaceHours,
  serviceWithAgenda,
  updateAgenda,
} from "./agenda-store.ts";

export type AgendaInput = AgendaRules & {
  serviceId: string;
  name: string;
  place: string;
  bring: string;
  holdSeconds: number;
};
export type AgendaEdit = Partial<Omit<AgendaInput, "serviceId">> & { disabled?: boolean | undefined };

/** @throws role_missing (only its referents define it), rule_violated (hours, a service without agenda), duplicate */
export async function createAgenda(pool: Pool, person: SignedInPerson, input: AgendaInput): Promise<Agenda> {
  return savingAgenda(pool, async (client) => {
    const service = await serviceWithAgenda(client, input.serviceId);
    if (!service)
      throw refused("no_such_service", "Il servizio non esiste o è disattivato.", "Scegliere un altro servizio.");
    refuseForeignAgenda(person, { agencyId: service.agencyId, serviceId: input.serviceId });
    if (!service.hasAgenda) {
      throw refused(
        "no_agenda",
        "Il servizio non prevede prenotazioni.",
        "Attivare l'agenda nelle impostazioni del servizio.",
      );
    }
    refuseHours(input);
    const id = await insertAgenda(client, { agencyId: service.agencyId, serviceId: input.serviceId }, input);
    return writeRest(client, person, id, input, "agenda.create");
  });
}

/**
 * Bookings that were made stay, also those that the new hours have no slot for: `GET /agendas/{id}/bookings` marks
 * them, since a citizen was told that time.
 * @throws stale_version, role_missing, rule_violated
 */
export async function editAgenda(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  edit: AgendaEdit,
): Promise<Agenda> {
  return savingAgenda(pool, async (client) => {
    const before = await readAgenda(client, id, true);
    if (!before) throw noSuchAgenda();
    refuseForeignAgenda(person, before);
    if (before.version !== version) {
      throw new AppError("stale_version", "The agenda was changed meanwhile", {
        it: "L'agenda è stata modificata da un'altra persona.",
        insteadIt: "Rivedere i dati e salvare di nuovo.",
        extra: { currentVersion: before.version, current: before },
      });
    }
    const given = Object.fromEntries(Object.entries(edit).filter(([, value]) => value !== undefined));
    const after: Agenda = { ...before, ...given };
    refuseHours(after);
    await updateAgenda(client, id, after);
    return writeRest(client, person, id, after, "agenda.edit");
  });
}

export function noSuchAgenda(): AppError {
  return new AppError("not_found", "There is no such agenda", { it: "Agenda inesistente." });
}

async function writeRest(
  client: Queryable,
  person: SignedInPerson,
  id: string,
  { hours, exceptions }: Pick<AgendaRules, "hours" | "exceptions">,
  action: string,
): Promise<Agenda> {
  await replaceHours(client, id, hours);
  await replaceExceptions(client, id, exceptions);
  await writeAudit(client, { personId: person.id, actor: person.login, action, subjectKind: "agenda", subjectId: id });
  return (await readAgenda(client, id))!;
}

function refuseHours(rules: Pick<AgendaRules, "hours" | "exceptions" | "slotMinutes">): void {
  const fault = agendaFault(rules);
  if (fault) throw refused("agenda_hours", fault, "Correggere gli orari.");
}

function refused(refusal: string, it: string, insteadIt: string): AppError {
  return new AppError("rule_violated", "The agenda can not be saved", { rule: "REQ 9", refusal, it, insteadIt });
}

async function savingAgenda<T>(pool: Pool, work: (client: Queryable) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(pool, work);
  } catch (error) {
    if (!isUniqueViolation(error, "agendas_service_id_name_key")) throw error;
    const it = "Il servizio ha già un'agenda con questo nome.";
    throw new AppError("duplicate", "The name is taken", { it, insteadIt: "Sceglierne un altro." }, error);
  }
}
