/**
 * `npm run check:access`: every door of the program × every role × own and other office × own and other agency, asked
 * over HTTP of the running web part on a real database, and every live feed. What is expected is written by hand
 * (access-matrix.txt, access-rules.ts) and each refusal stands beside an allowed twin. Exits 1 on a leak, on a twin
 * that was refused, or when nothing was checked.
 */
import { pathToFileURL } from "node:url";
import type { Route } from "../src/desk/route.ts";
import { stopDatabaseServer, type TestDatabase, testDatabase } from "../test/support/database.ts";
import { type AccessMatrix, readMatrix } from "./access/access-matrix.ts";
import { AccessTally } from "./access/access-tally.ts";
import { accessWorld } from "./access/access-world.ts";
import { openDoors } from "./access/open-doors.ts";
import { doorOf, walkDoors } from "./access/walk-doors.ts";
import { walkFeeds } from "./access/walk-feeds.ts";
import { walkLists } from "./access/walk-lists.ts";
import { walkRows } from "./access/walk-rows.ts";

export type AccessResult = { routes: number; tally: AccessTally };

/** Walks everything once. A door without a line in the matrix counts as a leak. */
export async function checkAccess(database: TestDatabase): Promise<AccessResult> {
  const { web, routes: all } = await openDoors(database);
  const tally = new AccessTally();
  const matrix = readMatrix();
  const routes = knownDoors(matrix, all, tally);
  try {
    const world = await accessWorld(database.pool, web.url);
    const doors = await walkDoors(web.url, routes, matrix, world, tally);
    await walkRows(routes, matrix, world, tally);
    await walkLists(world, tally);
    await walkFeeds(web.url, world, () => web.streams.check(), tally);
    await doors.signOut();
    return { routes: all.length, tally };
  } finally {
    await web.close();
  }
}

/** A door that nobody has thought about is a leak until somebody does. Returns the doors that can be walked. */
function knownDoors(matrix: AccessMatrix, routes: Route[], tally: AccessTally): Route[] {
  const doors = routes.map(({ spec }) => doorOf(spec));
  for (const door of doors) if (!matrix.has(door)) tally.leaks.push(`access-matrix.txt has no line for ${door}`);
  for (const door of matrix.keys()) {
    if (!doors.includes(door)) tally.lostTwins.push(`access-matrix.txt names a door that is gone: ${door}`);
  }
  return routes.filter(({ spec }) => matrix.has(doorOf(spec)));
}

async function main(): Promise<void> {
  const database = await testDatabase();
  try {
    const { routes, tally } = await checkAccess(database);
    for (const leak of tally.leaks) console.log(`LEAK       ${leak}`);
    for (const twin of tally.lostTwins) console.log(`LOST TWIN  ${twin}`);
    console.log(`routes ${routes}   checks ${tally.checks}   twins refused ${tally.lostTwins.length}`);
    console.log(JSON.stringify({ routes, checks: tally.checks, leaks: tally.leaks.length }));
    process.exitCode = tally.checks === 0 || tally.leaks.length + tally.lostTwins.length > 0 ? 1 : 0;
  } finally {
    await database.drop();
    await stopDatabaseServer();
  }
}

// No await: a module that waits is loaded a second time beside the tests, with a database server of its own.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) void main();
