import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { migrate } from "../database/migrate.ts";
import {
  beginRestore,
  emptyTables,
  isInUse,
  schemaOf,
  setSequence,
  type TableShape,
  tablesToKeep,
  writeRows,
} from "./backup-store.ts";
import type { BackupHead, TableCounts } from "./write-backup.ts";

const batch = 500;

/**
 * Brings a backup into an empty database, all or nothing.
 * @throws Error with one sentence: the database is in use, the file is cut, or was made by another version
 */
export async function restoreBackup(url: string, file: string): Promise<TableCounts> {
  await migrate(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (await isInUse(client)) throw new Error("The database is in use: restore into an empty one.");
    await beginRestore(client);
    const counts = await readInto(client, file);
    await client.query("commit");
    return counts;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    await client.end();
  }
}

async function readInto(client: pg.Client, file: string): Promise<TableCounts> {
  const target = new TableWriter(client);
  let told: TableCounts | null = null;
  let first = true;
  for await (const line of linesOf(file)) {
    if (line.startsWith("=")) {
      await target.add(line.slice(1));
      continue;
    }
    const mark: unknown = JSON.parse(line);
    if (first) await checkHead(client, mark);
    first = false;
    if (isObject(mark) && "table" in mark) await target.begin(mark as { table: string; columns: string[] });
    if (isObject(mark) && "sequences" in mark) {
      await target.flush();
      for (const sequence of mark.sequences as { name: string; value: string }[]) await setSequence(client, sequence);
    }
    if (isObject(mark) && "end" in mark) told = mark.end as TableCounts;
  }
  if (!told || JSON.stringify(told) !== JSON.stringify(target.counts)) {
    throw new Error("The backup is not whole: its counts do not agree with its rows.");
  }
  return told;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file).pipe(createGunzip());
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    throw new Error("The backup is not whole: it can not be unpacked.", { cause: error });
  }
}

async function checkHead(client: pg.Client, mark: unknown): Promise<void> {
  const head = mark as Partial<BackupHead>;
  if (head.format !== 1 || !Array.isArray(head.schema)) throw new Error("This file is no backup of 055055.");
  const here = await schemaOf(client);
  if (JSON.stringify(head.schema) !== JSON.stringify(here)) {
    throw new Error(`The backup was made by another version: its last migration is ${head.schema.at(-1)}.`);
  }
  await emptyTables(client, await tablesToKeep(client));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object";
}

/** Rows of one table after the other, in batches. */
class TableWriter {
  readonly counts: TableCounts = {};
  private table: TableShape | null = null;
  private rows: string[] = [];
  private readonly client: pg.Client;

  constructor(client: pg.Client) {
    this.client = client;
  }

  async begin({ table, columns }: { table: string; columns: string[] }): Promise<void> {
    await this.flush();
    this.table = { name: table, columns };
    this.counts[table] = 0;
  }

  async add(row: string): Promise<void> {
    this.rows.push(row);
    if (this.rows.length >= batch) await this.flush();
  }

  async flush(): Promise<void> {
    if (!this.table || this.rows.length === 0) return;
    await writeRows(this.client, this.table, this.rows);
    this.counts[this.table.name] = (this.counts[this.table.name] ?? 0) + this.rows.length;
    this.rows = [];
  }
}
