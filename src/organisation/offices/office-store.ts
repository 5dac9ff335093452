import type { Pool, Queryable } from "../../database/pool.ts";
import type { Office } from "../organisation.ts";
import { listByName, type Page, type PageQuery } from "../organisation-row-store.ts";

export type ListedOffice = Office & { agencyName: string; agencyShortName: string; services: number; people: number };
export type OfficePerson = { id: string; login: string; displayName: string; disabled: boolean };
export type Absence = { id: string; personId: string; startsAt: Date; endsAt: Date; note: string };

const columns = `o.id, o.agency_id as "agencyId", o.external_id as "externalId", o.name, o.phone,
  o.phone_extension as "phoneExtension", o.email, o.calendar_id as "calendarId",
  o.is_rejects_desk as "isRejectsDesk", o.disabled_at is not null as disabled, o.version,
  a.name as "agencyName", a.short_name as "agencyShortName",
  (select count(*) from services s where s.office_id = o.id and s.disabled_at is null) as services,
  (select count(*) from office_people p where p.office_id = o.id) as people`;

export function listOffices(
  pool: Pool,
  page: PageQuery & { disabled: boolean; agency?: string | undefined; service?: string | undefined },
): Promise<Page<ListedOffice>> {
  return listByName<ListedOffice>(
    pool,
    {
      select: columns,
      from: "offices o join agencies a on a.id = o.agency_id",
      name: "o.name",
      id: "o.id",
      search: "search_text(o.name)",
      where: [
        "($1 or o.disabled_at is null)",
        "($2::uuid is null or o.agency_id = $2)",
        "($3::uuid is null or o.id = (select office_id from services where id = $3))",
      ],
      values: [page.disabled, page.agency ?? null, page.service ?? null],
    },
    page,
  );
}

export async function readOffice(db: Queryable, id: string, lock = false): Promise<ListedOffice | null> {
  const found = await db.query<ListedOffice>(
    `select ${columns} from offices o join agencies a on a.id = o.agency_id where o.id = $1
      ${lock ? "for update of o" : ""}`,
    [id],
  );
  return found.rows[0] ?? null;
}

export async function insertOffice(
  db: Queryable,
  office: Omit<Office, "id" | "calendarId" | "disabled" | "version">,
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    `insert into offices (agency_id, external_id, name, phone, phone_extension, email, is_rejects_desk)
       values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      office.agencyId,
      office.externalId,
      office.name,
      office.phone,
      office.phoneExtension,
      office.email,
      office.isRejectsDesk,
    ],
  );
  return inserted.rows[0]!.id;
}

export async function insertOfficeCalendar(db: Queryable, name: string): Promise<string> {
  const inserted = await db.query<{ id: string }>("insert into calendars (name) values ($1) returning id", [name]);
  return inserted.rows[0]!.id;
}

/** Services for which the office answers, disabled ones too: a referent's scope is judged by them. */
export async function servicesOfOffice(db: Queryable, officeId: string): Promise<string[]> {
  const found = await db.query<{ id: string }>("select id from services where office_id = $1", [officeId]);
  return found.rows.map((row) => row.id);
}

export async function listOfficePeople(db: Queryable, officeId: string): Promise<OfficePerson[]> {
  const found = await db.query<OfficePerson>(
    `select p.id, p.login, p.display_name as "displayName", p.disabled_at is not null as disabled
       from office_people m join people p on p.id = m.person_id where m.office_id = $1 order by p.display_name, p.id`,
    [officeId],
  );
  return found.rows;
}

/** The people of an office become these; those who can not work there are returned and nothing is changed. */
export async function replaceOfficePeople(db: Queryable, officeId: string, personIds: string[]): Promise<string[]> {
  const unknown = await db.query<{ id: string }>(
    `select wanted.id from unnest($1::uuid[]) as wanted (id)
       where not exists (select from people p join person_roles r on r.person_id = p.id
         where p.id = wanted.id and p.disabled_at is null and r.role in ('office_agent', 'rejects_agent')
           and (r.agency_id is null or r.agency_id = (select agency_id from offices where id = $2)))`,
    [personIds, officeId],
  );
  if (unknown.rows.length > 0) return unknown.rows.map((row) => row.id);
  await db.query("delete from office_people where office_id = $1 and person_id <> all($2::uuid[])", [
    officeId,
    personIds,
  ]);
  await db.query(
    "insert into office_people (office_id, person_id) select $1, unnest($2::uuid[]) on conflict do nothing",
    [officeId, personIds],
  );
  return [];
}

/** Absences of the office's people that are not over. */
export async function listAbsences(db: Queryable, officeId: string): Promise<Absence[]> {
  const found = await db.query<Absence>(
    `select b.id, b.person_id as "personId", b.starts_at as "startsAt", b.ends_at as "endsAt", b.note
       from person_absences b join office_people m on m.person_id = b.person_id
       where m.office_id = $1 and b.ends_at > now() order by b.starts_at, b.id limit 500`,
    [officeId],
  );
  return found.rows;
}

/** Null when the person is not of this office. */
export async function insertAbsence(
  db: Queryable,
  officeId: string,
  absence: Omit<Absence, "id">,
): Promise<string | null> {
  const inserted = await db.query<{ id: string }>(
    `insert into person_absences (person_id, starts_at, ends_at, note)
       select person_id, $3, $4, $5 from office_people where office_id = $1 and person_id = $2 returning id`,
    [officeId, absence.personId, absence.startsAt, absence.endsAt, absence.note],
  );
  return inserted.rows[0]?.id ?? null;
}

export async function deleteAbsence(db: Queryable, officeId: string, absenceId: string): Promise<boolean> {
  const deleted = await db.query(
    `delete from person_absences b using office_people m
       where b.id = $2 and m.office_id = $1 and m.person_id = b.person_id`,
    [officeId, absenceId],
  );
  return deleted.rowCount === 1;
}
