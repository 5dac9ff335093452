import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DeskOrder, DeskReport } from "../desk-client.ts";

/** The one client process with the live feeds of all operators. */
export class Desks {
  private readonly child: ChildProcess;

  constructor() {
    const program = fileURLToPath(new URL("../desk-client.ts", import.meta.url));
    const command = ["--pdeathsig", "KILL", "--", process.execPath, "--import", "tsx", program];
    this.child = spawn("setpriv", command, { stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Signs everybody in, opens their feeds at the copies in turn, and makes them available. */
  async open(urls: string[], seats: string[], password: string): Promise<void> {
    const answer = await this.order({ kind: "open", urls, seats, password });
    if (answer.kind !== "open" || answer.streams !== seats.length) {
      throw new Error(`Not every desk could be opened: ${JSON.stringify(answer)}.`);
    }
  }

  async close(): Promise<void> {
    await this.order({ kind: "close" });
  }

  /** Pops since the last question: our call's id → when its bytes arrived, wall clock milliseconds. */
  async pops(): Promise<{ streams: number; pops: Map<string, number> }> {
    const answer = await this.order({ kind: "pops" });
    if (answer.kind !== "pops") throw new Error(`The desks failed: ${JSON.stringify(answer)}.`);
    return { streams: answer.streams, pops: new Map(answer.pops) };
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await gone;
  }

  private async order(order: DeskOrder): Promise<DeskReport> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = async () => {
      await once(this.child, "exit", { signal });
      throw new Error("The desks' process ended.");
    };
    this.child.send(order);
    try {
      const [answer] = await Promise.race([once(this.child, "message", { signal }), ended()]);
      return answer as DeskReport;
    } finally {
      // The other wait leaves no listener behind.
      settled.abort();
    }
  }
}
