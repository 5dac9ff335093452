import { v7 as uuid } from "uuid";
import type { Offer } from "../calls/call.ts";
import { Pace } from "../database/pace.ts";
import { isDatabaseAway, type Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { chooseOperators } from "./choose-operator.ts";
import {
  beginDecision,
  isAnyoneWaiting,
  pairsPerDecision,
  readDecisionInput,
  type WrittenOffer,
  withdrawForgottenOffers,
  writeOffers,
} from "./dispatch-store.ts";

export type DispatchTargets = {
  nodeId: string;
  /** The call is of this copy: ring now. */
  ring(offer: Offer): void;
  /** The operator's page hangs on this copy: show now. */
  pop(offer: WrittenOffer): void;
  mayAct(): boolean;
};

const retryMs = 15;
const sweepMs = 1_000;

/**
 * Events nudge, this one loop decides (STYLE 11). Whichever copy gets the lock pairs for all; the others look again
 * shortly after, since what they were nudged for may have come too late for the winner's look.
 */
export class Dispatcher {
  private running = false;
  private again = false;
  /** Callers of this copy who have just begun to wait: no need to look whether there is one. */
  private newCallers = 0;
  /** Callers who come close together are paired together. */
  private readonly pace = new Pace(8, 100);
  private stopped = false;
  private retryTimer: NodeJS.Timeout | null = null;
  private readonly sweep: NodeJS.Timeout;
  private readonly pool: Pool;
  private readonly targets: DispatchTargets;
  private readonly log: Logger;

  constructor(pool: Pool, targets: DispatchTargets, log: Logger) {
    this.pool = pool;
    this.targets = targets;
    this.log = log;
    this.sweep = setInterval(() => this.nudge(), sweepMs);
  }

  nudge(callerWaits = false): void {
    this.again = true;
    if (callerWaits) this.newCallers++;
    if (!this.running) void this.run();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.sweep);
    if (this.retryTimer) clearTimeout(this.retryTimer);
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.again && !this.stopped && this.targets.mayAct()) {
      await this.pace.turn();
      this.again = false;
      const ended = this.pace.begin(this.newCallers);
      try {
        const outcome = await this.decide();
        if (outcome === "more") this.again = true;
        if (outcome === "busy") this.retryLater();
      } catch (error) {
        // Nothing was written; the sweep looks again.
        const level = isDatabaseAway(error) ? "warn" : "error";
        this.log[level]({ reason: errorText(error) }, "queue decision failed");
        if (isAlreadyThere(error)) await this.clearTheWay();
      } finally {
        ended();
      }
    }
    this.running = false;
  }

  /** A second ringing offer was refused: what rings for nobody must not hold up everybody until the minute's check. */
  private async clearTheWay(): Promise<void> {
    try {
      await withdrawForgottenOffers(this.pool);
    } catch (error) {
      this.log.warn({ reason: errorText(error) }, "forgotten offers were not withdrawn");
    }
  }

  private retryLater(): void {
    if (this.retryTimer) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = null;
      this.nudge();
    }, retryMs);
  }

  private async decide(): Promise<"done" | "more" | "busy"> {
    const sure = this.newCallers > 0;
    this.newCallers = 0;
    if (!sure && !(await isAnyoneWaiting(this.pool))) return "done";
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      if (!(await beginDecision(client))) {
        await client.query("rollback");
        return "busy";
      }
      const { heads, operators } = await readDecisionInput(client);
      const pairs = chooseOperators(heads, operators).map((pair) => ({ ...pair, offerId: uuid() }));
      if (pairs.length === 0) {
        await client.query("rollback");
        return "done";
      }
      const written = await writeOffers(client, pairs, this.targets.nodeId);
      await client.query("commit");
      this.announce(written);
      // A full decision leaves others behind; otherwise whoever came meanwhile has nudged.
      return pairs.length >= pairsPerDecision ? "more" : "done";
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private announce(written: WrittenOffer[]): void {
    for (const offer of written) {
      if (offer.streamNodeId === this.targets.nodeId) this.targets.pop(offer);
      if (offer.nodeId === this.targets.nodeId) this.targets.ring(offer);
    }
  }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
