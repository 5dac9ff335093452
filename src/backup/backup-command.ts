/** `npm run backup -- FILE` and `npm run restore -- FILE`: DATABASE_URL, or the demo's own database while it runs. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { databaseSetting } from "../config.ts";
import { primaryUrl } from "../database/primary-server.ts";
import { errorText } from "../errors.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

function databaseUrl(): string {
  const setting = databaseSetting(process.env);
  if (setting) return setting;
  const ready = resolve(process.env.RUN_DIR ?? "run", "ready.json");
  if (existsSync(ready)) return String(JSON.parse(readFileSync(ready, "utf8")).db);
  throw new Error("Set DATABASE_URL, or start the demo first: its database is the one that is kept.");
}

const [what, file] = process.argv.slice(2);
try {
  if ((what !== "backup" && what !== "restore") || !file) throw new Error("Name the file: npm run backup -- FILE");
  const counts = await (what === "backup" ? writeBackup : restoreBackup)(
    await primaryUrl(databaseUrl()),
    resolve(file),
  );
  const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
  for (const [table, count] of Object.entries(counts)) if (count > 0) process.stdout.write(`${table} ${count}\n`);
  process.stdout.write(`${JSON.stringify({ [what]: file, tables: Object.keys(counts).length, rows })}\n`);
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
}
