import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { IdempotentRequest } from "../route.ts";
import { claimKey, freeKey, settleKey, storedAnswer } from "./idempotency-store.ts";
import { asAppError } from "./problem.ts";

export type Answer = { status: number; body: unknown };

const waitForFirstMs = 5_000;

/**
 * Runs `work` once for a key. A repetition gets the first answer; one that comes meanwhile waits for it (≤ 5 s).
 * After a failure whose outcome is unknown (5xx) the key stays taken and a repetition is told so, unless the action
 * had settled it in its own transaction: then the answer is known after all (FAULTS F28).
 * @throws AppError idempotency_mismatch (same key, other body), duplicate (outcome of the first unknown).
 */
export async function answerOnce(
  pool: Pool,
  request: IdempotentRequest,
  content: unknown,
  work: () => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  const requestHash = createHash("sha256").update(JSON.stringify(content)).digest("base64");
  const giveUpAt = performance.now() + waitForFirstMs;
  while (!(await claimKey(pool, request, requestHash))) {
    const first = await storedAnswer(pool, request);
    if (first && first.requestHash !== requestHash) {
      throw new AppError("idempotency_mismatch", "This Idempotency-Key belongs to another request");
    }
    if (first && first.status !== null) return { status: first.status, body: first.body, replayed: true };
    if (performance.now() > giveUpAt) throw unknownOutcome(first?.createdAt);
    await delay(50);
  }
  try {
    const answer = await work();
    await settleKey(pool, request, answer.status, answer.body);
    return { ...answer, replayed: false };
  } catch (error) {
    if (asAppError(error).status < 500) await freeKey(pool, request);
    throw error;
  }
}

function unknownOutcome(since: Date | undefined): AppError {
  return new AppError("duplicate", "The outcome of the first request with this key is not known", {
    it: "Questa richiesta è già stata inviata e il suo esito non è ancora noto: controlli prima di ripeterla.",
    extra: { firstSentAt: since?.toISOString() ?? null },
  });
}
