import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import pg from "pg";
import { beginSnapshot, readRows, schemaOf, sequenceValues, tablesToKeep } from "./backup-store.ts";

export type BackupHead = { format: 1; at: string; schema: string[] };
export type TableCounts = Record<string, number>;

const batch = 500;

/**
 * Writes the whole database as one compressed file of JSON lines, from one snapshot while calls go on: the head, then
 * `{table, columns}` and its rows, sequences, and the counts at the end, by which a cut file is known. The file is
 * readable by its owner alone, and has its name only when it is whole.
 */
export async function writeBackup(url: string, file: string): Promise<TableCounts> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const zip = createGzip();
  const out = createWriteStream(`${file}.part`, { mode: 0o600, flags: "w" });
  zip.pipe(out);
  const write = async (value: string) => {
    if (!zip.write(`${value}\n`)) await once(zip, "drain");
  };
  try {
    await beginSnapshot(client);
    const head: BackupHead = { format: 1, at: new Date().toISOString(), schema: await schemaOf(client) };
    await write(JSON.stringify(head));
    const counts: TableCounts = {};
    for (const table of await tablesToKeep(client)) {
      await write(JSON.stringify({ table: table.name, columns: table.columns }));
      counts[table.name] = 0;
      for await (const rows of readRows(client, table, batch)) {
        for (const row of rows) await write(`=${row}`);
        counts[table.name] = (counts[table.name] ?? 0) + rows.length;
      }
    }
    await write(JSON.stringify({ sequences: await sequenceValues(client) }));
    await write(JSON.stringify({ end: counts }));
    zip.end();
    await finished(out);
    await rename(`${file}.part`, file);
    return counts;
  } finally {
    await client.end();
  }
}
