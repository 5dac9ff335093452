import { createHash } from "node:crypto";

/** How long the copies whose turn it is not wait before they claim too (DESIGN, Claim). */
export const secondTurnMs = 100;
/** From so many new calls a second on turns go by time. */
const manyCalls = 30;
/** Two rounds of a busy copy's writes (call-writer.ts). */
const slotMs = 200;

/**
 * Whose turn it is to claim a new call: every copy computes the same name, so two copies rarely ask for the same call.
 * With few calls the channel id decides; with many the moment at which the leg was made: calls that come together are
 * one copy's, and go into the same statements (with two copies and 130 a second a fifth less work a call). The rate is
 * that of the last full second of Asterisk's clock, so that all copies come to the same one.
 */
export class ClaimTurn {
  private second = Number.NEGATIVE_INFINITY;
  private calls = 0;
  private many = false;

  /** Milliseconds to wait before this copy claims; 0 without others, or when it is not among the names. */
  delayMs(leg: { id: string; createdAt: string }, nodeNames: readonly string[], me: string): number {
    const createdMs = Date.parse(leg.createdAt);
    this.count(Math.floor(createdMs / 1_000));
    if (!nodeNames.includes(me) || nodeNames.length === 1) return 0;
    const turn = this.many && !Number.isNaN(createdMs) ? Math.floor(createdMs / slotMs) : hashOf(leg.id);
    return nodeNames[turn % nodeNames.length] === me ? 0 : secondTurnMs;
  }

  private count(second: number): void {
    if (second > this.second) {
      this.many = second === this.second + 1 && this.calls >= manyCalls;
      this.second = second;
      this.calls = 0;
    }
    if (second === this.second) this.calls++;
  }
}

function hashOf(channelId: string): number {
  return createHash("sha1").update(channelId).digest().readUInt32BE(0);
}
