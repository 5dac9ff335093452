import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { isTcpPortFree } from "../src/start/machine/free-ports.ts";
import { isStillAlive, type RunRecord, recordFile } from "../src/start/machine/leftovers.ts";
import { citizenCalls } from "./support/sipp.ts";
import { noteCitizensOf } from "./support/written/citizens-of-tests.ts";
import { keepFolder, keepOutput } from "./support/written/written.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));

type Ready = { web: string; sip: string; db: string; copies: { pid: number }[]; demo: { login: string }[] };

describe("start: npm start, whole", function () {
  this.timeout(120_000);
  let runDir: string;
  let taken: Server;
  let launcher: ChildProcess | null = null;
  let words = "";

  before(async () => {
    runDir = await mkdtemp("/var/tmp/055055-start-");
    await chmod(runDir, 0o755); // PostgreSQL's own user must reach its data
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  });

  afterEach(async () => {
    if (launcher?.exitCode === null && launcher.signalCode === null) {
      launcher.kill("SIGTERM");
      await once(launcher, "exit");
    }
  });

  after(async () => {
    await new Promise((resolve) => taken.close(resolve));
    await keepFolder("started-copies", join(runDir, "log"));
    await keepFolder("started-asterisk", join(runDir, "asterisk/log"));
    await keepFolder("started-records", join(runDir, "asterisk/cdr"), ["parachute.csv"]);
    await rm(runDir, { recursive: true, force: true });
  });

  it("takes calls behind one address on free ports, and Ctrl-C leaves no process, port or mount", async () => {
    const ready = await start();
    const record = await readRecord();
    expect(new URL(ready.web).port).not.to.equal(String(takenPort()));
    expect(ready.copies).to.have.length(2);
    expect(ready.demo.length).to.be.above(0);
    expect((await fetch(`${ready.web.replace("localhost", "127.0.0.1")}/healthz`)).status).to.equal(200);
    expect(record.processes.map(({ name }) => name)).to.include.members(["PostgreSQL", "Asterisk"]);
    expect((await citizenCalls({ server: ready.sip, talkMs: 500 })).code).to.equal(0);
    await expectStartedAgain(record, ["Asterisk", "PostgreSQL"]);
    expect((await citizenCalls({ server: ready.sip, talkMs: 500 })).code).to.equal(0);
    const records = await readFile(join(runDir, "asterisk/cdr/calls.csv"), "utf8");
    expect(records.trim().split("\n").at(-1)).to.match(/^ended,.*,claimed$/);

    await noteCitizensOf(ready.db);
    const second = await readRecord();
    const ended = once(launcher!, "exit");
    launcher!.kill("SIGINT");
    expect(await ended).to.deep.equal([0, null]);
    await expectNothingLeft(record, ready);
    await expectNothingLeft(second, ready);
    for (const file of [join(runDir, "ready.json"), recordFile(runDir)]) {
      expect(
        await access(file).then(
          () => "there",
          () => "gone",
        ),
        file,
      ).to.equal("gone");
    }
  });

  it("starts a second time in less than 20 s; killed with SIGKILL it takes everything with it", async () => {
    const started = performance.now();
    const ready = await start();
    expect(performance.now() - started).to.be.below(20_000);
    expect(words).to.match(/Prompts \.\.\. \d+ already there/);
    const record = await readRecord();
    process.kill(record.launcher.pid, "SIGKILL");
    await once(launcher!, "exit");
    for (const limit = Date.now() + 15_000; Date.now() < limit && (await anyAlive(record)); ) await pause(100);
    await expectNothingLeft(record, ready);
  });

  async function start(): Promise<Ready> {
    const port = String(takenPort());
    words = "";
    launcher = spawn(process.execPath, ["src/start/bootstrap.mjs"], {
      cwd: checkout,
      env: { ...process.env, RUN_DIR: runDir, PORT: port, ARI_PORT: port, SIP_PORT: port, DB_PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    keepOutput("launcher", launcher.stdout, launcher.stderr);
    for (const stream of [launcher.stdout, launcher.stderr]) stream?.on("data", (chunk) => (words += String(chunk)));
    while (!words.includes("Ready: ")) {
      if (launcher.exitCode !== null) throw new Error(`npm start ended:\n${words}`);
      await pause(50);
    }
    return JSON.parse(await readFile(join(runDir, "ready.json"), "utf8"));
  }

  async function readRecord(): Promise<RunRecord> {
    return JSON.parse(await readFile(recordFile(runDir), "utf8"));
  }

  /** Killed as by a crash; both run again before a call comes. */
  async function expectStartedAgain(record: RunRecord, names: string[]): Promise<void> {
    for (const { name, pid } of record.processes) if (names.includes(name)) process.kill(pid, "SIGKILL");
    const limit = Date.now() + 15_000;
    while (!names.every((name) => words.includes(`${name} runs again.`))) {
      if (Date.now() > limit) throw new Error(`not started again:\n${words}`);
      await pause(50);
    }
  }

  async function anyAlive(record: RunRecord): Promise<boolean> {
    const alive = await Promise.all([record.launcher, ...record.processes].map(isStillAlive));
    return alive.includes(true);
  }

  async function expectNothingLeft(record: RunRecord, ready: Ready): Promise<void> {
    expect(await anyAlive(record)).to.equal(false);
    for (const address of [ready.web, `sip://${ready.sip}`, ready.db]) {
      const port = Number(/:(\d+)(\/|$)/.exec(address)?.[1]);
      expect(await isTcpPortFree(port), address).to.equal(true);
    }
    expect(await readFile("/proc/self/mountinfo", "utf8")).not.to.contain("055055");
  }

  function takenPort(): number {
    const address = taken.address();
    return typeof address === "object" && address ? address.port : 0;
  }
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
