import { randomBytes } from "node:crypto";
import type { PoolClient } from "pg";
import { inTransaction, isForeignKeyViolation, isUniqueViolation } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { forgetEventsOf } from "../../desk/desk-feed-store.ts";
import { endSessionsOf } from "../../desk/session/session-store.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../person.ts";
import { writeAudit } from "../person-store.ts";
import { hashPassword } from "../sign-in/password.ts";
import { removeSecondFactor } from "../sign-in/second-factor-store.ts";
import { leaveDesk } from "../sign-in/sign-out.ts";
import {
  changePerson,
  insertNewPerson,
  linkIdentity,
  lockPerson,
  otherAdministrators,
  type PersonCard,
  type PersonScope,
  writePassword,
  writeScope,
} from "./people-store.ts";

export type NewPerson = PersonScope & {
  login: string;
  displayName: string;
  email: string | null;
  language: "it" | "en";
};

/** Told once, to be changed at the first sign-in: 96 random bits. */
export function oneTimePassword(): string {
  return randomBytes(12).toString("base64url");
}

/** @throws AppError duplicate (login taken), rule_violated (a scope that does not exist or does not fit) */
export async function createPerson(pool: Pool, admin: SignedInPerson, person: NewPerson) {
  checkScope(person);
  const password = oneTimePassword();
  const passwordHash = await hashPassword(password);
  const card = await withClearErrors(() =>
    inTransaction(pool, async (client) => {
      const id = await insertNewPerson(client, { ...person, passwordHash });
      await writeScope(client, id, person);
      await audit(client, admin, "person.create", id, { roles: person.roles });
      return present(await lockPerson(client, id));
    }),
  );
  return { person: card, password };
}

/** Name, address, switched off or on. Who is switched off is signed out everywhere; a call goes on by phone. */
export async function editPerson(
  pool: Pool,
  admin: SignedInPerson,
  id: string,
  version: number,
  changes: { displayName?: string | undefined; email?: string | null | undefined; disabled?: boolean | undefined },
): Promise<PersonCard> {
  return inTransaction(pool, async (client) => {
    await current(client, id, version);
    if (changes.disabled) await keepAnAdministrator(client, id);
    await changePerson(client, id, changes);
    if (changes.disabled) await signOutEverywhere(client, id);
    await audit(client, admin, "person.edit", id, { fields: Object.keys(changes), disabled: changes.disabled ?? null });
    return present(await lockPerson(client, id));
  });
}

/** New roles begin with a new sign-in: sessions and live feeds of the old ones end (ASVS 7.4, 8.3). */
export async function changeRoles(
  pool: Pool,
  admin: SignedInPerson,
  id: string,
  version: number,
  scope: PersonScope,
): Promise<PersonCard> {
  checkScope(scope);
  return withClearErrors(() =>
    inTransaction(pool, async (client) => {
      const before = await current(client, id, version);
      if (!scope.roles.some(({ role }) => role === "administrator")) await keepAnAdministrator(client, id);
      await writeScope(client, id, scope);
      await signOutEverywhere(client, id);
      await forgetEventsOf(client, id);
      await audit(client, admin, "person.roles", id, { before: before.roles, after: scope.roles });
      return present(await lockPerson(client, id));
    }),
  );
}

export async function resetPassword(pool: Pool, admin: SignedInPerson, id: string): Promise<{ password: string }> {
  const password = oneTimePassword();
  const hash = await hashPassword(password);
  await act(pool, admin, id, "person.password_reset", async (client) => {
    await writePassword(client, id, hash, true);
    await signOutEverywhere(client, id);
  });
  return { password };
}

export async function endSessions(pool: Pool, admin: SignedInPerson, id: string): Promise<void> {
  await act(pool, admin, id, "person.sessions_ended", (client) => signOutEverywhere(client, id));
}

/** A lost phone: the person enrols a new one at the next sign-in. */
export async function resetSecondFactor(pool: Pool, admin: SignedInPerson, id: string): Promise<void> {
  await act(pool, admin, id, "person.second_factor_reset", async (client) => {
    await removeSecondFactor(client, id);
    await signOutEverywhere(client, id);
  });
}

/** @throws AppError duplicate when the identity is somebody else's */
export async function linkPerson(
  pool: Pool,
  admin: SignedInPerson,
  id: string,
  link: { issuer: string; subject: string },
): Promise<void> {
  await withClearErrors(() => act(pool, admin, id, "person.identity", (client) => linkIdentity(client, id, link)));
}

async function act(
  pool: Pool,
  admin: SignedInPerson,
  id: string,
  action: string,
  work: (client: PoolClient) => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    present(await lockPerson(client, id));
    await work(client);
    await audit(client, admin, action, id, {});
  });
}

async function signOutEverywhere(client: PoolClient, id: string): Promise<void> {
  await endSessionsOf(client, id);
  await leaveDesk(client, id);
}

async function audit(
  client: PoolClient,
  admin: SignedInPerson,
  action: string,
  subjectId: string,
  data: Record<string, unknown>,
): Promise<void> {
  await writeAudit(client, {
    ...{ personId: admin.id, actor: admin.login, action, subjectKind: "person", subjectId, data },
  });
}

async function current(client: PoolClient, id: string, version: number): Promise<PersonCard> {
  const card = present(await lockPerson(client, id));
  if (card.version === version) return card;
  throw new AppError("stale_version", "The person was changed meanwhile", { extra: { current: card } });
}

function present(card: PersonCard | null): PersonCard {
  if (card) return card;
  throw new AppError("not_found", "There is no such person", { it: "Questa persona non esiste." });
}

async function keepAnAdministrator(client: PoolClient, id: string): Promise<void> {
  if ((await otherAdministrators(client, id)) > 0) return;
  throw new AppError("rule_violated", "Somebody must stay administrator", {
    refusal: "last_administrator",
    it: "È l'unico amministratore attivo.",
    insteadIt: "Nominare prima un altro amministratore.",
  });
}

function checkScope({ roles }: PersonScope): void {
  const scoped = ["specialist", "agency_referent"];
  if (!roles.some(({ role, agencyId }) => scoped.includes(role) && agencyId === null)) return;
  throw new AppError("rule_violated", "Specialists and referents are somebody's of an agency", {
    rule: "REQ 0",
    refusal: "agency_needed",
    it: "Per specialisti e referenti indicare l'ente.",
  });
}

async function withClearErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) {
      throw new AppError(
        "duplicate",
        "The login or the identity is taken",
        { it: "Nome utente o identità già in uso." },
        error,
      );
    }
    if (isForeignKeyViolation(error)) {
      throw new AppError(
        "rule_violated",
        "An agency, office or service does not exist",
        {
          refusal: "unknown_scope",
          it: "Ente, ufficio o servizio inesistente.",
        },
        error,
      );
    }
    throw error;
  }
}
