import { type ChildProcess, spawn } from "node:child_process";
import { rename, rm, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorText } from "../errors.ts";
import type { DemoLogin } from "../people/demo-people.ts";
import type { AsteriskServer } from "./asterisk-server.ts";
import type { Copy } from "./copies/copies.ts";
import type { MessageStandIns } from "./copies/message-stand-ins.ts";
import { KeepRunning, type KeptPart } from "./machine/keep-running.ts";
import { type KnownProcess, knownProcess, recordFile, writeRecord } from "./machine/leftovers.ts";

/** What the launcher has started, and how it ends: last started, first ended. */
export class Running {
  databaseUrl = "";
  /** What the copies use, on the same machine. */
  localDatabaseUrl = "";
  asteriskUrls = "";
  asteriskRoot: string | null = null;
  asterisk: AsteriskServer | null = null;
  web = "";
  messages: Pick<MessageStandIns, "environment" | "pages"> = { environment: {}, pages: [] };
  demo: DemoLogin[] = [];
  /** Resolves at the second Ctrl-C. */
  readonly hurry: Promise<void>;
  private hurryNow: () => void = () => undefined;
  private readonly runDir: string;
  private readonly stops: { name: string; stop: () => Promise<void> }[] = [];
  private readonly processes: KnownProcess[] = [];
  private readonly interfaces: string[] = [];
  private watcher: ChildProcess | null = null;
  private announced = false;
  private stopping = false;
  private copies: Copy[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(runDir: string) {
    this.runDir = runDir;
    this.hurry = new Promise((resolve) => {
      this.hurryNow = resolve;
    });
  }

  /** A step that finishes after the end was asked for is undone at once. */
  onStop(name: string, stop: () => Promise<void>): void {
    if (this.stopping) void stop();
    else this.stops.push({ name, stop });
  }

  /** A part that is started again whenever it ends by itself, until all ends. */
  keep(name: string, part: Pick<KeptPart, "ended" | "restart"> & { stop(): Promise<void> }): void {
    const say = (text: string) => console.log(text);
    const kept = new KeepRunning({ name, ended: () => part.ended(), restart: () => part.restart(), say });
    this.onStop(name, async () => {
      await kept.stop();
      await part.stop();
    });
  }

  /** Remembers a process, should this launcher be killed: for watch.sh now and for the next start. */
  async owns(known: KnownProcess | null): Promise<void> {
    if (!known) return;
    this.processes.push(known);
    this.watcher?.stdin?.write(`process ${known.pid} ${known.startTime}\n`);
    await this.record();
  }

  async ownsInterface(name: string): Promise<void> {
    this.interfaces.push(name);
    this.watcher?.stdin?.write(`interface ${name}\n`);
    await this.record();
  }

  copiesChanged(copies: Copy[]): void {
    const added = copies.filter(({ pid }) => !this.copies.some((known) => known.pid === pid));
    this.copies = copies;
    this.writing = this.writing.then(async () => {
      for (const { node, pid } of added) await this.owns(await knownProcess(node, pid));
      if (this.announced) await this.writeReady();
    });
  }

  /** Takes the runDir: writes who runs here and starts the watcher that ends all, should this launcher be killed. */
  async begin(): Promise<void> {
    const script = fileURLToPath(new URL("machine/watch.sh", import.meta.url));
    this.watcher = spawn("sh", [script], { stdio: ["pipe", "ignore", "ignore"], detached: true });
    this.watcher.stdin?.on("error", () => undefined); // a watcher that was killed can not help any more
    await this.record();
  }

  /** From now on run/ready.json is there and follows the copies. */
  async announce(): Promise<void> {
    this.announced = true;
    this.writing = this.writing.then(() => this.writeReady());
    await this.writing;
  }

  async callsAreUp(): Promise<boolean> {
    const asterisk = this.asterisk;
    if (!asterisk) return true; // somebody else's Asterisk: the copies themselves know when they are done
    return (await openChannels(asterisk)) > 0;
  }

  endAtOnce(): void {
    this.hurryNow();
  }

  /** @returns a sentence for each part that could not be ended in good order. */
  async stop(): Promise<string[]> {
    this.stopping = true;
    const failures: string[] = [];
    for (const { name, stop } of this.stops.splice(0).reverse()) {
      await stop().catch((error) => failures.push(`${name} did not end in good order: ${errorText(error)}`));
    }
    this.announced = false;
    await this.writing;
    await rm(join(this.runDir, "ready.json"), { force: true });
    await rm(recordFile(this.runDir), { force: true });
    this.watcher?.stdin?.end();
    return failures;
  }

  private async record(): Promise<void> {
    const launcher = await knownProcess("launcher", process.pid);
    if (!launcher || this.stopping) return;
    await writeRecord(this.runDir, { launcher, processes: this.processes, interfaces: this.interfaces });
  }

  /** Written under another name first: who waits for the file never reads half of it. */
  private async writeReady(): Promise<void> {
    const ready = {
      web: this.web,
      sip: this.asterisk?.sip ?? null,
      ari: this.asteriskUrls.split(",")[0],
      db: this.databaseUrl,
      copies: this.copies.map(({ node, pid }) => ({ node, pid })),
      demo: this.demo,
      messages: this.messages.pages,
    };
    const file = join(this.runDir, "ready.json");
    await writeFile(`${file}.new`, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}

/** 0 when Asterisk does not answer: then nothing is left to wait for. */
function openChannels({ url, user, password }: AsteriskServer): Promise<number> {
  return new Promise((resolve) => {
    const request = get(
      `${url}/ari/channels`,
      { auth: `${user}:${password}`, agent: false, timeout: 1000 },
      (answer) => {
        let text = "";
        answer.on("data", (chunk) => (text += String(chunk)));
        answer.on("end", () => {
          const list: unknown = answer.statusCode === 200 ? JSON.parse(text) : [];
          resolve(Array.isArray(list) ? list.length : 0);
        });
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(0));
  });
}
