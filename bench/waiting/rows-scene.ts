import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordStates, wakeQueue, writeChoice } from "../../src/operators/operator-store.ts";
import { type Copies, startCopies } from "../../src/start/copies/copies.ts";
import { knownProcess } from "../../src/start/machine/leftovers.ts";
import { Running } from "../../src/start/running.ts";
import { type BenchDatabase, fillDatabase, startBenchDatabase } from "../site/bench-database.ts";
import { FakeLine } from "./fake-line.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
/** Beside 055055, which leads to the queue that every database has. */
const otherNumbers = ["0559001", "0559002", "0559003"];
const numbers = ["055055", ...otherNumbers];
/** More at once would measure how fast calls come in. */
const arrivingAtOnce = 150;

/** Bytes, after what is not used any more was collected. */
export type Memory = { rss: number; heapUsed: number; external: number };

/** Of each pairing: from the operator's being free (commit) to the phone's leg, and what it cost PostgreSQL. */
export type Pairings = { ms: number[]; databaseMs: number[] };

/** One copy of the program on the fake wire with a real PostgreSQL, operators in pause, citizens who wait in four queues. */
export class RowsScene {
  private readonly folder: string;
  private readonly running: Running;
  private database!: BenchDatabase;
  line!: FakeLine;
  private copies!: Copies;
  private paused: string[] = [];
  private called = 0;
  private served = 0;

  static async create(): Promise<RowsScene> {
    return new RowsScene(await mkdtemp("/var/tmp/055055-waiting-"));
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.running = new Running(folder);
  }

  /** @throws Error when something can not be started; then call `stop` all the same. */
  async start(operators: number): Promise<void> {
    await chmod(this.folder, 0o755); // PostgreSQL runs as a user of its own
    await this.running.begin();
    this.database = await startBenchDatabase(this.folder, true);
    this.running.onStop("PostgreSQL", () => this.database.stop());
    await this.running.owns(await knownProcess("PostgreSQL", this.database.pid));
    const accounts = await fillDatabase(this.database.client, operators);
    await this.prepareRows();
    this.line = await FakeLine.start(accounts.map(({ name }) => name));
    this.running.onStop("the fake wire", () => this.line.close());
    this.copies = await startCopies({
      count: 1,
      program: join(checkout, "src/main.ts"),
      cwd: checkout,
      logDir: join(this.folder, "log"),
      environment: {
        ...process.env,
        NODE_OPTIONS: `--import=${new URL("../memory-probe.mjs", import.meta.url)}`,
        BENCH_MEMORY: this.memoryFile,
        DATABASE_URL: this.database.url,
        ASTERISK_URLS: this.line.url,
        SESSION_SECRET: "a secret of the benchmark",
        CACHE_DIR: join(this.folder, "cache"),
        DEMO: "0",
      },
      onChange: (copies) => this.running.copiesChanged(copies),
    });
    this.running.onStop("the copy", () => {
      this.line.hush();
      return this.copies.stop(async () => false, Promise.resolve());
    });
    this.line.belongsTo(this.copies.ready()[0]?.node ?? "");
    const online = "select count(*)::int as n from seat_contacts where online";
    await this.until("every phone to be seen", async () => {
      return (await this.database.client.query(online)).rows[0].n === operators;
    });
  }

  /** Citizens call until so many wait. */
  async fill(target: number): Promise<void> {
    const { line } = this;
    while (this.called - this.served < target) {
      if (line.arriving < arrivingAtOnce) this.call();
      else await new Promise((resolve) => setTimeout(resolve, 10));
      if (line.lost > 0) throw new Error(`${line.lost} calls were not taken while the queue filled (${this.folder}).`);
    }
    await this.until("all callers to wait", async () => line.arriving === 0);
    const { rows } = await this.database.client.query(
      "select count(*)::int as n from calls where state in ('waiting', 'offered')",
    );
    if (rows[0].n !== target) throw new Error(`${rows[0].n} callers wait instead of ${target} (${this.folder}).`);
  }

  /** Frees one operator after another; for each citizen who is served another one calls. */
  async pair(times: number): Promise<Pairings> {
    const pairings: Pairings = { ms: [], databaseMs: [] };
    for (let n = 0; n < times; n++) {
      const before = await this.pairingMs();
      const ring = this.line.nextRing();
      const freeAt = await this.freeOne();
      const { atMs, citizen } = await ring;
      await this.line.joined(citizen);
      this.served++;
      pairings.ms.push(atMs - freeAt);
      pairings.databaseMs.push((await this.pairingMs()) - before);
      await this.line.inRoom(this.call());
    }
    return pairings;
  }

  /** What the copy needs now. */
  async memory(): Promise<Memory> {
    await rm(this.memoryFile, { force: true });
    process.kill(this.copies.ready()[0]?.pid ?? 0, "SIGUSR2");
    let text = "";
    await this.until("the copy's memory", async () => {
      text = await readFile(this.memoryFile, "utf8").catch(() => "");
      return text !== "";
    });
    return JSON.parse(text);
  }

  /** Lines of the copy's log that are warnings or worse, without repetitions. */
  async complaints(): Promise<string[]> {
    const log = await readFile(join(this.folder, "log/copy-1.log"), "utf8");
    const lines = log.split("\n").flatMap((line) => {
      const { level = 0, msg = "", kind = "", reason = "" } = line.startsWith("{") ? JSON.parse(line) : {};
      return level >= 40 ? [[msg, kind, reason].filter(Boolean).join(": ")] : [];
    });
    return [...new Set(lines)];
  }

  /** @returns sentences about what did not end well; then the folder with logs stays. */
  async stop(): Promise<string[]> {
    const failures = await this.running.stop();
    if (failures.length === 0 && !process.env.BENCH_KEEP) await rm(this.folder, { recursive: true, force: true });
    return failures;
  }

  private get memoryFile(): string {
    return join(this.folder, "memory.json");
  }

  private call(): string {
    return this.line.call(numbers[this.called++ % numbers.length] ?? "055055");
  }

  /** Four queues, each with a number and a flow; every operator at work and in pause; statements with their planning. */
  private async prepareRows(): Promise<void> {
    const { client } = this.database;
    await client.query(
      `with n as (select number, 'coda ' || number as name from unnest($1::text[]) as number),
        q as (insert into queues (name, max_waiting, wrap_up_seconds) select name, 10000, 0 from n),
        f as (insert into ivr_flows (name) select name from n returning id, name),
        v as (insert into ivr_flow_versions (flow_id, version, document)
          select id, 1, jsonb_build_object('start', 'q', 'nodes',
            jsonb_build_object('q', jsonb_build_object('type', 'queue', 'queue', name))) from f)
      insert into served_numbers (number, flow_id) select n.number, f.id from n join f using (name)`,
      [otherNumbers],
    );
    const { rows } = await client.query(
      `update operators set stream_lost_at = null, chosen = 'pause',
        pause_reason = (select code from pause_reasons order by code limit 1) returning person_id as id`,
    );
    this.paused = rows.map(({ id }) => id);
    await client.query("alter system set pg_stat_statements.track_planning = on");
    await client.query("select pg_reload_conf()");
  }

  /** As the page's click does it; returns when it was committed (monotonic). */
  private async freeOne(): Promise<number> {
    const personId = this.paused.pop();
    if (!personId) throw new Error("No operator is left to become free.");
    const client = await this.database.client.connect();
    try {
      await client.query("begin");
      await writeChoice(client, personId, "available", null);
      await recordStates(client, [personId]);
      await wakeQueue(client);
      const at = performance.now();
      await client.query("commit");
      return at;
    } finally {
      client.release();
    }
  }

  /** What PostgreSQL has spent so far on the statements of dispatch-store.ts. */
  private async pairingMs(): Promise<number> {
    const { rows } = await this.database.client.query(
      `select coalesce(sum(total_exec_time + total_plan_time), 0)::float as ms from pg_stat_statements
      where query ~ 'with recursive skill as|select distinct o\\.\\* from|with pair as|as waiting$'`,
    );
    return rows[0].ms;
  }

  private async until(what: string, reached: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + 60_000;
    while (!(await reached())) {
      if (performance.now() > limit) throw new Error(`Waited 60 s for ${what} in vain (${this.folder}).`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
