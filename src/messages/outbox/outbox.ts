/**
 * Can a message be lost or sent twice?
 *
 * Not lost: the message, its sending and its job are rows of the transaction that changes the case, so they exist
 * exactly when the case says so. A job that gets lost is made again by the sweep (every 5 s), a sending whose copy died
 * is found by its claim's end.
 *
 * Not twice: one conditional update (`claimSending`) gives a sending to one copy, and commits before the provider is
 * asked. From then on only two things bring it back to the queue: the provider's own word that it took nothing, or,
 * for an SMS, a look into the provider's list after every possible request is over (`reconcile-sms.ts`). A time-out,
 * a 5xx, a broken answer, a kill between the answer and our commit: the outcome is `unknown`, is shown as such, and
 * no program sends it again. SMTP has no list to ask: an unknown e-mail stays unknown until a person decides.
 */
import { setTimeout as delay } from "node:timers/promises";
import { tellDesks } from "../../cases/case-news-store.ts";
import { systemActor } from "../../cases/visibility/visible-case.ts";
import type { Clock } from "../../clock.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { failSending } from "../email/fail-sending.ts";
import type { MessageKind, Sending } from "../message.ts";
import {
  acceptSending,
  claimSending,
  claimsRunOut,
  enqueueSending,
  markDead,
  markUnknown,
  overdueSendings,
  requeueSending,
} from "./outbox-store.ts";
import { sendKillPoint } from "./send-kill-points.ts";

/** What a provider said; only `unknown` leaves open whether the citizen gets something. */
export type ProviderAnswer =
  /** `receipt`: the mail server's own words. */
  | { kind: "accepted"; providerId: string; state: "sending" | "sent"; receipt?: string }
  /** Surely not taken; worth another try. */
  | { kind: "not_taken"; code: string; detail: string }
  /** Surely not taken, and never will be. */
  | { kind: "refused"; code: string; detail: string }
  | { kind: "unknown"; detail: string };

/** Never rejects for what the provider does; a rejection means that nothing was asked yet. */
export type Provider = (sending: Sending) => Promise<ProviderAnswer>;

export type OutboxTiming = {
  /** How long a claim holds; longer than any request to a provider can last. */
  claimMs: number;
  /** A request may begin only so long after its claim: a copy that was frozen meanwhile lets it be. */
  startMs: number;
  firstRetryMs: number;
  longestRetryMs: number;
  maxAttempts: number;
};

export const outboxTiming: OutboxTiming = {
  claimMs: 120_000,
  startMs: 20_000,
  firstRetryMs: 5_000,
  longestRetryMs: 30 * 60_000,
  maxAttempts: 12,
};

export type Outbox = {
  pool: Pool;
  clock: Pick<Clock, "monotonicMs">;
  log: Logger;
  providers: Record<MessageKind, Provider>;
  timing: OutboxTiming;
};

/** One try at the provider, if the sending is due and nobody else has it. */
export async function deliverSending(outbox: Outbox, sendingId: string): Promise<void> {
  const { pool, clock, log, timing } = outbox;
  const claimedAt = clock.monotonicMs();
  const sending = await claimSending(pool, sendingId, timing.claimMs);
  if (!sending?.claimId) return;
  sendKillPoint("claimed");
  let answer: ProviderAnswer;
  try {
    const late = clock.monotonicMs() - claimedAt > timing.startMs;
    answer = late
      ? { kind: "not_taken", code: "late", detail: "this copy stood still between claim and request" }
      : await outbox.providers[sending.kind](sending);
  } catch (error) {
    log.error({ error, kind: sending.kind }, "a message could not be prepared");
    answer = { kind: "not_taken", code: "internal", detail: errorText(error) };
  }
  sendKillPoint("answered");
  await untilWritten(log, () => settle(outbox, sending, answer));
  sendKillPoint("settled");
}

async function settle(outbox: Outbox, sending: Sending, answer: ProviderAnswer): Promise<void> {
  const { pool, timing } = outbox;
  const claimId = sending.claimId!;
  switch (answer.kind) {
    case "accepted":
      return inTransaction(pool, async (client) => {
        await acceptSending(client, sending.id, answer.providerId, answer.state);
        await tellDesks(client, null, [{ kind: "case", caseId: sending.caseId, what: "message" }]);
      });
    case "unknown":
      return inTransaction(pool, async (client) => {
        if (await markUnknown(client, sending.id, claimId, answer.detail)) await markDead(client, sending.id);
        await tellDesks(client, null, [{ kind: "case", caseId: sending.caseId, what: "message" }]);
      });
    case "not_taken": {
      if (sending.attempts >= timing.maxAttempts) return giveUp(outbox, sending, answer);
      const pause = retryPause(timing, sending.attempts);
      return inTransaction(pool, async (client) => {
        if (!(await requeueSending(client, sending.id, claimId, pause, answer))) return;
        await enqueueSending(client, sending.id, new Date(Date.now() + pause));
      });
    }
    case "refused":
      return end(outbox, sending, answer, false);
  }
}

/** Growing pauses: 5 s, 10 s, 20 s … up to half an hour. */
export function retryPause(timing: OutboxTiming, attempts: number): number {
  return Math.min(timing.longestRetryMs, timing.firstRetryMs * 2 ** (attempts - 1));
}

async function giveUp(outbox: Outbox, sending: Sending, why: { code: string; detail: string }): Promise<void> {
  outbox.log.warn({ kind: sending.kind, code: why.code, attempts: sending.attempts }, "a message was given up");
  await end(outbox, sending, why, true);
}

/** The sending ends as failed; an e-mail's case and its task follow (REQ 6.4). */
async function end(
  { pool }: Outbox,
  sending: Sending,
  { code, detail }: { code: string; detail: string },
  dead: boolean,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const news = await failSending(client, sending.id, { state: "failed", code, detail }, "by_system", {
      actor: systemActor("messages"),
      roles: ["system"],
      officeIds: [],
    });
    if (dead) await markDead(client, sending.id);
    await tellDesks(client, null, news);
  });
}

/** The provider's answer must reach the row: a database that is away for a moment is waited for, a minute long. */
async function untilWritten(log: Logger, write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (attempt === 30) throw error;
      log.warn({ reason: errorText(error) }, "a provider's answer is not written yet");
      await delay(2_000);
    }
  }
}

/** Every 5 s, in every copy: what a crash or a lost job left behind goes on. */
export async function sweepOutbox({ pool, log }: Pick<Outbox, "pool" | "log">, overdueMs = 3_000): Promise<void> {
  await inTransaction(pool, async (client) => {
    const lost = await claimsRunOut(client);
    for (const { id } of lost) await markDead(client, id);
    if (lost.length > 0) log.warn({ sendings: lost.length }, "the outcome of messages is unknown");
    await tellDesks(
      client,
      null,
      lost.map(({ caseId }) => ({ kind: "case", caseId, what: "message" })),
    );
  });
  for (const id of await overdueSendings(pool, overdueMs, 200)) await enqueueSending(pool, id);
}
