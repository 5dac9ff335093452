/**
 * `npm run fuzz [-- --seed=N --requests=N --texts=N --sip=N --short]`: every door of the API with good and bad requests
 * made from its own schemas, whatever reads texts from outside (Asterisk's events, returned mails, CSV files), and
 * malformed SIP at the real Asterisk. A status of 500, an answer that does not come within 5 s, an error that is none of
 * ours, or an Asterisk that takes no good call afterwards ends it with 1; the same seed asks the same again.
 */

import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { errorText } from "../src/errors.ts";
import { type AsteriskServer, sharedAsterisk, stopAsterisks } from "../test/support/asterisk.ts";
import { stopDatabaseServer, type TestDatabase, testDatabase } from "../test/support/database.ts";
import { accessWorld, placeAgenda, placeBooking, placeCard, placeCase, places } from "./access/access-world.ts";
import { openDoors } from "./access/open-doors.ts";
import { apiFuzz } from "./fuzz/fuzz-api.ts";
import { fuzzSip } from "./fuzz/fuzz-sip.ts";
import { type FuzzTarget, textTargets } from "./fuzz/fuzz-texts.ts";
import { seededRandom } from "./fuzz/schema-sample.ts";

export type FuzzWish = { seed: number; requests: number; texts: number; sip: number };
export type FuzzResult = { seed: number; runs: number; faults: string[]; statuses: Record<string, number> };

const mostFaults = 50;
/** What `npm test` asks. */
export const shortFuzz = { requests: 800, texts: 300, sip: 1_000 };

/** @param wish requests to the API, texts for each reader, SIP messages */
export async function fuzz(database: TestDatabase, asterisk: AsteriskServer, wish: FuzzWish): Promise<FuzzResult> {
  const { web, routes } = await openDoors(database);
  try {
    const world = await accessWorld(database.pool, web.url);
    for (const place of places) {
      for (const role of ["operator", "specialist", "rejects_agent"]) await placeCase(world, role, place);
      await placeCard(world, place);
      await placeAgenda(world, place);
      await placeBooking(world, place);
    }
    const api = await apiFuzz(web.url, routes, world);
    const result: FuzzResult = { seed: wish.seed, runs: 0, faults: [], statuses: {} };
    await runTarget({ name: "API", run: api.run }, wish.requests, result);
    const administrator = { ...world.cases.supervisor, roles: [{ role: "administrator" as const, agencyId: null }] };
    for (const target of textTargets(database.pool, administrator)) await runTarget(target, wish.texts, result);
    const { sent, faults } = await fuzzSip(asterisk, wish.seed, wish.sip);
    result.runs += sent;
    result.faults.push(...faults);
    result.statuses = Object.fromEntries([...api.statuses].sort(([a], [b]) => a - b));
    return result;
  } finally {
    await web.close();
  }
}

/** Each run has a seed of its own, so that a fault can be had again alone. */
async function runTarget({ name, run }: FuzzTarget, times: number, result: FuzzResult): Promise<void> {
  for (let n = 0; n < times && result.faults.length < mostFaults; n++) {
    result.runs += 1;
    try {
      await run(seededRandom(result.seed + n));
    } catch (error) {
      result.faults.push(`${name}, seed ${result.seed + n}: ${errorText(error)}`);
    }
  }
}

function readWish(): FuzzWish {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      requests: { type: "string", default: "10000" },
      texts: { type: "string", default: "5000" },
      sip: { type: "string", default: "5000" },
      short: { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  if (values.short) return { seed, ...shortFuzz };
  return { seed, requests: Number(values.requests), texts: Number(values.texts), sip: Number(values.sip) };
}

async function main(): Promise<void> {
  const database = await testDatabase();
  try {
    const { seed, runs, faults, statuses } = await fuzz(database, await sharedAsterisk(), readWish());
    for (const fault of faults) console.log(`FAULT ${fault}`);
    console.log(`statuses ${JSON.stringify(statuses)}`);
    console.log(JSON.stringify({ seed, runs, faults: faults.length }));
    process.exitCode = runs === 0 || faults.length > 0 ? 1 : 0;
  } finally {
    await database.drop();
    await stopAsterisks();
    await stopDatabaseServer();
  }
}

// No await: a module that waits is loaded a second time beside the tests, with a database server of its own.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) void main();
