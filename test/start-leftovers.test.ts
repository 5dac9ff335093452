import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cleanLeftovers, knownProcess, recordFile, writeRecord } from "../src/start/machine/leftovers.ts";

describe("start: what a crashed run left", () => {
  let runDir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    runDir = await mkdtemp(join(tmpdir(), "055055-run-"));
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(runDir, { recursive: true, force: true });
  });

  it("is ended and forgotten when its launcher is gone", async () => {
    const left = await startProcess("sleep", "60");
    const known = (await knownProcess("Asterisk", left.pid!))!;
    await writeRecord(runDir, { launcher: gone, processes: [known], interfaces: [] });
    await writeFile(join(runDir, "ready.json"), "{}");
    const ended = once(left, "exit");
    expect(await cleanLeftovers(runDir, join(runDir, "database"))).to.deep.equal(["Asterisk"]);
    await ended;
    for (const file of [recordFile(runDir), join(runDir, "ready.json")]) {
      expect(
        await access(file).then(
          () => "there",
          () => "gone",
        ),
      ).to.equal("gone");
    }
  });

  it("is ended also when it does not listen to signals, or is frozen", async () => {
    const deaf = await startProcess("sh", "-c", "trap '' INT TERM; while :; do sleep 1; done");
    const frozen = await startProcess("sleep", "60");
    frozen.kill("SIGSTOP");
    const processes = await Promise.all([knownProcess("deaf", deaf.pid!), knownProcess("frozen", frozen.pid!)]);
    await writeRecord(runDir, { launcher: gone, processes: processes.flatMap((known) => known ?? []), interfaces: [] });
    const ended = Promise.all([once(deaf, "exit"), once(frozen, "exit")]);
    expect(await cleanLeftovers(runDir, join(runDir, "database"))).to.deep.equal(["deaf", "frozen"]);
    await ended;
  });

  it("leaves a stranger alone who got the same pid later", async () => {
    const stranger = await startProcess("sleep", "60");
    const processes = [{ name: "Asterisk", pid: stranger.pid!, startTime: "1" }];
    await writeRecord(runDir, { launcher: gone, processes, interfaces: [] });
    await writeFile(join(runDir, "postmaster.pid"), `${stranger.pid}\n`);
    expect(await cleanLeftovers(runDir, runDir)).to.deep.equal([]);
    expect(stranger.exitCode).to.equal(null);
    expect((await knownProcess("stranger", stranger.pid!))?.pid).to.equal(stranger.pid);
  });

  it("is no leftover while its launcher lives: two can not share a folder", async () => {
    const launcher = (await knownProcess("launcher", process.pid))!;
    await writeRecord(runDir, { launcher, processes: [], interfaces: [] });
    const refused = await cleanLeftovers(runDir, runDir).catch((error: Error) => error.message);
    expect(refused).to.match(/^055055 already runs from .* \(process \d+\): end it, or set RUN_DIR\.$/);
  });

  it("may be a record cut off in the writing", async () => {
    await writeFile(recordFile(runDir), '{"launcher": {"na');
    expect(await cleanLeftovers(runDir, runDir)).to.deep.equal([]);
  });

  const gone = { name: "launcher", pid: process.pid, startTime: "1" };

  async function startProcess(command: string, ...args: string[]): Promise<ChildProcess> {
    const child = spawn(command, args, { stdio: "ignore" });
    children.push(child);
    await once(child, "spawn");
    return child;
  }
});
