import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import pg from "pg";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "../../src/database/embedded-server.ts";
import { migrate } from "../../src/database/migrate.ts";
import { createPool, type Pool } from "../../src/database/pool.ts";
import { silentLogger } from "../../src/log.ts";
import { noteCitizensOf } from "./written/citizens-of-tests.ts";

export type TestDatabase = { url: string; pool: Pool; drop(): Promise<void> };

let server: Promise<EmbeddedDatabase> | null = null;
let folder = "";
let count = 0;

/** A migrated database of one's own, copied from a template; one server a run, stopped by `stopDatabaseServer`. */
export async function testDatabase(): Promise<TestDatabase> {
  server ??= startServer();
  const running = await server;
  const name = `test_${process.pid}_${++count}`;
  await administer(running, `create database ${name} template app strategy file_copy`);
  const url = running.urlOf(name);
  const pool = createPool(url, "web", 10, silentLogger);
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await noteCitizensOf(url);
      await administer(running, `drop database ${name} with (force)`);
    },
  };
}

/** Ends the server of this run and removes its data; called by the root hook. */
export async function stopDatabaseServer(): Promise<void> {
  if (!server) return;
  await (await server).stop();
  server = null;
  await rm(folder, { recursive: true, force: true });
}

async function startServer(): Promise<EmbeddedDatabase> {
  folder = await mkdtemp("/var/tmp/055055-test-");
  const { chmod } = await import("node:fs/promises");
  await chmod(folder, 0o755);
  const running = await startEmbeddedDatabase({ dataDir: join(folder, "db"), port: await freePort() });
  try {
    await migrate(running.url);
  } catch (error) {
    // A broken migration must not leave a server behind.
    await running.stop();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return running;
}

async function administer(running: EmbeddedDatabase, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: running.urlOf("postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
