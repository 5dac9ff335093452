import type { Queryable } from "../../database/pool.ts";
import type { RowError } from "../../organisation/import/csv/csv-cells.ts";
import { runLong } from "../../organisation/import/import-store.ts";
import type { DirectoryRow } from "./directory-row.ts";

const longMs = 120_000;

/** Rows wait in a table of the transaction and are checked as a set; imports come one after the other. */
export async function beginDirectoryStaging(db: Queryable): Promise<void> {
  await db.query(`set local statement_timeout = ${longMs}`);
  await runLong(db, "select pg_advisory_xact_lock(hashtext('directory import'))");
  await db.query(`
    create temp table directory_rows (
      line integer not null, kind text not null, code text not null, agency text not null, name text not null,
      role text not null, "officeCode" text not null, phone text, extension text, account text,
      disclosable boolean not null, "fallbackPhone" text, "voicemailPolicy" text not null, week text, hours jsonb,
      active boolean not null, broken boolean
    ) on commit drop;
    create temp table directory_touched (id uuid primary key, created boolean not null) on commit drop`);
}

export async function stageDirectoryRows(db: Queryable, rows: DirectoryRow[]): Promise<void> {
  await db.query("insert into directory_rows select * from jsonb_populate_recordset(null::directory_rows, $1::jsonb)", [
    JSON.stringify(rows),
  ]);
}

/** What only the whole file shows, each as line, column and Italian text. */
const checks = [
  `select r.line, 'codice', 'Codice ripetuto: è già alla riga ' || r.first || '.' from (select line,
     min(line) over (partition by agency, code) as first from directory_rows where code <> '') r where r.line <> r.first`,
  `select r.line, 'ente', 'Ente sconosciuto: ' || r.agency || '.' from directory_rows r
     where r.broken is null and not exists (select from agencies a where a.external_id = r.agency)`,
  `select r.line, 'ente', 'L''ente non aderisce al centralino: ' || r.agency || '.' from directory_rows r
     join agencies a on a.external_id = r.agency
     where r.broken is null and not (a.switchboard and a.disabled_at is null)`,
  `select r.line, 'ufficio', 'Ufficio sconosciuto nella rubrica di questo ente: ' || r."officeCode" || '.'
     from directory_rows r where r.broken is null and r."officeCode" <> ''
     and not exists (select from directory_rows k where k.agency = r.agency and k.code = r."officeCode")
     and not exists (select from directory_entries e join agencies a on a.id = e.agency_id
       where a.external_id = r.agency and e.external_id = r."officeCode")`,
  `select r.line, 'ufficio', 'La voce indicata è una persona, non un ufficio: ' || r."officeCode" || '.'
     from directory_rows r where r.broken is null and r."officeCode" <> ''
     and coalesce((select min(k.kind) from directory_rows k where k.agency = r.agency and k.code = r."officeCode"),
       (select e.kind from directory_entries e join agencies a on a.id = e.agency_id
         where a.external_id = r.agency and e.external_id = r."officeCode")) = 'person'`,
];

/** After the rows were written: a confidential number has one that may be told instead (REQ 7.3). */
const writtenCheck = `
  select r.line, 'riservato', 'Il numero dell''ufficio indicato manca o è riservato anch''esso: aggiungere "telefono_ufficio".'
  from directory_rows r join agencies a on a.external_id = r.agency
  join directory_entries e on e.agency_id = a.id and e.external_id = r.code
  left join directory_entries o on o.id = e.office_entry_id
  where not e.disclosable and e.disabled_at is null and e.fallback_phone is null
    and not coalesce(o.disclosable and o.phone is not null, false)`;

export async function checkDirectoryRows(db: Queryable, limit: number): Promise<RowError[]> {
  await runLong(db, "create index on directory_rows (agency, code)");
  await runLong(db, "analyze directory_rows");
  const errors: RowError[] = [];
  for (const check of checks) errors.push(...(await runCheck(db, check, limit)));
  return errors;
}

export async function checkWrittenDirectory(db: Queryable, limit: number): Promise<RowError[]> {
  return runCheck(db, writtenCheck, limit);
}

async function runCheck(db: Queryable, check: string, limit: number): Promise<RowError[]> {
  const text = `select line, "column", it from (${check}) as found (line, "column", it) order by line limit $1`;
  return runLong<RowError>(db, text, [limit]);
}

/** One calendar a week of an agency; holidays as everywhere. */
const makeWeeks = `
  with missing as materialized (
    select w.agency_id, w.week, w.hours, uuidv7() as calendar_id from (
      select distinct on (a.id, r.week) a.id as agency_id, a.short_name, r.week, r.hours from directory_rows r
      join agencies a on a.external_id = r.agency where r.week is not null order by a.id, r.week, r.line) w
    where not exists (select from directory_weeks k where k.agency_id = w.agency_id and k.week = w.week)
  ), made as (
    insert into calendars (id, name) select calendar_id, left('Rubrica: ' || week, 80) from missing returning id
  ), hours as (
    insert into calendar_hours (calendar_id, weekday, opens, closes)
    select made.id, h.weekday, h.opens, h.closes from made join missing m on m.calendar_id = made.id,
      jsonb_to_recordset(m.hours) as h (weekday smallint, opens time, closes time)
  )
  insert into directory_weeks (agency_id, week, calendar_id)
    select m.agency_id, m.week, m.calendar_id from missing m join made on made.id = m.calendar_id`;

const values = `name, role, phone, extension, account, disclosable, fallback_phone, voicemail_policy, calendar_id,
  office_entry_id, office`;
const of = (table: string) =>
  values
    .split(",")
    .map((column) => `${table}.${column.trim()}`)
    .join(", ");

/**
 * A row that is as the file says is not written: its version stays. Rows of no office go first, so that those of one
 * find it and are written once (each writing costs their words' place in two indexes).
 */
const writeEntries = (ofAnOffice: boolean) => `
  with done as (
    insert into directory_entries (agency_id, external_id, kind, ${values}, disabled_at)
    select a.id, r.code, r.kind, r.name, r.role, r.phone, r.extension, r.account, r.disclosable, r."fallbackPhone",
      r."voicemailPolicy", w.calendar_id, o.id, coalesce(o.name, ''), case when r.active then null else now() end
    from directory_rows r join agencies a on a.external_id = r.agency
    left join directory_weeks w on w.agency_id = a.id and w.week = r.week
    left join directory_entries o on o.agency_id = a.id and o.external_id = r."officeCode"
    where (r."officeCode" <> '') = ${ofAnOffice}
    on conflict (agency_id, external_id) do update set kind = excluded.kind, (${values}) = (${of("excluded")}),
      disabled_at = case when excluded.disabled_at is not null
        then coalesce(directory_entries.disabled_at, excluded.disabled_at) end,
      version = directory_entries.version + 1
    where (directory_entries.kind, ${of("directory_entries")}, directory_entries.disabled_at is null)
      is distinct from (excluded.kind, ${of("excluded")}, excluded.disabled_at is null)
    returning id, xmax = 0 as created
  )
  insert into directory_touched select id, created from done`;

/** Offices within offices, and the new name of an office on entries that are not in the file. */
const writeOffices = `
  with wanted as (
    select e.id, o.id as office_entry_id, coalesce(o.name, '') as office from directory_rows r
    join agencies a on a.external_id = r.agency
    join directory_entries e on e.agency_id = a.id and e.external_id = r.code
    left join directory_entries o on o.agency_id = a.id and o.external_id = r."officeCode" and r."officeCode" <> ''
  ), renamed as (
    select e.id, e.office_entry_id, o.name as office from directory_entries e
    join directory_entries o on o.id = e.office_entry_id
    where e.office <> o.name and not exists (select from wanted w where w.id = e.id)
  ), done as (
    update directory_entries e set office_entry_id = w.office_entry_id, office = w.office,
      version = e.version + case when exists (select from directory_touched t where t.id = e.id) then 0 else 1 end
    from (select * from wanted union all select * from renamed) w
    where w.id = e.id and (e.office_entry_id, e.office) is distinct from (w.office_entry_id, w.office)
    returning e.id
  )
  insert into directory_touched select id, false from done on conflict do nothing`;

export async function writeDirectory(db: Queryable): Promise<void> {
  for (const statement of [makeWeeks, writeEntries(false), writeEntries(true), writeOffices])
    await runLong(db, statement);
}

export type DirectoryCounts = { rows: number; created: number; changed: number };

export async function countDirectory(db: Queryable): Promise<DirectoryCounts> {
  const { rows } = await db.query<DirectoryCounts>(
    `select (select count(*) from directory_rows) as rows,
      (select count(*) from directory_touched where created) as created,
      (select count(*) from directory_touched where not created) as changed`,
  );
  return rows[0]!;
}

/** Agencies of the file: what a referent may import. */
export async function stagedAgencies(db: Queryable): Promise<{ id: string | null; code: string; line: number }[]> {
  const { rows } = await db.query(
    `select a.id, r.agency as code, min(r.line) as line from directory_rows r
      left join agencies a on a.external_id = r.agency group by 1, 2 order by 3`,
  );
  return rows;
}
