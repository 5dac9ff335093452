import type { QueryResultRow } from "pg";
import type { Queryable } from "../../database/pool.ts";
import type { RowError } from "./csv/csv-cells.ts";
import type { BrokenRow, OrganisationRow, RowKind } from "./organisation-row.ts";

const longMs = 120_000;

/** A statement over all rows at once may take longer than a page's may; the pool's own limit would end it. */
export async function runLong<T extends QueryResultRow>(
  db: Queryable,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const statement = { text, values, query_timeout: longMs };
  return (await db.query<T>(statement)).rows;
}

/** Rows wait in a table of the transaction: a hundred thousand need no memory here, and are checked as a set. */
export async function beginStaging(db: Queryable): Promise<void> {
  await db.query(`set local statement_timeout = ${longMs}`);
  // Imports one after the other.
  await runLong(db, "select pg_advisory_xact_lock(hashtext('organisation import'))");
  await db.query(`
    create temp table import_rows (
      line integer not null, kind text not null, code text not null, agency text not null, name text not null,
      active boolean not null, department text, office text, "shortName" text, switchboard boolean, phone text,
      "phoneExtension" text, email text, hours jsonb, profile text, "acceptsInformation" boolean,
      "acceptsComplaints" boolean, "hasAgenda" boolean, "minFailedAttempts" smallint, "contactBackReasons" jsonb,
      broken boolean
    ) on commit drop;
    create temp table import_touched (kind text not null, id uuid not null, created boolean not null,
      primary key (kind, id)) on commit drop`);
}

export async function stageRows(db: Queryable, rows: (OrganisationRow | BrokenRow)[]): Promise<void> {
  await db.query("insert into import_rows select * from jsonb_populate_recordset(null::import_rows, $1::jsonb)", [
    JSON.stringify(rows),
  ]);
}

/** Rows that are wrong by themselves are known by their code only, so that those that name it are not blamed. */
const sound = "(select * from import_rows where broken is null)";
const staged = (kind: RowKind, code: string) =>
  `exists (select from import_rows k where k.kind = '${kind}' and k.agency = r.agency and k.code = ${code})`;
const stored = (table: string, code: string) =>
  `exists (select from ${table} k join agencies a on a.id = k.agency_id where a.external_id = r.agency and k.external_id = ${code})`;

/** What only the whole file shows, each as line, column and Italian text. */
const checks: string[] = [
  `select r.line, 'codice', 'Codice ripetuto: è già alla riga ' || r.first || '.' from (select line, kind,
     min(line) over (partition by kind, agency, code) as first from import_rows) r where r.line <> r.first`,
  `select r.line, 'ente', 'Ente sconosciuto: ' || r.agency || '.' from ${sound} r where r.kind <> 'agency'
     and not exists (select from import_rows k where k.kind = 'agency' and k.code = r.agency)
     and not exists (select from agencies a where a.external_id = r.agency)`,
  `select r.line, 'macrostruttura', 'Macrostruttura sconosciuta in questo ente: ' || r.department || '.'
     from ${sound} r where r.kind = 'service'
     and not ${staged("department", "r.department")} and not ${stored("departments", "r.department")}`,
  `select r.line, 'ufficio', 'Ufficio sconosciuto in questo ente: ' || r.office || '.' from ${sound} r
     where r.kind = 'service' and not ${staged("office", "r.office")} and not ${stored("offices", "r.office")}`,
  `select r.line, 'ufficio', 'La Gestione Rigetti non può essere l''ufficio competente.' from ${sound} r
     join agencies a on a.external_id = r.agency
     join offices o on o.agency_id = a.id and o.external_id = r.office
     where r.kind = 'service' and o.is_rejects_desk`,
  `select r.line, 'nome', 'Nome ripetuto: è già alla riga ' || r.first || '.' from (select line, code,
     min(line) over (partition by kind, agency, department, name) as first,
     min(code) over (partition by kind, agency, department, name) as low,
     max(code) over (partition by kind, agency, department, name) as high
     from ${sound} k where kind in ('department', 'service')) r where r.line <> r.first and r.low <> r.high`,
  `select r.line, 'nome', 'Esiste già una macrostruttura con questo nome e un altro codice.' from ${sound} r
     join agencies a on a.external_id = r.agency
     join departments d on d.agency_id = a.id and d.name = r.name and d.external_id is distinct from r.code
     where r.kind = 'department'`,
  `select r.line, 'nome', 'Esiste già un servizio con questo nome e un altro codice.' from ${sound} r
     join agencies a on a.external_id = r.agency
     join departments d on d.agency_id = a.id and d.external_id = r.department
     join services s on s.agency_id = a.id and s.department_id = d.id and s.name = r.name
       and s.external_id is distinct from r.code
     where r.kind = 'service'`,
  `select r.line, 'macrostruttura', 'Il servizio ha già dei casi: non può cambiare macrostruttura.'
     from ${sound} r join agencies a on a.external_id = r.agency
     join services s on s.agency_id = a.id and s.external_id = r.code
     join departments d on d.id = s.department_id
     where r.kind = 'service' and d.external_id is distinct from r.department
       and exists (select from cases c where c.service_id = s.id)`,
];

/** After the rows were written: nothing in use may depend on something that is not. */
const dependencyChecks: string[] = [
  `select r.line, 'attivo', 'Il servizio è attivo, ma il suo ente, macrostruttura o ufficio non lo è.'
     from import_rows r join agencies a on a.external_id = r.agency
     join services s on s.agency_id = a.id and s.external_id = r.code
     join departments d on d.id = s.department_id join offices o on o.id = s.office_id
     where r.kind = 'service' and s.disabled_at is null
       and (a.disabled_at is not null or d.disabled_at is not null or o.disabled_at is not null)`,
  `select r.line, 'attivo', 'Non si può disattivare: ' || count(*) || ' servizi attivi ne dipendono.'
     from import_rows r join agencies a on a.external_id = r.agency
     join services s on s.agency_id = a.id and s.disabled_at is null
     join departments d on d.id = s.department_id join offices o on o.id = s.office_id
     where not r.active and (r.kind = 'agency' or (r.kind = 'department' and d.external_id = r.code)
       or (r.kind = 'office' and o.external_id = r.code))
     group by r.line`,
];

export async function checkStaged(db: Queryable, limit: number): Promise<RowError[]> {
  await runLong(db, "create index on import_rows (kind, agency, code)");
  await runLong(db, "analyze import_rows");
  return runChecks(db, checks, limit);
}

export async function checkDependencies(db: Queryable, limit: number): Promise<RowError[]> {
  return runChecks(db, dependencyChecks, limit);
}

async function runChecks(db: Queryable, list: string[], limit: number): Promise<RowError[]> {
  const errors: RowError[] = [];
  for (const check of list) {
    const found = `select line, "column", it from (${check}) as found (line, "column", it) order by line limit $1`;
    errors.push(...(await runLong<RowError>(db, found, [limit])));
  }
  return errors.sort((a, b) => a.line - b.line);
}

export type ImportCounts = Record<RowKind, { rows: number; created: number; changed: number }>;

export async function readCounts(db: Queryable): Promise<ImportCounts> {
  const found = await db.query<{ kind: RowKind; rows: number; created: number; changed: number }>(
    `select k.kind, (select count(*) from import_rows r where r.kind = k.kind) as rows,
       (select count(*) from import_touched t where t.kind = k.kind and t.created) as created,
       (select count(*) from import_touched t where t.kind = k.kind and not t.created) as changed
     from (values ('agency'), ('department'), ('office'), ('service')) as k (kind)`,
  );
  const counts = {} as ImportCounts;
  for (const { kind, ...numbers } of found.rows) counts[kind] = numbers;
  return counts;
}
