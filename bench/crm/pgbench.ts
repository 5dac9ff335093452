import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../src/start/machine/run-command.ts";
import type { Statement } from "./crm-server.ts";

/**
 * Runs recorded requests, each a list of statements with its values, as pgbench scripts: what the database alone needs.
 * @returns milliseconds of every request
 */
export async function runPgbench(
  databaseUrl: string,
  folder: string,
  requests: readonly Statement[][],
  load: { clients: number; seconds: number },
): Promise<number[]> {
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const [index, statements] of requests.entries()) {
    const file = join(folder, `request-${index}.sql`);
    await writeFile(file, `${statements.map((statement) => `${withValues(statement)};`).join("\n")}\n`);
    files.push("-f", file);
  }
  const log = join(folder, "times");
  const { clients, seconds } = load;
  const url = new URL(databaseUrl);
  const place = ["-h", url.hostname, "-p", url.port, "-U", url.username, "-d", url.pathname.slice(1)];
  const how = ["-n", "-c", String(clients), "-j", String(clients), "-T", String(seconds), "-l", `--log-prefix=${log}`];
  const env = { ...process.env, PGPASSWORD: url.password };
  const { code, output } = await runCommand("pgbench", [...how, ...files, ...place], { env });
  if (code !== 0 || /aborted/.test(output)) throw new Error(`pgbench ended with ${code}: ${output.slice(-600)}`);
  const times: number[] = [];
  for (const name of await readdir(folder)) {
    if (!name.startsWith("times")) continue;
    for (const line of (await readFile(join(folder, name), "utf8")).split("\n")) {
      const micros = Number(line.split(" ")[2]);
      if (line !== "" && Number.isFinite(micros)) times.push(micros / 1000);
    }
  }
  return times;
}

/** Values as literals without a type, which PostgreSQL reads as it reads parameters. */
function withValues({ text, values }: Statement): string {
  return text.replace(/\$(\d+)/g, (_all, place: string) => literal(values[Number(place) - 1])).trim();
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return `'${plain(value).replaceAll("'", "''")}'`;
}

function plain(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      item === null ? "NULL" : `"${plain(item).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
    );
    return `{${items.join(",")}}`;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
