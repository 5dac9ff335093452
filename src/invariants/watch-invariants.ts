import type { PoolClient } from "pg";
import { Counter, Gauge, type Registry } from "prom-client";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import { errorText } from "../errors.ts";
import { checkInvariants } from "./check-invariants.ts";
import { confirmed, type Snapshot, type SwitchSeen, type Violation, violationKinds } from "./invariant.ts";
import { lockCheck, readRows, unlockCheck } from "./invariant-store.ts";
import { lookAtSwitch } from "./look-at-switch.ts";
import { type RepairTools, repairViolation } from "./repair-invariants.ts";

/** Between the two looks of a check. */
const secondLookMs = 2_000;
/** Calls that ended since the last check and a little more. */
const endedLatelySeconds = 180;

/**
 * The check in production: once a minute, on the one copy that holds the lock, which lasts as long as its connection.
 * What two looks found is counted for the metrics, logged without anything personal, and repaired where that is safe.
 */
export class InvariantWatch {
  private leader: PoolClient | null = null;
  private readonly tools: RepairTools;
  private readonly now: Gauge;
  private readonly found: Counter;
  private readonly repaired: Counter;
  private readonly checks: Counter;

  constructor(tools: RepairTools, registry: Registry) {
    this.tools = tools;
    const registers = [registry];
    const labelNames = ["kind"];
    this.now = new Gauge({ name: "invariant_violations", help: "Found by the last check", labelNames, registers });
    const help = "Found since this copy started, each check anew";
    this.found = new Counter({ name: "invariant_violations_total", help, labelNames, registers });
    this.repaired = new Counter({ name: "invariant_repairs_total", help: "Repaired", labelNames, registers });
    this.checks = new Counter({ name: "invariant_checks_total", help: "Checks this copy made", registers });
    for (const kind of violationKinds) this.now.set({ kind }, 0);
  }

  /** One check, if this copy is the one that checks; null otherwise. */
  async check(pauseMs = secondLookMs): Promise<Violation[] | null> {
    if (!(await this.leads())) {
      this.show([]);
      return null;
    }
    const violations = await this.lookTwice(pauseMs);
    this.checks.inc();
    this.show(violations);
    for (const violation of violations) {
      const { kind } = violation;
      this.found.inc({ kind });
      const repaired = await repairViolation(violation, this.tools);
      if (repaired) this.repaired.inc({ kind });
      this.tools.log.error({ ...violation, repaired }, "invariant violated");
    }
    return violations;
  }

  /** Lets another copy check. */
  async stop(): Promise<void> {
    const { leader } = this;
    if (!leader) return;
    this.leader = null;
    await unlockCheck(leader).then(
      () => leader.release(),
      (error: unknown) => leader.release(error instanceof Error ? error : true),
    );
  }

  private async leads(): Promise<boolean> {
    if (this.leader) return true;
    const client = await this.tools.pool.connect();
    let won = false;
    try {
      won = await lockCheck(client);
    } finally {
      if (!won) client.release();
    }
    if (!won) return false;
    client.once("error", (error) => this.dropLock(client, error));
    client.once("end", () => this.dropLock(client, null));
    this.leader = client;
    return true;
  }

  /** The connection ended, and the lock with it. */
  private dropLock(client: PoolClient, error: Error | null): void {
    if (this.leader !== client) return;
    this.leader = null;
    this.tools.log.warn({ reason: errorText(error) }, "the lock of the check is gone");
    client.release(error ?? true);
  }

  private async lookTwice(pauseMs: number): Promise<Violation[]> {
    const first = checkInvariants(await this.look());
    if (first.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return confirmed(first, checkInvariants(await this.look()));
  }

  private async look(): Promise<Snapshot> {
    const switches = await Promise.all(this.tools.links().map((link) => this.seen(link)));
    // Rows after the switch: what was made meanwhile is known then, and is no stray.
    const rows = await readRows(this.tools.pool, endedLatelySeconds);
    return { rows, switches: switches.filter((one) => one !== null) };
  }

  /** Null when the switch does not answer: then nothing is said about its legs. */
  private async seen(link: AsteriskConnection): Promise<SwitchSeen | null> {
    if (!link.connected) return null;
    try {
      return await lookAtSwitch(link);
    } catch (error) {
      this.tools.log.warn({ reason: errorText(error) }, "a switch was not looked at");
      return null;
    }
  }

  private show(violations: readonly Violation[]): void {
    for (const kind of violationKinds) {
      this.now.set({ kind }, violations.filter((violation) => violation.kind === kind).length);
    }
  }
}
