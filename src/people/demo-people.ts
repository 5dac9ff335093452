import { randomBytes } from "node:crypto";
import type { Queryable } from "../database/pool.ts";
import { addSeat, demoPersonExists, insertPerson, joinOffices, seatPerson } from "./demo-people-store.ts";
import type { Role } from "./roles.ts";
import { hashPassword } from "./sign-in/password.ts";

export type DemoLogin = { login: string; password: string; role: Role; seat: string | null };

export type DemoOrganisation = {
  agencies: { id: string; shortName: string }[];
  offices: { id: string; agencyId: string; name: string }[];
  services: { id: string; agencyId: string }[];
};

type DemoPerson = {
  login: string;
  name: string;
  role: Role;
  seat?: string;
  languages?: string[];
  /** Position of the agency the role is held for. */
  agency?: number;
};

/** Everyone whom demo mode lets in; first level, second level, supervision. */
export const demoPeople: DemoPerson[] = [
  { login: "anna", name: "Anna Bianchi", role: "operator", seat: "201", languages: ["it", "en"] },
  { login: "bruno", name: "Bruno Conti", role: "operator", seat: "202" },
  { login: "carla", name: "Carla Donati", role: "operator", seat: "203", languages: ["it", "en"] },
  { login: "dario", name: "Dario Esposito", role: "operator", seat: "204" },
  { login: "elena", name: "Elena Fabbri", role: "operator", seat: "205" },
  { login: "franco", name: "Franco Galli", role: "operator", seat: "206", languages: ["it", "en"] },
  { login: "gina", name: "Gina Innocenti", role: "office_agent", seat: "301", agency: 0 },
  { login: "hugo", name: "Ugo Landi", role: "office_agent", seat: "302", agency: 1 },
  { login: "irene", name: "Irene Mori", role: "office_agent", seat: "303", agency: 2 },
  { login: "sara", name: "Sara Neri", role: "specialist", agency: 0 },
  { login: "livia", name: "Livia Orsi", role: "rejects_agent" },
  { login: "marco", name: "Marco Poli", role: "knowledge_editor" },
  { login: "nadia", name: "Nadia Ricci", role: "agency_referent", agency: 0 },
  { login: "olga", name: "Olga Salvi", role: "supervisor" },
  { login: "pietro", name: "Pietro Testi", role: "administrator" },
];

/**
 * People to try every role with, seats 201-206 of operators and 301-303 of offices; demo mode only. Done again it
 * changes nothing and gives the same logins. Phone passwords are random and never shown.
 */
export async function loadDemoPeople(client: Queryable, organisation: DemoOrganisation): Promise<DemoLogin[]> {
  for (const person of demoPeople) {
    if (!(await demoPersonExists(client, person.login))) await addPerson(client, person, organisation);
  }
  return demoPeople.map(({ login, role, seat }) => ({ login, password: passwordOf(login), role, seat: seat ?? null }));
}

async function addPerson(client: Queryable, person: DemoPerson, organisation: DemoOrganisation): Promise<void> {
  const agencyId = person.agency === undefined ? null : (organisation.agencies[person.agency]?.id ?? null);
  if (person.agency !== undefined && agencyId === null) return;
  const id = await insertPerson(client, {
    login: person.login,
    displayName: person.name,
    passwordHash: await hashPassword(passwordOf(person.login)),
    role: person.role,
    // Office agents are scoped by their offices.
    agencyId: person.role === "office_agent" ? null : agencyId,
  });
  if (person.seat) {
    const seatId = await addSeat(
      client,
      person.seat,
      secret(),
      secret(),
      person.role === "operator" ? "operator" : "office",
    );
    await seatPerson(client, id, seatId, person.languages ?? ["it"]);
  }
  if (agencyId === null) return;
  const own = <T extends { id: string; agencyId: string }>(all: T[]): string[] =>
    all.filter((one) => one.agencyId === agencyId).map((one) => one.id);
  await joinOffices(client, id, {
    officeIds: person.role === "office_agent" ? own(organisation.offices) : [],
    serviceIds: person.role === "agency_referent" ? own(organisation.services) : [],
  });
}

function passwordOf(login: string): string {
  return `demo-${login}`;
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
