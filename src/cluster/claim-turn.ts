import { createHash } from "node:crypto";

/** How long the copies that are not named by the hash wait before they claim too (DESIGN, Claim). */
export const secondTurnMs = 100;

/**
 * Who claims a new call at once: every copy computes the same name from the channel id, so two copies rarely ask for
 * the same call. An unknown or empty list means: claim at once.
 */
export function claimDelayMs(channelId: string, nodeNames: readonly string[], me: string): number {
  if (!nodeNames.includes(me) || nodeNames.length === 1) return 0;
  const digest = createHash("sha1").update(channelId).digest();
  return nodeNames[digest.readUInt32BE(0) % nodeNames.length] === me ? 0 : secondTurnMs;
}
