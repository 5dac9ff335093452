import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AsteriskServer, sharedAsterisk } from "./asterisk.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { type PhoneCall, SipPhone } from "./sip-phone.ts";
import { type TestClient, TestFeed, testClient, testPerson } from "./web.ts";
import { keepOutput } from "./written/written.ts";

const program = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** A copy of the real program in a process of its own. */
export type Copy = { node: string; url: string; pid: number; process: ChildProcess; ended: Promise<number | null> };

export type CentreOptions = {
  copies?: number;
  /** Seconds; 0 = straight to available. */
  wrapUpSeconds?: number;
  /** The flow of the served number; default: straight into the queue. */
  flow?: unknown;
  ringSeconds?: number;
  maxWaiting?: number;
  /** An Asterisk with settings of its own, ended by who made it; default: the one of the run. */
  asterisk?: AsteriskServer;
  /** A migrated database that is the centre's from now on; default: one of the run's server. */
  database?: TestDatabase;
};

/** The whole product for one test file: real Asterisk, real PostgreSQL, real copies, SIP phones around them. */
export class Centre {
  readonly copies: Copy[] = [];
  readonly operators: TestOperator[] = [];
  readonly citizens: SipPhone[] = [];
  readonly database: TestDatabase;
  readonly asterisk: AsteriskServer;

  private constructor(database: TestDatabase, asterisk: AsteriskServer) {
    this.database = database;
    this.asterisk = asterisk;
  }

  static async start(options: CentreOptions = {}): Promise<Centre> {
    const centre = new Centre(options.database ?? (await testDatabase()), options.asterisk ?? (await sharedAsterisk()));
    const { pool } = centre.database;
    await pool.query("update queues set wrap_up_seconds = $1, ring_seconds = $2, max_waiting = $3", [
      options.wrapUpSeconds ?? 60,
      options.ringSeconds ?? 20,
      options.maxWaiting ?? 200,
    ]);
    const flow = options.flow ?? { start: "q", nodes: { q: { type: "queue", queue: "principale" } } };
    if (flow !== "default") await pool.query("update ivr_flow_versions set document = $1", [JSON.stringify(flow)]);
    await centre.skipOldRecords();
    for (let n = 0; n < (options.copies ?? 1); n++) await centre.startCopy();
    return centre;
  }

  /** The Asterisk is shared by all test files: what it recorded before is none of this database's. */
  private async skipOldRecords(): Promise<void> {
    const folder = this.asterisk.cdrDir;
    const file = await stat(join(folder, "calls.csv")).catch(() => null);
    if (!file) return;
    const sql = "insert into call_record_files (folder, inode, read_bytes) values ($1, $2, $3)";
    await this.pool.query(sql, [folder, file.ino, file.size]);
  }

  get pool() {
    return this.database.pool;
  }

  get url(): string {
    const url = this.copies.find((copy) => copy.process.exitCode === null && !copy.process.killed)?.url;
    if (!url) throw new Error("no copy is left");
    return url;
  }

  async startCopy(environment: Record<string, string> = {}): Promise<Copy> {
    const { url, user, password, cdrDir } = this.asterisk;
    const child = spawn(process.execPath, ["--import", "tsx", program], {
      cwd: checkout,
      env: {
        ...process.env,
        DATABASE_URL: this.database.url,
        ASTERISK_URLS: url.replace("://", `://${user}:${password}@`),
        PORT: "0",
        SESSION_SECRET: "a secret of the tests",
        CDR_DIR: cdrDir,
        LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "trace",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const log: string[] = [];
    keepOutput("copy", child.stdout, child.stderr);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data: Buffer) => {
        log.push(data.toString());
        if (process.env.TEST_LOG) appendFileSync(process.env.TEST_LOG, data);
      });
    }
    const ended = once(child, "exit").then(([code]) => code as number | null);
    const ready = once(child, "message", { signal: AbortSignal.timeout(45_000) });
    const first = await Promise.race([
      ready,
      ended.then((code) => Promise.reject(new Error(`copy ended ${code}: ${log.join("")}`))),
    ]);
    const { node, port } = (first as [{ node: string; port: number }])[0];
    const copy = { node, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, process: child, ended };
    this.copies.push(copy);
    return copy;
  }

  /** An operator at a seat: signed in, desk open, phone registered, available unless told otherwise. */
  async operator(
    seat: string,
    options: { available?: boolean; copy?: Copy; tone?: number } = {},
  ): Promise<TestOperator> {
    const personId = await testPerson(this.pool, `op${seat}`, "operator", seat);
    await this.pool.query("select pg_notify('phones', '')");
    const operator = new TestOperator(this, personId, seat, options.copy?.url ?? this.url);
    await operator.arrive(options.tone ?? 0);
    this.operators.push(operator);
    if (options.available ?? true) await operator.available();
    return operator;
  }

  /** A citizen's phone; numbers starting with 055000 belong to nobody. */
  async citizen(tone = 0): Promise<SipPhone> {
    const phone = await new SipPhone({ server: this.asterisk.sip, address: "127.0.0.9", tone }).open();
    this.citizens.push(phone);
    return phone;
  }

  async call(from = "0550001234", name = ""): Promise<PhoneCall & { phone: SipPhone }> {
    const phone = await this.citizen();
    return Object.assign(await phone.dial("055055", from, name), { phone });
  }

  /** Rows of one statement, once `enough` holds; fails after `limitMs` with what it saw last. */
  async rows<Row extends Record<string, unknown>>(
    sql: string,
    enough: (rows: Row[]) => boolean,
    limitMs = 10_000,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const deadline = performance.now() + limitMs;
    for (;;) {
      const { rows } = await this.pool.query<Row>(sql, values);
      if (enough(rows)) return rows;
      if (performance.now() > deadline) throw new Error(`not in time: ${sql}\nlast: ${JSON.stringify(rows)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async ari<T>(path: string): Promise<T> {
    const { url, user, password } = this.asterisk;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const response = await fetch(`${url}/ari/${path}`, { headers: { authorization } });
    return (await response.json()) as T;
  }

  /** Every contact has its case, every inbound call its one contact: the exceptions, which must be none. */
  async exceptions(): Promise<unknown[]> {
    const sql =
      "select * from v_call_audit where direction = 'inbound' and (contacts <> 1 or cases < 1 or opened_cases <> 1)";
    return (await this.pool.query(sql)).rows;
  }

  async close(): Promise<void> {
    for (const operator of this.operators) await operator.leave();
    for (const phone of this.citizens) await phone.close();
    for (const copy of this.copies) {
      if (copy.process.exitCode === null) copy.process.kill("SIGTERM");
    }
    const late = setTimeout(() => {
      for (const copy of this.copies) copy.process.kill("SIGKILL");
    }, 8_000);
    await Promise.all(this.copies.map((copy) => copy.ended));
    clearTimeout(late);
    await this.database.drop();
  }
}

export class TestOperator {
  phone!: SipPhone;
  client!: TestClient;
  feed!: TestFeed;
  readonly centre: Centre;
  readonly personId: string;
  readonly seat: string;
  url: string;

  constructor(centre: Centre, personId: string, seat: string, url: string) {
    this.centre = centre;
    this.personId = personId;
    this.seat = seat;
    this.url = url;
  }

  async arrive(tone: number): Promise<void> {
    this.client = await testClient(this.url, `op${this.seat}`);
    this.feed = await TestFeed.open(this.url, this.client);
    const account = { user: this.seat, password: "sip-secret" };
    for (let tries = 0; ; tries++) {
      this.phone = new SipPhone({ server: this.centre.asterisk.sip, account, tone });
      try {
        await this.phone.open();
        break;
      } catch (error) {
        // The account reaches Asterisk a moment after the seat's row.
        this.phone.vanish();
        if (tries > 20) throw error;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
    }
    const online = "select from seat_contacts where account = $1 and online";
    await this.centre.rows(online, (rows) => rows.length === 1, 5_000, [this.seat]);
  }

  async available(): Promise<void> {
    const answer = await this.client.call("PUT", "/me/state", { state: "available" });
    if (answer.status >= 300) throw new Error(`state: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** The n-th call that rings this phone. */
  async rings(n = 1, limitMs = 5_000): Promise<PhoneCall> {
    const deadline = performance.now() + limitMs;
    while (this.phone.invited.length < n) {
      if (performance.now() > deadline) throw new Error(`phone ${this.seat} did not ring`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.phone.invited[n - 1] as PhoneCall;
  }

  async state(): Promise<string> {
    const sql = "select operator_shown_state(o) as state from operators o where person_id = $1";
    return (await this.centre.pool.query(sql, [this.personId])).rows[0].state;
  }

  async leave(): Promise<void> {
    this.feed.close();
    await this.phone.close();
  }
}
