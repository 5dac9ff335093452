import { tellDesks } from "../../cases/case-news-store.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { Logger } from "../../log.ts";
import { isLater, type Sending } from "../message.ts";
import { acceptSending, readSending, writeState } from "../outbox/outbox-store.ts";
import { sendingOfProviderId } from "./sms-store.ts";
import { stateOfStatus } from "./twilio-carrier.ts";

export type StatusNews = {
  sid: string;
  status: string;
  errorCode: string | null;
  /** Our own id, which the callback's address carries: finds the sending whose answer we never got. */
  sendingId: string | null;
};

/**
 * What the carrier tells about an SMS, by callback or when asked (REQ 5.4). Twice, late, in any order: only a higher
 * rank counts, the first end stays.
 * @returns false when no sending of ours is meant
 */
export async function applyStatus(pool: Pool, log: Logger, news: StatusNews): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const sending = await meant(client, news);
    if (!sending) return false;
    if (sending.providerId !== null && sending.providerId !== news.sid) {
      log.error({ sendingId: sending.id }, "the carrier has two messages for one sending");
      return true;
    }
    const adopted = sending.providerId === null && (await acceptSending(client, sending.id, news.sid, "sending"));
    const state = stateOfStatus(news.status);
    const now = adopted ? "sending" : sending.state;
    const later = state !== null && isLater(now, state);
    if (later) {
      const failed = state === "undelivered" || state === "failed";
      await writeState(client, sending.id, state, { code: failed ? news.errorCode : null, detail: null }, news.sid);
    }
    if (adopted || later) {
      await tellDesks(client, null, [{ kind: "case", caseId: sending.caseId, what: "message" }]);
    }
    return true;
  });
}

async function meant(db: Queryable, news: StatusNews): Promise<Sending | null> {
  const id = (await sendingOfProviderId(db, news.sid)) ?? news.sendingId;
  const sending = id === null ? null : await readSending(db, id, true);
  return sending?.kind === "sms" ? sending : null;
}
