import pg from "pg";
import type { Queryable } from "../database/pool.ts";

export type TableShape = { name: string; columns: string[] };

/** Tables of the program with the columns that can be written, in the order of their names. */
export async function tablesToKeep(db: Queryable): Promise<TableShape[]> {
  const { rows } = await db.query<TableShape>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname = 'public' and c.relkind = 'r' and c.relname not in ('schema_migrations', 'schema_migrations_lock')
    group by 1 order by 1`,
  );
  return rows;
}

/** Names of the migrations that made this schema, in their order. */
export async function schemaOf(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>("select name from schema_migrations order by id");
  return rows.map(({ name }) => name);
}

/** Begins a snapshot: what other sessions write from now on is not in it. */
export async function beginSnapshot(db: Queryable): Promise<void> {
  await db.query("begin isolation level repeatable read read only");
}

/** Rows of a table as JSON texts, a batch at a time. */
export async function* readRows(db: Queryable, table: TableShape, batch: number): AsyncGenerator<string[]> {
  const columns = table.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  await db.query(
    `declare kept no scroll cursor for select to_jsonb(t)::text as row from (select ${columns}
      from ${pg.escapeIdentifier(table.name)}) t`,
  );
  for (;;) {
    const { rows } = await db.query<{ row: string }>(`fetch ${batch} from kept`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await db.query("close kept");
}

/** For a restore: one transaction without triggers and foreign keys, since the rows were whole when they were kept. */
export async function beginRestore(db: Queryable): Promise<void> {
  await db.query("begin");
  await db.query("set local session_replication_role = replica");
}

/** Tables that a migration fills are emptied; the caller has made sure that nobody has worked here. */
export async function emptyTables(db: Queryable, tables: readonly TableShape[]): Promise<void> {
  for (const { name } of tables) await db.query(`delete from ${pg.escapeIdentifier(name)}`);
}

export async function writeRows(db: Queryable, table: TableShape, rows: readonly string[]): Promise<void> {
  const name = pg.escapeIdentifier(table.name);
  const columns = table.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  await db.query(
    `insert into ${name} (${columns}) overriding system value
    select ${columns} from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
    [`[${rows.join(",")}]`],
  );
}

/** Numbers go on where they were: never again one that was given out. */
export async function sequenceValues(db: Queryable): Promise<{ name: string; value: string }[]> {
  const { rows } = await db.query<{ name: string; value: string }>(
    `select sequencename as name, last_value::text as value from pg_sequences
    where schemaname = 'public' and last_value is not null and sequencename not like 'schema_migrations%' order by 1`,
  );
  return rows;
}

export async function setSequence(db: Queryable, { name, value }: { name: string; value: string }): Promise<void> {
  await db.query("select setval(format('public.%I', $1::text)::regclass, $2::bigint)", [name, value]);
}

/** Whether somebody has worked in this database: then nothing may be restored into it. */
export async function isInUse(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ used: boolean }>(
    "select exists (select from people) or exists (select from calls) or exists (select from cases) as used",
  );
  return rows[0]?.used ?? true;
}
