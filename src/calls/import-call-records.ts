import { open, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import type { CallOutcome } from "./call.ts";
import {
  endRecordedCall,
  knownEnded,
  lockRecordImport,
  noteRecordedCall,
  readPosition,
  savePosition,
  unknownCalls,
} from "./call-record-store.ts";
import { type CallRecord, parseCallsLine, parseParachuteLine } from "./call-records.ts";

/** A call that ended so lately may still be on its way into the rows by the program itself. */
const settleMs = 5_000;
/** A call whose copy died between claim and first write is had by the heir long before. */
const claimedLateMs = 30_000;
/** Asterisk opens the file for each line: one that was opened before the rename is written by then. */
const renameSettleMs = 200;
const chunkBytes = 1_000_000;

/** When this Asterisk was started, as far as this copy knows. */
export type SwitchStart = (asteriskId: string) => Date | null;

export type ImportResult = { parachute: number; recorded: number; unreadable: number };

/**
 * Calls that the program never had become cases from Asterisk's own records (DESIGN, parachute): those the parachute
 * caught, those whose caller left before any copy claimed, and those under which Asterisk died. Every line may be read
 * twice without harm.
 * parachute.csv, which holds numbers, is erased once its rows are committed; calls.csv holds none and stays.
 */
export async function importCallRecords(
  pool: Pool,
  folder: string,
  now: Date,
  startedAt: SwitchStart = () => null,
): Promise<ImportResult> {
  const result: ImportResult = { parachute: 0, recorded: 0, unreadable: 0 };
  const taken = join(folder, "parachute.importing.csv");
  const done = await inTransaction(pool, async (client) => {
    if (!(await lockRecordImport(client))) return false;
    for (const line of await takeParachuteLines(folder, taken)) {
      const record = parseParachuteLine(line);
      if (!record) result.unreadable++;
      else {
        result.parachute++;
        await applyParachute(client, record);
      }
    }
    await readCalls(client, folder, { now, startedAt }, result);
    return true;
  });
  if (done) await unlink(taken).catch(ignoreMissing);
  return result;
}

async function applyParachute(client: Parameters<typeof noteRecordedCall>[0], record: CallRecord): Promise<void> {
  if (record.event === "parachute") await noteRecordedCall(client, record, true);
  if (record.event !== "ended") return;
  const answered = record.seat !== "";
  const outcome: CallOutcome = answered ? "parachute_answered" : "parachute_unanswered";
  await endRecordedCall(client, record, outcome, answered ? record.seat : null);
}

async function takeParachuteLines(folder: string, taken: string): Promise<string[]> {
  const exists = await stat(taken).then(() => true, ignoreMissing);
  if (!exists) {
    const renamed = await rename(join(folder, "parachute.csv"), taken).then(() => true, ignoreMissing);
    if (!renamed) return [];
    await new Promise((resolve) => setTimeout(resolve, renameSettleMs));
  }
  return (await readFile(taken, "utf8")).split("\n").filter(Boolean);
}

async function readCalls(
  client: Parameters<typeof readPosition>[0],
  folder: string,
  { now, startedAt }: { now: Date; startedAt: SwitchStart },
  result: ImportResult,
): Promise<void> {
  const path = join(folder, "calls.csv");
  const file = await stat(path).catch(ignoreMissing);
  if (!file) return;
  const from = await readPosition(client, folder, file.ino);
  const start = from > file.size ? 0 : from;
  const { lines, bytes } = await completeLines(path, start);
  const records = lines.map(parseCallsLine);
  const settled = records.findIndex((record) => record && now.getTime() - record.at.getTime() < settleMs);
  const ripe = settled < 0 ? records : records.slice(0, settled);
  const unknown = await unknownCalls(client, ripe.filter((record) => record !== null).filter(isArrival));
  const known = await knownEnded(client, ripe.filter((record) => record !== null).filter(isEnd));
  const ended = new Set(
    records.filter((record) => record !== null && isEnd(record)).map((record) => record?.channelId),
  );
  let read = start;
  for (const [index, record] of ripe.entries()) {
    read += bytes[index] ?? 0;
    if (!record) result.unreadable++;
    else if (isArrival(record) && unknown.has(record.channelId) && !ended.has(record.channelId)) {
      // Nobody wrote it and it has not ended: if Asterisk died under it, its return tells; else a copy comes for it.
      const died = record.at.getTime() < (startedAt(record.asteriskId)?.getTime() ?? 0);
      if (died) await noteRecordedCall(client, record, false);
      else if (now.getTime() - record.at.getTime() < claimedLateMs) {
        read -= bytes[index] ?? 0;
        break;
      }
    } else if (isEnd(record)) {
      result.recorded++;
      if (known.has(record.channelId)) continue;
      await noteRecordedCall(client, record, false);
      const outcome = record.result === "claimed" ? "system_failure" : "abandoned_ivr";
      await endRecordedCall(client, record, outcome, null);
    }
  }
  if (read !== from) await savePosition(client, folder, file.ino, read);
}

function isArrival(record: CallRecord): boolean {
  return record.event === "arrived";
}

function isEnd(record: CallRecord): boolean {
  return record.event === "ended" && record.result !== "parachute";
}

async function completeLines(path: string, from: number): Promise<{ lines: string[]; bytes: number[] }> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(chunkBytes);
    const { bytesRead } = await file.read(buffer, 0, chunkBytes, from);
    const text = buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf(10) + 1).toString("latin1");
    const lines = text.split("\n").slice(0, -1);
    return { lines, bytes: lines.map((line) => line.length + 1) };
  } finally {
    await file.close();
  }
}

function ignoreMissing(error: unknown): false {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
  throw error;
}
