import type { Queryable } from "../database/pool.ts";
import type { Role } from "./roles.ts";

export async function demoPersonExists(client: Queryable, login: string): Promise<boolean> {
  const result = await client.query("select from people where login = $1", [login]);
  return result.rowCount === 1;
}

export async function insertPerson(
  client: Queryable,
  person: { login: string; displayName: string; passwordHash: string; role: Role; agencyId: string | null },
): Promise<string> {
  const result = await client.query<{ id: string }>(
    `with p as (
      insert into people (login, display_name, password_hash) values ($1, $2, $3) returning id
    ), r as (
      insert into person_roles (person_id, role, agency_id) select id, $4, $5 from p
    )
    select id from p`,
    [person.login, person.displayName, person.passwordHash, person.role, person.agencyId],
  );
  const id = result.rows[0]?.id;
  if (!id) throw new Error("The person was not written");
  return id;
}

/** The seat with this number, made when it is not there; passwords of an existing one stay. */
export async function addSeat(
  client: Queryable,
  number: string,
  sipPassword: string,
  webPassword: string,
  kind: "operator" | "office",
): Promise<string> {
  const result = await client.query<{ id: string }>(
    `insert into seats (number, sip_password, web_password, kind) values ($1, $2, $3, $4)
     on conflict (number) do update set number = excluded.number returning id`,
    [number, sipPassword, webPassword, kind],
  );
  const id = result.rows[0]?.id;
  if (!id) throw new Error("The seat was not written");
  return id;
}

/** A desk with its usual seat: nobody has to name it at sign-in. */
export async function seatPerson(
  client: Queryable,
  personId: string,
  seatId: string,
  languages: string[],
): Promise<void> {
  await client.query(
    `insert into operators (person_id, seat_id, languages) values ($1, $2, $3) on conflict do nothing`,
    [personId, seatId, languages],
  );
}

export async function joinOffices(
  client: Queryable,
  personId: string,
  scope: { officeIds: string[]; serviceIds: string[] },
): Promise<void> {
  await client.query(
    `insert into office_people (office_id, person_id) select unnest($2::uuid[]), $1 on conflict do nothing`,
    [personId, scope.officeIds],
  );
  await client.query(
    `insert into referent_services (person_id, service_id) select $1, unnest($2::uuid[]) on conflict do nothing`,
    [personId, scope.serviceIds],
  );
}
