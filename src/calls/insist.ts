import { AriError, NO_ANSWER } from "../asterisk/ari-error.ts";
import type { LiveCall } from "./live-call.ts";

/** An Asterisk that stays away longer was killed: its legs are gone, and their calls too. */
const awayMs = 8_000;
const lookMs = 40;

/**
 * A command that must not fail because the way to Asterisk did: it is given again once the connection is there and
 * compared. Only for what may be done twice. What Asterisk itself answers is thrown at once.
 * @throws AriError, CallerLeft, CallReleased (with `evenGone` the command is given whoever has left)
 */
export async function insist<T>(call: LiveCall, command: () => Promise<T>, evenGone = false): Promise<T> {
  const limit = performance.now() + awayMs;
  for (;;) {
    try {
      return await command();
    } catch (error) {
      const lostOnTheWay = error instanceof AriError && error.status === 0 && error.reason !== NO_ANSWER.replaced;
      if (!lostOnTheWay || call.lostWithSwitch || performance.now() > limit) throw error;
      do await new Promise((resolve) => setTimeout(resolve, lookMs));
      while (!call.link.connected && !call.released && performance.now() < limit);
      if (!evenGone || call.released) call.throwIfLeft();
    }
  }
}
