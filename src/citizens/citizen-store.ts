import type { Queryable } from "../database/pool.ts";
import type { Citizen, CitizenFields, CitizenInput, ContactChanges } from "./citizen.ts";

export type CitizenRow = Citizen & { openCases: number };

const columns = `c.id, c.first_name as "firstName", c.last_name as "lastName", c.tax_code as "taxCode", c.note,
  c.merged_into_id as "mergedIntoId", c.version,
  coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'kind', k.kind, 'value', k.value, 'source', k.source)
    order by k.kind desc, k.created_at, k.id) from citizen_contacts k where k.citizen_id = c.id), '[]') as contacts`;
const openCases = `(select count(*) from cases s where s.citizen_id = c.id and s.closed_at is null) as "openCases"`;

/** Locks the record when it is read to be changed. */
export async function readCitizen(db: Queryable, id: string, lock = false): Promise<CitizenRow | null> {
  const found = await db.query<CitizenRow>(
    `select ${columns}, ${openCases} from citizens c where c.id = $1 ${lock ? "for update of c" : ""}`,
    [id],
  );
  return found.rows[0] ?? null;
}

export async function insertCitizen(db: Queryable, fields: Partial<CitizenFields>): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    "insert into citizens (first_name, last_name, tax_code, note) values ($1, $2, $3, $4) returning id",
    [fields.firstName ?? null, fields.lastName ?? null, fields.taxCode ?? null, fields.note ?? null],
  );
  return inserted.rows[0]!.id;
}

/** Members that are absent stay as they are; null empties. The caller holds the lock and has compared the version. */
export async function updateCitizen(db: Queryable, id: string, fields: CitizenInput): Promise<void> {
  const has = (name: keyof CitizenFields) => fields[name] !== undefined;
  await db.query(
    `update citizens set version = version + 1,
       first_name = case when $2 then $3 else first_name end, last_name = case when $4 then $5 else last_name end,
       tax_code = case when $6 then $7 else tax_code end, note = case when $8 then $9 else note end
     where id = $1`,
    [
      id,
      ...[has("firstName"), fields.firstName ?? null, has("lastName"), fields.lastName ?? null],
      ...[has("taxCode"), fields.taxCode ?? null, has("note"), fields.note ?? null],
    ],
  );
}

export async function changeContacts(db: Queryable, citizenId: string, changes: ContactChanges): Promise<void> {
  if (changes.remove.length > 0) {
    await db.query("delete from citizen_contacts where citizen_id = $1 and id = any($2::uuid[])", [
      citizenId,
      changes.remove,
    ]);
  }
  if (changes.declare.length > 0) {
    await db.query("update citizen_contacts set source = 'declared' where citizen_id = $1 and id = any($2::uuid[])", [
      citizenId,
      changes.declare,
    ]);
  }
  if (changes.add.length > 0) {
    await db.query(
      `insert into citizen_contacts (citizen_id, kind, value, source)
         select $1, * from unnest($2::text[], $3::text[], $4::text[])
         on conflict (citizen_id, kind, value) do nothing`,
      [
        citizenId,
        changes.add.map((contact) => contact.kind),
        changes.add.map((contact) => contact.value),
        changes.add.map((contact) => contact.source),
      ],
    );
  }
}

/** Who read or changed which record, and what was asked (REQ 12: every access by search). */
export async function auditCitizen(
  db: Queryable,
  person: { id: string; login: string },
  action: "citizen.search" | "citizen.read" | "citizen.create" | "citizen.edit" | "citizen.merge" | "citizen.unmerge",
  subjectId: string | null,
  data: Record<string, unknown> = {},
): Promise<void> {
  await db.query(
    `insert into audit (person_id, actor, action, subject_kind, subject_id, data)
       values ($1, $2, $3, 'citizen', $4, $5::jsonb)`,
    [person.id, person.login, action, subjectId, JSON.stringify(data)],
  );
}
