import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Copies, type Copy, startCopies } from "../src/start/copies/copies.ts";
import { type Forwarder, startForwarder } from "../src/start/copies/forwarder.ts";
import { anyTcpPort } from "../src/start/machine/free-ports.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));
const never = new Promise<void>(() => undefined);

describe("start: copies behind one address", () => {
  let logDir: string;
  let copies: Copies | null;
  let forwarder: Forwarder | null;
  let changes: ((ready: Copy[]) => void)[];

  beforeEach(async () => {
    logDir = await mkdtemp(join(tmpdir(), "055055-copies-"));
    copies = null;
    forwarder = null;
    changes = [];
  });

  afterEach(async () => {
    await forwarder?.close();
    await copies?.stop(async () => false, Promise.resolve());
    await rm(logDir, { recursive: true, force: true });
  });

  it("hands connections to each in turn", async () => {
    await start();
    const names = [await ask(), await ask(), await ask(), await ask()];
    expect(new Set(names).size).to.equal(2);
    expect(names[0]).to.equal(names[2]).and.not.equal(names[1]);
  });

  it("starts a killed copy again; nobody is refused meanwhile", async () => {
    const running = await start();
    const [victim] = running.ready();
    const back = until((ready) => ready.length === 2 && ready.every((copy) => copy.pid !== victim!.pid));
    const dead = until((ready) => ready.length === 1);
    const started = performance.now();
    process.kill(victim!.pid, "SIGKILL");
    await dead; // before, the kernel may still take a connection for it
    const answers = [];
    for (let i = 0; i < 10; i++) answers.push(await ask());
    expect(answers.every((name) => name.startsWith("stand-in-"))).to.equal(true);
    await back;
    // 1 s for the new process to be there, and what a loaded machine needs to load it
    expect(performance.now() - started).to.be.below(4_000);
  });

  it("waits for a copy when all are gone, and passes over one that refuses", async () => {
    const running = await start();
    const dead = until((ready) => ready.length === 0);
    for (const { pid } of running.ready()) process.kill(pid, "SIGKILL");
    await dead;
    expect(await ask()).to.match(/^stand-in-/);
    const port = running.ready()[0]!.port;
    const closed = await anyTcpPort();
    const other = await startForwarder(0, () => [closed, port]);
    const names = [await ask(other), await ask(other), await ask(other)];
    await other.close();
    expect(names.every((name) => name.startsWith("stand-in-"))).to.equal(true);
  });

  it("tells the last words of a copy that does not start", async () => {
    const failed = await start({ STAND_IN: "broken" }).catch((error: Error) => error.message);
    expect(failed).to.match(/^A copy of the program ended at once .*copy-\d\.log/);
    expect(failed).to.contain("the stand-in does not want to");
  });

  it("ends at SIGTERM at once; one that stays while calls are up is killed at the second signal", async () => {
    const willing = await start();
    await willing.stop(async () => true, never);
    expect(willing.ready()).to.deep.equal([]);
    await forwarder?.close();
    forwarder = null;

    const stubborn = await start({ STAND_IN: "stubborn" });
    let hurry: () => void = () => undefined;
    const ended = stubborn.stop(
      async () => true,
      new Promise((resolve) => {
        hurry = resolve;
      }),
    );
    expect(await Promise.race([ended.then(() => "ended"), pause(500).then(() => "waits")])).to.equal("waits");
    hurry();
    await ended;
    expect(stubborn.ready()).to.deep.equal([]);
  });

  it("does not take a port that is in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const refused = await startForwarder(port, () => []).catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).to.equal("EADDRINUSE");
    await new Promise((resolve) => taken.close(resolve));
  });

  async function start(environment: NodeJS.ProcessEnv = {}): Promise<Copies> {
    copies = await startCopies({
      count: 2,
      program: join(checkout, "test/support/stand-in-copy.ts"),
      cwd: checkout,
      environment: { ...process.env, ...environment },
      logDir,
      onChange: (ready) => {
        for (const look of changes) look(ready);
      },
    });
    forwarder = await startForwarder(0, () => copies?.ready().map((copy) => copy.port) ?? []);
    return copies;
  }

  function until(condition: (ready: Copy[]) => boolean): Promise<void> {
    return new Promise((resolve) => changes.push((ready) => (condition(ready) ? resolve() : undefined)));
  }

  async function ask(through = forwarder): Promise<string> {
    const answer = await fetch(`http://127.0.0.1:${through!.port}/`, { headers: { connection: "close" } });
    return answer.text();
  }
});

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
