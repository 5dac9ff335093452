// What the parts under test write in a run (logs of copies, of Asterisk, its call records, the launcher's output) is
// kept in one folder, and read at the end for the citizens of the tests (REQ 12, ASVS 16.2.5): see hooks.ts.
import { appendFileSync, createReadStream, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cp, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { silentLogger, unheard } from "../../../src/log.ts";
import { type Leak, leaksOfLine, type Personal } from "./find-leaks.ts";

/** The one line of Asterisk that quotes a caller and that no setting of it takes away (SECURITY.md, Privacy). */
const knownWarning = /WARNING\[\d+\] res_pjsip\.c: CallerID Name '.*' for number '.*' has invalid UTF-8/;
const limitBytes = 512 * 1024 * 1024;
/** Null: nobody will read it, e.g. in a bench that starts the tests' parts. */
let folder: string | null = null;
let count = 0;
let bytes = 0;

/** From now on everything is kept, and the parts that tests run in their own process are heard, too, at every level. */
export function beginKeeping(): void {
  folder = mkdtempSync(join(tmpdir(), "055055-written-"));
  unheard.write = keepWritten("in-process");
  silentLogger.level = "trace";
}

const nextName = (name: string) => `${String(++count).padStart(4, "0")}-${name}`;

/** A file of its own below the run's folder; its name says who wrote. */
export function keepWritten(name: string): (text: string | Buffer) => void {
  if (!folder) return () => undefined;
  const file = join(folder, `${nextName(name)}.log`);
  return (text) => {
    if (!folder) return;
    bytes += text.length;
    if (bytes > limitBytes) throw new Error(`The run has written more than ${limitBytes} bytes of logs`);
    appendFileSync(file, text);
  };
}

/** What a process writes to its output, as it comes. */
export function keepOutput(name: string, ...streams: (Readable | null)[]): void {
  const keep = keepWritten(name);
  for (const stream of streams) stream?.on("data", keep);
}

/** A copy of the plain files of a log folder, before it goes; `but` are left out. */
export async function keepFolder(name: string, from: string, but: readonly string[] = []): Promise<void> {
  if (!folder) return;
  const into = join(folder, nextName(name));
  mkdirSync(into);
  // A stack that never came up has left no folder.
  for (const file of await readdir(from).catch(() => [])) {
    const known = but.includes(file) ? null : await stat(join(from, file));
    if (!known?.isFile()) continue;
    bytes += known.size;
    await cp(join(from, file), join(into, basename(file)));
  }
}

/** Leaks by file and line, at most `limit`. */
export async function leaksInFolder(from: string, personal: Personal, limit = 50): Promise<Leak[]> {
  const leaks: Leak[] = [];
  for (const name of (await readdir(from, { recursive: true })).sort()) {
    const file = join(from, name);
    if (!(await stat(file)).isFile()) continue;
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (knownWarning.test(text)) continue;
      for (const leak of leaksOfLine(text, personal)) {
        leaks.push({ ...leak, file: name, line });
        if (leaks.length === limit) return leaks;
      }
    }
  }
  return leaks;
}

/** The run's last act: reads all, removes all (TEST_KEEP_WRITTEN=1 leaves it). @throws Error, see `judgeFolder`. */
export async function judgeWritten(personal: Personal): Promise<void> {
  unheard.write = () => undefined;
  if (!folder) return;
  try {
    await judgeFolder(folder, personal);
  } finally {
    if (!process.env.TEST_KEEP_WRITTEN) rmSync(folder, { recursive: true, force: true });
    folder = null;
  }
}

/** @throws Error that names file and line of each leak */
export async function judgeFolder(from: string, personal: Personal): Promise<void> {
  const leaks = await leaksInFolder(from, personal);
  if (leaks.length === 0) return;
  const told = leaks.map(({ file, line, what, found }) => `  ${join(from, file)}:${line}: ${what} ${found}`);
  throw new Error(`Citizens of the tests stand in what was written:\n${told.join("\n")}`);
}
