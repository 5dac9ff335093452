import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { isDatabaseAway, type Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { insertNotice } from "./bounce-store.ts";
import { takeNotice } from "./take-notice.ts";

export type TakeMail = (raw: Buffer) => Promise<void>;

/** Wherever returned notices lie. */
export type BounceMailbox = {
  /** Stands in rows: no password in it. */
  name: string;
  /** Hands over what is there and what comes, until the connection breaks (then it rejects) or the signal. */
  readUntilBroken(take: TakeMail, signal: AbortSignal): Promise<void>;
};

const longestPauseMs = 60_000;

/** Follows the mailbox without end: a lost connection is made again, a mail that nobody can read does not stop it. */
export function readBounces(deps: { pool: Pool; log: Logger; mailbox: BounceMailbox; verpSecret: string }): {
  stop(): Promise<void>;
} {
  const { pool, log, mailbox, verpSecret } = deps;
  const stopping = new AbortController();
  const take: TakeMail = async (raw) => {
    try {
      const taken = await takeNotice(pool, verpSecret, mailbox.name, raw);
      if (!taken.repeated) log.info({ verdict: taken.verdict, state: taken.state }, "notice taken");
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      log.error({ error }, "a notice could not be read");
      await keepUnreadable(pool, mailbox.name, raw);
    }
  };
  const run = async (): Promise<void> => {
    let pauseMs = 1_000;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      try {
        await mailbox.readUntilBroken(take, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ reason: errorText(error) }, "bounce mailbox not read");
      }
      pauseMs = performance.now() - began > longestPauseMs ? 1_000 : Math.min(longestPauseMs, pauseMs * 2);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** It goes to the manual box by its place only, so that the reader can go on (FAULTS I57). */
async function keepUnreadable(pool: Pool, mailbox: string, raw: Buffer): Promise<void> {
  await insertNotice(pool, {
    source: `${mailbox} ${createHash("sha256").update(raw).digest("hex")}`,
    verdict: "unreadable",
    state: "open",
    ...{ sendingId: null, guessId: null, recipient: null, statusCode: null, diagnostic: null, subject: null },
    excerpt: null,
  });
}
