import type { Queryable } from "../database/pool.ts";
import type { Role } from "./roles.ts";

export type Credentials = {
  id: string;
  login: string;
  displayName: string;
  passwordHash: string | null;
  roles: Role[];
};

/** What sign-in needs; null when there is no such person or the account is disabled. */
export async function credentialsOf(db: Queryable, login: string): Promise<Credentials | null> {
  const result = await db.query<Credentials>(
    `select p.id, p.login::text as login, p.display_name as "displayName", p.password_hash as "passwordHash",
      array(select distinct role from person_roles r where r.person_id = p.id) as roles
    from people p where p.login = $1 and p.disabled_at is null`,
    [login],
  );
  return result.rows[0] ?? null;
}

export async function setLanguage(db: Queryable, personId: string, language: "it" | "en"): Promise<void> {
  await db.query("update people set language = $2, version = version + 1 where id = $1", [personId, language]);
}

/** A line of the audit log (REQ 12): who did what to which thing; personal data goes in ids only. */
export async function writeAudit(
  db: Queryable,
  line: {
    personId: string | null;
    actor: string;
    action: string;
    subjectKind?: string;
    subjectId?: string;
    data?: Record<string, unknown>;
  },
): Promise<void> {
  await db.query(
    `insert into audit (person_id, actor, action, subject_kind, subject_id, data) values ($1, $2, $3, $4, $5, $6)`,
    [line.personId, line.actor, line.action, line.subjectKind ?? null, line.subjectId ?? null, line.data ?? {}],
  );
}

/** For the named actor of what the program does on a person's command. */
export async function loginOf(db: Queryable, personId: string): Promise<string | null> {
  const { rows } = await db.query<{ login: string }>("select login from people where id = $1", [personId]);
  return rows[0]?.login ?? null;
}

/** Two launchers at once make one first administrator: until the transaction ends nobody else makes one. */
export async function holdFirstAdministrator(db: Queryable): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtext('055055 first administrator'))");
}
