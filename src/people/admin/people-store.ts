import type { Queryable } from "../../database/pool.ts";
import type { PersonRole } from "../person.ts";
import type { Role } from "../roles.ts";

export type PersonCard = {
  id: string;
  login: string;
  displayName: string;
  email: string | null;
  language: "it" | "en";
  disabled: boolean;
  mustChangePassword: boolean;
  secondFactor: boolean;
  roles: PersonRole[];
  officeIds: string[];
  serviceIds: string[];
  sessions: number;
  version: number;
};

export type PersonScope = {
  roles: { role: Role; agencyId: string | null }[];
  officeIds: string[];
  serviceIds: string[];
};

const columns = `p.id, p.login::text as login, p.display_name as "displayName", p.email::text as email, p.language,
  p.disabled_at is not null as disabled, p.must_change_password as "mustChangePassword",
  exists (select from person_second_factors f where f.person_id = p.id and f.confirmed_at is not null) as "secondFactor",
  coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'agencyId', r.agency_id) order by r.role, r.agency_id)
    from person_roles r where r.person_id = p.id), '[]') as roles,
  array(select office_id from office_people o where o.person_id = p.id order by 1) as "officeIds",
  array(select service_id from referent_services v where v.person_id = p.id order by 1) as "serviceIds",
  (select count(*)::integer from sessions s where s.person_id = p.id and s.expire > now()) as sessions, p.version`;

export async function readPerson(db: Queryable, id: string): Promise<PersonCard | null> {
  const { rows } = await db.query<PersonCard>(`select ${columns} from people p where p.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The same, and nobody else changes the person until the transaction ends. */
export async function lockPerson(db: Queryable, id: string): Promise<PersonCard | null> {
  await db.query("select from people where id = $1 for update", [id]);
  return readPerson(db, id);
}

/** By login, after the login `after`; `q` is part of the login or of the name, taken literally. */
export async function listPeople(
  db: Queryable,
  filter: { q: string | null; role: Role | null; after: string | null; limit: number },
): Promise<PersonCard[]> {
  const { rows } = await db.query<PersonCard>(
    `select ${columns} from people p
    where ($1::text is null or position(lower($1) in lower(p.login::text || ' ' || p.display_name)) > 0)
      and ($2::text is null or exists (select from person_roles r where r.person_id = p.id and r.role = $2))
      and ($3::text is null or p.login > $3::citext)
    order by p.login limit $4`,
    [filter.q, filter.role, filter.after, filter.limit],
  );
  return rows;
}

/** @throws unique violation when the login is taken */
export async function insertNewPerson(
  db: Queryable,
  person: { login: string; displayName: string; email: string | null; language: string; passwordHash: string },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into people (login, display_name, email, language, password_hash, must_change_password, password_set_at)
    values ($1, $2, $3, $4, $5, true, now()) returning id`,
    [person.login, person.displayName, person.email, person.language, person.passwordHash],
  );
  if (!rows[0]) throw new Error("The person was not written");
  return rows[0].id;
}

export async function changePerson(
  db: Queryable,
  id: string,
  changes: { displayName?: string | undefined; email?: string | null | undefined; disabled?: boolean | undefined },
): Promise<void> {
  await db.query(
    `update people set display_name = coalesce($2, display_name), email = case when $3 then $4 else email end,
      disabled_at = case when $5::boolean is null then disabled_at when $5 then coalesce(disabled_at, now()) end,
      version = version + 1 where id = $1`,
    [id, changes.displayName ?? null, changes.email !== undefined, changes.email ?? null, changes.disabled ?? null],
  );
}

/** Roles, offices and services are the whole new lists. @throws foreign key violation for what does not exist */
export async function writeScope(db: Queryable, id: string, scope: PersonScope): Promise<void> {
  await db.query("delete from person_roles where person_id = $1", [id]);
  await db.query("delete from office_people where person_id = $1", [id]);
  await db.query("delete from referent_services where person_id = $1", [id]);
  await db.query(
    `insert into person_roles (person_id, role, agency_id)
    select $1, role, "agencyId" from jsonb_to_recordset($2) as (role text, "agencyId" uuid)`,
    [id, JSON.stringify(scope.roles)],
  );
  await db.query("insert into office_people (office_id, person_id) select unnest($2::uuid[]), $1", [
    id,
    scope.officeIds,
  ]);
  await db.query("insert into referent_services (service_id, person_id) select unnest($2::uuid[]), $1", [
    id,
    scope.serviceIds,
  ]);
  await db.query("update people set version = version + 1 where id = $1", [id]);
}

/** `seen`: somebody else knows the password, so that its owner must change it first. */
export async function writePassword(db: Queryable, id: string, hash: string, seen: boolean): Promise<void> {
  await db.query(
    `update people set password_hash = $2, must_change_password = $3, password_set_at = now(), version = version + 1
    where id = $1`,
    [id, hash, seen],
  );
}

/** Who could still administer if this person could not. */
export async function otherAdministrators(db: Queryable, id: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    `select count(distinct p.id)::integer as n from people p join person_roles r on r.person_id = p.id
    where r.role = 'administrator' and p.disabled_at is null and p.id <> $1`,
    [id],
  );
  return rows[0]?.n ?? 0;
}

export async function linkIdentity(
  db: Queryable,
  id: string,
  link: { issuer: string; subject: string },
): Promise<void> {
  await db.query("delete from person_identities where person_id = $1 and issuer = $2", [id, link.issuer]);
  await db.query("insert into person_identities (issuer, subject, person_id) values ($2, $3, $1)", [
    id,
    link.issuer,
    link.subject,
  ]);
}
