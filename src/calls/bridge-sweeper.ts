import { destroyBridge } from "../asterisk/bridge.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";

/**
 * Bridges never die alone, and deleting one while a leg in it hangs up is a known way to trouble (FAULTS 1.13): each
 * talk bridge is deleted once its last leg is gone, one at a time.
 */
export class BridgeSweeper {
  private readonly legsOf = new Map<string, { link: AsteriskConnection; legs: Set<string> }>();
  private readonly bridgesOf = new Map<string, Set<string>>();
  private readonly leaving = new Map<string, AsteriskConnection>();
  private queue: Promise<void> = Promise.resolve();
  private readonly untilMayAct: () => Promise<boolean>;
  private readonly log: Logger;

  /** `untilMayAct` is the lease's: a copy without one leaves the bridge to its heir. */
  constructor(untilMayAct: () => Promise<boolean>, log: Logger) {
    this.untilMayAct = untilMayAct;
    this.log = log;
  }

  /** From now on the bridge lives as long as one of these legs. */
  watch(link: AsteriskConnection, bridgeId: string, legs: string[]): void {
    this.legsOf.set(bridgeId, { link, legs: new Set(legs) });
    for (const leg of legs) {
      const bridges = this.bridgesOf.get(leg) ?? new Set();
      this.bridgesOf.set(leg, bridges.add(bridgeId));
    }
  }

  legGone(channelId: string): void {
    const bridges = this.bridgesOf.get(channelId);
    if (!bridges) return;
    this.bridgesOf.delete(channelId);
    for (const bridgeId of bridges) this.leave(bridgeId, channelId);
  }

  /** Legs that went while nobody listened to this switch. */
  catchUp(link: AsteriskConnection, there: { has(channelId: string): boolean }): void {
    const gone = [...this.legsOf.values()]
      .filter((entry) => entry.link === link)
      .flatMap(({ legs }) => [...legs].filter((leg) => !there.has(leg)));
    for (const leg of new Set(gone)) this.legGone(leg);
  }

  /** A leg that moved elsewhere no longer keeps the bridge. */
  leave(bridgeId: string, channelId: string): void {
    const entry = this.legsOf.get(bridgeId);
    if (!entry) return;
    entry.legs.delete(channelId);
    this.bridgesOf.get(channelId)?.delete(bridgeId);
    if (entry.legs.size > 0) return;
    this.legsOf.delete(bridgeId);
    this.destroy(entry.link, bridgeId);
  }

  destroy(link: AsteriskConnection, bridgeId: string): void {
    this.leaving.set(bridgeId, link);
    this.queue = this.queue.then(async () => {
      try {
        if (await this.untilMayAct()) await destroyBridge(link, bridgeId);
      } catch (error) {
        // The next reconciliation finds it again.
        this.log.warn({ reason: errorText(error) }, "bridge not deleted");
      }
      this.leaving.delete(bridgeId);
    });
  }

  /** While legs of ended calls are still going, their end must be heard on this connection. */
  isBusy(link: AsteriskConnection): boolean {
    return [...this.legsOf.values()].some((entry) => entry.link === link) || [...this.leaving.values()].includes(link);
  }

  isWatched(bridgeId: string): boolean {
    return this.legsOf.has(bridgeId);
  }

  /** Number of bridges still watched, for leak tests and metrics. */
  get size(): number {
    return this.legsOf.size;
  }
}
