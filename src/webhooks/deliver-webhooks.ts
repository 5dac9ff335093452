/**
 * Is a receiver told of everything, and how often? The row is written by a trigger in the transaction of the change, so
 * it is there exactly when the change is. Copies claim rows, post them, and try again with growing pauses for more than
 * two days; then the row is dead, in the log, and a person may send it again. A copy that dies between the answer and
 * its own commit makes a second post of the same `webhook-id`: at least once, and the receiver knows it again. Order is
 * not promised: each event carries its case's version.
 */
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { postWebhook } from "./post-webhook.ts";
import { signatureHeaders, webhookPauseMs } from "./webhook.ts";
import {
  type ClaimedDelivery,
  claimDeliveries,
  forgetOldDeliveries,
  freeLostDeliveries,
  settleWebhook,
} from "./webhook-store.ts";

export type WebhooksOptions = {
  pool: Pool;
  clock: Pick<Clock, "now">;
  log: Logger;
  /** For the demo and tests: receivers on this machine. */
  allowLoopback: boolean;
  pauseMs?: number;
  /** Tests shorten the pauses between two tries. */
  retryMs?: (attempts: number) => number | null;
};

/** Longer than a post can last. */
const claimMs = 60_000;
const each = 4;
const houseworkMs = 60_000;

export type Webhooks = { stop(): Promise<void> };

/** What a copy with the role `jobs` does for webhooks. */
export function startWebhooks(options: WebhooksOptions): Webhooks {
  const { pool, log } = options;
  const open = new Map<string, Set<Promise<void>>>();
  let stopped = false;
  let timer: NodeJS.Timeout;
  let nextHousework = 0;
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    if (performance.now() >= nextHousework) {
      nextHousework = performance.now() + houseworkMs;
      await freeLostDeliveries(pool);
      await forgetOldDeliveries(pool);
    }
    const busy = [...open].flatMap(([webhookId, posts]) => (posts.size >= each ? [webhookId] : []));
    for (const delivery of await claimDeliveries(pool, { each, busy, claimMs })) begin(delivery);
  }

  function begin(delivery: ClaimedDelivery): void {
    const posts = open.get(delivery.webhookId) ?? new Set();
    open.set(delivery.webhookId, posts);
    const post = deliver(options, delivery)
      .catch((error: unknown) => log.warn({ reason: errorText(error) }, "a webhook's outcome was not written"))
      .finally(() => posts.delete(post));
    posts.add(post);
  }

  function next(): void {
    running = look()
      .catch((error: unknown) => log.warn({ reason: errorText(error) }, "webhooks not looked at"))
      .then(() => {
        if (!stopped) timer = setTimeout(next, options.pauseMs ?? 500);
      });
  }

  next();
  return {
    stop: async () => {
      stopped = true;
      await running;
      clearTimeout(timer);
      for (const posts of open.values()) await Promise.all(posts);
    },
  };
}

async function deliver(options: WebhooksOptions, delivery: ClaimedDelivery): Promise<void> {
  const { id, kind, createdAt, payload } = delivery;
  const body = JSON.stringify({ id, type: kind, timestamp: createdAt.toISOString(), data: payload });
  const headers = signatureHeaders(delivery.secret, id, options.clock.now(), body);
  const result = await postWebhook(delivery.url, headers, body, options.allowLoopback);
  await settleWebhook(options.pool, delivery, result, (options.retryMs ?? webhookPauseMs)(delivery.attempts));
}
