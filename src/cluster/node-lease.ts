import { randomBytes } from "node:crypto";
import { v7 as uuid } from "uuid";
import type { Clock } from "../clock.ts";
import type { NodeRole } from "../config.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import {
  type Heartbeat,
  type Inheritance,
  inherit,
  insertNode,
  leaveCluster,
  type NodeRow,
  renewLease,
  setDraining,
} from "./node-store.ts";

const heartbeatMs = 500;
/** Older than this, nothing may be sent to a switch any more: half a second less than others wait. */
const mayActMs = 1_500;
/** A copy judges others only after it renewed its own lease for this long without a gap: a frozen database kills nobody. */
const unbrokenMs = 2_000;
const watchMs = 100;
/** A timer later than this says that the whole process stood still: others may have taken over meanwhile. */
const stallMs = 1_500;

export type LeaseOwner = {
  /** Another copy took over: stop acting, at once and for good. */
  onLost(): void;
  /** This copy is the heir of a dead one. */
  onInherited(inheritance: Inheritance): Promise<void>;
};

/**
 * This copy's place in the cluster. Its name is also the name of its ARI application and never used twice.
 * All judgements about time use PostgreSQL's clock (leases of others) or the monotonic one (the own lease).
 */
export class NodeLease {
  private row: NodeRow | null = null;
  private renewedAt = Number.NEGATIVE_INFINITY;
  private unbrokenSince = 0;
  private others: Heartbeat["callNodes"] = [];
  private timer: NodeJS.Timeout | null = null;
  private lost = false;
  private watch: NodeJS.Timeout | null = null;
  private watchedAt = 0;
  private stalled = false;
  private readonly pool: Pool;
  private readonly clock: Clock;
  private readonly log: Logger;
  private owner: LeaseOwner | null = null;

  constructor(pool: Pool, clock: Clock, log: Logger) {
    this.pool = pool;
    this.clock = clock;
    this.log = log;
  }

  async join(roles: NodeRole[], owner: LeaseOwner): Promise<void> {
    this.owner = owner;
    const before = this.clock.monotonicMs();
    this.row = await insertNode(this.pool, uuid(), `055055-${randomBytes(6).toString("hex")}`, roles);
    this.renewedAt = before;
    this.unbrokenSince = before;
    this.watchedAt = before;
    this.watch = setInterval(() => this.isAwake(), watchMs);
    await this.beat();
  }

  get id(): string {
    return this.joined.id;
  }
  get name(): string {
    return this.joined.name;
  }
  get epoch(): number {
    return this.joined.epoch;
  }

  /** Copies that answer calls now, as of the last heartbeat. */
  get callNodes(): readonly { id: string; name: string }[] {
    return this.others;
  }

  /** Asked before each command to a switch (DESIGN, Lease). */
  mayAct = (): boolean => !this.lost && this.clock.monotonicMs() - this.renewedAt <= mayActMs;

  /**
   * False after this process stood still (stopped, starved), until the lease is renewed: then even the commands that
   * need no fresh lease are refused. Without a database nobody takes over; while we slept somebody may have.
   */
  isAwake = (): boolean => {
    const now = this.clock.monotonicMs();
    if (now - this.watchedAt > stallMs) this.stalled = true;
    this.watchedAt = now;
    return !this.stalled;
  };

  /** Waits until this copy may act again; false when the lease is lost for good. */
  async untilMayAct(): Promise<boolean> {
    while (!this.lost && !this.mayAct()) await new Promise((resolve) => setTimeout(resolve, 100));
    return !this.lost;
  }

  /** A second socket on our ARI name: somebody inherited us. */
  surrender(reason: string): void {
    if (this.lost) return;
    this.lost = true;
    this.stopBeating();
    this.log.error({ reason }, "lease lost");
    this.owner?.onLost();
  }

  async drain(): Promise<void> {
    await setDraining(this.pool, this.id);
  }

  async leave(): Promise<void> {
    this.stopBeating();
    this.lost = true;
    if (this.row) await leaveCluster(this.pool, this.id);
  }

  private get joined(): NodeRow {
    if (!this.row) throw new Error("not joined yet");
    return this.row;
  }

  private stopBeating(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.watch) clearInterval(this.watch);
    this.timer = null;
    this.watch = null;
  }

  private async beat(): Promise<void> {
    const before = this.clock.monotonicMs();
    try {
      const heartbeat = await renewLease(this.pool, this.id);
      if (this.lost) return;
      if (!heartbeat.alive) return this.surrender("declared dead");
      if (before - this.renewedAt > mayActMs) this.unbrokenSince = before;
      this.renewedAt = before;
      // An answer that lay unread while we slept proves nothing.
      const prompt = this.clock.monotonicMs() - before <= mayActMs;
      if (prompt) this.stalled = false;
      this.others = heartbeat.callNodes;
      if (prompt && before - this.unbrokenSince >= unbrokenMs) await this.inheritFrom(heartbeat.expired);
    } catch (error) {
      this.log.warn({ reason: errorText(error) }, "lease not renewed");
    }
    if (this.lost) return;
    const due = heartbeatMs - (this.clock.monotonicMs() - before);
    this.timer = setTimeout(() => void this.beat(), Math.max(50, due));
  }

  private async inheritFrom(expired: Heartbeat["expired"]): Promise<void> {
    for (const node of expired) {
      const inheritance = await inherit(this.pool, this.joined, node.id);
      if (!inheritance) continue;
      this.log.warn({ dead: node.name, calls: inheritance.calls }, "taking over from a dead copy");
      // Not awaited: repairing must not delay the next heartbeat.
      this.owner?.onInherited(inheritance).catch((error: unknown) => {
        this.log.error({ reason: errorText(error) }, "take-over not finished");
      });
    }
  }
}
