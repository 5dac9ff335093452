import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AsteriskServer, startAsterisk } from "../../src/start/asterisk-server.ts";
import { type Copies, startCopies } from "../../src/start/copies/copies.ts";
import { anyTcpPort, rtpPorts, sipPort } from "../../src/start/machine/free-ports.ts";
import { knownProcess } from "../../src/start/machine/leftovers.ts";
import { installPrograms } from "../../src/start/packages/apt.ts";
import { installAsterisk } from "../../src/start/packages/install-asterisk.ts";
import { Running } from "../../src/start/running.ts";
import { readSettings } from "../../src/start/settings.ts";
import { soundsDir } from "../../src/start/steps.ts";
import { type Account, type OperatorPhones, SippLoad } from "../sipp/sipp-load.ts";
import { writeBenchDialplan } from "./app-queue.ts";
import { type BenchDatabase, fillDatabase, operatorPassword, startBenchDatabase } from "./bench-database.ts";
import { Desks } from "./desks.ts";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const mayClaimLimitMs = 15_000;

export type SiteOptions = {
  operators: number;
  copies: number;
  /** Folder that gets a CPU profile of each copy. */
  profileDir: string | null;
  /** PostgreSQL keeps account of its statements. */
  statements: boolean;
  say: (line: string) => void;
};

/** Everything the benchmark runs on, begun and ended by it: database, Asterisk, phones, desks, copies of the program. */
export class BenchSite {
  readonly running: Running;
  readonly options: SiteOptions;
  readonly folder: string;
  database!: BenchDatabase;
  asterisk!: AsteriskServer;
  asteriskVersion = "";
  load!: SippLoad;
  phones: OperatorPhones | null = null;
  desks: Desks | null = null;
  copies: Copies | null = null;
  private accounts: Account[] = [];

  private constructor(folder: string, options: SiteOptions) {
    this.folder = folder;
    this.options = options;
    this.running = new Running(folder);
  }

  static async create(options: SiteOptions): Promise<BenchSite> {
    const folder = await mkdtemp("/var/tmp/055055-bench-");
    await chmod(folder, 0o755); // PostgreSQL runs as a user of its own and must get at its data
    return new BenchSite(folder, options);
  }

  /** @throws Error with a sentence when something can not be started; then call `stop` all the same. */
  async start(): Promise<void> {
    const { say, operators } = this.options;
    if (process.getuid?.() !== 0)
      throw new Error("The benchmark starts an Asterisk in a root of its own: run it as root.");
    await this.running.begin();
    await installPrograms({ sipp: "sip-tester", setpriv: "util-linux" });
    this.database = await startBenchDatabase(this.folder, this.options.statements);
    this.running.onStop("PostgreSQL", () => this.database.stop());
    await this.running.owns(await knownProcess("PostgreSQL", this.database.pid));
    say(`PostgreSQL: ${this.database.settings}`);
    this.accounts = await fillDatabase(this.database.client, operators);
    await this.startSwitch();
    this.load = new SippLoad(this.asterisk.sip, this.folder, await anyTcpPort());
    this.running.onStop("SIPp", () => this.load.stopAll());
    this.desks = new Desks();
    this.running.onStop("desks", async () => this.desks?.end());
    // The program writes the phone accounts to the switch; both contenders then ring the same accounts.
    await this.startProgram();
    await this.stopProgram();
  }

  /** Copies up, everybody signed in, every phone known to be there. */
  async startProgram(count = this.options.copies): Promise<void> {
    const secret = "a secret of the benchmark";
    const { url, user, password, cdrDir, soundsDir: sounds } = this.asterisk;
    this.copies = await startCopies({
      count,
      program: join(checkout, "src/main.ts"),
      cwd: checkout,
      logDir: join(this.folder, "log"),
      environment: {
        ...process.env,
        ...this.profiling(),
        DATABASE_URL: this.database.url,
        ASTERISK_URLS: url.replace("://", `://${user}:${password}@`),
        SESSION_SECRET: secret,
        CDR_DIR: cdrDir,
        SOUNDS_DIR: sounds,
        DEMO: "0",
      },
      onChange: (copies) => this.running.copiesChanged(copies),
    });
    await this.untilReady(60_000, "the copies to be ready", async () => {
      const answers = await Promise.all(this.urls.map((at) => fetch(`${at}/readyz`).then((answer) => answer.ok)));
      return answers.every(Boolean);
    });
    if (!this.phones) await this.startPhones();
    await this.desks?.open(
      this.urls,
      this.accounts.map(({ name }) => name),
      operatorPassword,
    );
    const free = `select count(*)::int as n from operators o join seats s on s.id = o.seat_id
      join seat_contacts c on c.account = s.number and c.online
      where o.chosen = 'available' and o.system = 'idle' and o.stream_lost_at is null`;
    try {
      await this.untilReady(mayClaimLimitMs, "every operator to be free", async () => {
        const { rows } = await this.database.client.query(free);
        return rows[0].n === this.options.operators;
      });
    } catch (error) {
      const { rows } = await this.database.client.query(`select o.chosen, o.system, o.stream_lost_at is null as page,
        c.online, count(*)::int as n from operators o join seats s on s.id = o.seat_id
        left join seat_contacts c on c.account = s.number group by 1, 2, 3, 4`);
      for (const row of rows) this.options.say(`operators: ${JSON.stringify(row)}`);
      throw error;
    }
  }

  async stopProgram(): Promise<void> {
    if (!this.copies) return;
    await this.desks?.close();
    await this.copies.stop(async () => false, new Promise(() => undefined));
    this.copies = null;
  }

  /** Registers all phones anew (their registration lasts two hours) and lets them answer. */
  async startPhones(): Promise<void> {
    await this.phones?.stop();
    await this.load.register(this.accounts);
    this.phones = await this.load.startPhones();
  }

  get urls(): string[] {
    return (this.copies?.ready() ?? []).map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** Channels that are up in the switch now, anybody's. */
  async channels(): Promise<number> {
    const { url, user, password } = this.asterisk;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const answer = await fetch(`${url}/ari/channels`, { headers: { authorization } });
    return ((await answer.json()) as unknown[]).length;
  }

  async untilReady(limitMs: number, what: string, ready: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + limitMs;
    while (!(await ready())) {
      if (performance.now() > limit)
        throw new Error(`Waited ${limitMs / 1000} s for ${what} in vain (${this.folder}).`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends all, last begun first. @returns sentences about what did not end well; then the folder with logs stays. */
  async stop(): Promise<string[]> {
    await this.stopProgram();
    const failures = await this.running.stop();
    if (failures.length === 0 && !process.env.BENCH_KEEP) await rm(this.folder, { recursive: true, force: true });
    return failures;
  }

  private profiling(): NodeJS.ProcessEnv {
    const { profileDir } = this.options;
    if (profileDir === null) return {};
    mkdirSync(profileDir, { recursive: true });
    return { NODE_OPTIONS: `--import=${new URL("../cpu-profile.mjs", import.meta.url)}`, BENCH_PROFILE: profileDir };
  }

  private async startSwitch(): Promise<void> {
    const settings = readSettings(checkout, { ...process.env, DATABASE_URL: "", ASTERISK_URLS: "" });
    const { root } = await installAsterisk(settings.cacheDir, settings.debianMirror);
    const dialplanDir = join(this.folder, "dialplan");
    await writeBenchDialplan(
      join(checkout, "dialplan"),
      dialplanDir,
      this.accounts.map(({ name }) => name),
    );
    this.asterisk = await startAsterisk({
      runDir: this.folder,
      dialplanDir,
      cacheRoot: root,
      ports: { sip: await sipPort(await anyTcpPort()), http: await anyTcpPort(), ...rtpPorts() },
      soundsDir: soundsDir(settings),
      ari: { user: "bench", password: randomBytes(12).toString("hex") },
    });
    this.running.onStop("Asterisk", () => this.asterisk.stop());
    await this.running.owns(await knownProcess("Asterisk", this.asterisk.pid));
    this.asteriskVersion = (await this.asterisk.console("core show version")).trim().split(" built")[0] ?? "";
    this.options.say(this.asteriskVersion);
  }
}

/** Stops the site once, however it comes to that: at the end, or by Ctrl-C. `begun`: what fails now fails because of it. */
export function endWithSignals(site: BenchSite): { begun: boolean; stop(): Promise<string[]> } {
  let stopping: Promise<string[]> | null = null;
  const ending = {
    begun: false,
    stop: () => {
      ending.begun = true;
      stopping ??= site.stop();
      return stopping;
    },
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void ending.stop().finally(() => process.exit(130)));
  }
  return ending;
}
