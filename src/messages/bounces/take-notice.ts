import { createHash } from "node:crypto";
import { tellDesks } from "../../cases/case-news-store.ts";
import { systemActor } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { returnDelivery } from "../../reports/delivery/report-delivery-store.ts";
import { failSending } from "../email/fail-sending.ts";
import { readMark } from "../email/verp.ts";
import { type Reading, readBounce } from "./bounce.ts";
import { insertNotice, type NewNotice, recentSendingTo, sendingOfMark } from "./bounce-store.ts";
import { type ReadNotice, readNotice } from "./read-notice.ts";

export type TakenNotice = Pick<NewNotice, "verdict" | "state" | "sendingId"> & { repeated: boolean };

/**
 * Takes one mail of the bounce mailbox in (REQ 6.4): the sending is found by a sealed mark only; then a sure failure
 * moves the case. Everything doubtful lies open for a person. Safe to be told twice: a mail is known by its Message-ID
 * (or, without one, by its bytes) and the mailbox it lay in.
 */
export async function takeNotice(pool: Pool, verpSecret: string, mailbox: string, raw: Buffer): Promise<TakenNotice> {
  const mail = await readNotice(raw);
  const source = `${mailbox} ${mail?.messageId ?? ""} ${createHash("sha256").update(raw).digest("hex").slice(0, 32)}`;
  return inTransaction(pool, async (client) => {
    const notice = { ...(await judge(client, verpSecret, mail)), source };
    const first = await insertNotice(client, notice);
    if (first && notice.state === "matched" && notice.sendingId) {
      const code = notice.statusCode ?? "bounce";
      const detail = notice.diagnostic ?? notice.subject ?? "returned";
      const system = { actor: systemActor("messages"), roles: ["system"] as const, officeIds: [] };
      const failure = { state: "undelivered" as const, code, detail };
      await tellDesks(client, null, await failSending(client, notice.sendingId, failure, "by_system", system));
    }
    return { verdict: notice.verdict, state: notice.state, sendingId: notice.sendingId, repeated: !first };
  });
}

type Judged = Omit<NewNotice, "source">;

async function judge(db: Queryable, secret: string, mail: ReadNotice | null): Promise<Judged> {
  const nothing = { sendingId: null, guessId: null, recipient: null, statusCode: null, diagnostic: null };
  if (!mail) return { ...nothing, verdict: "unreadable", state: "open", subject: null, excerpt: null };
  const reading = readBounce(mail);
  const told = { ...reading, subject: mail.subject, excerpt: mail.text };
  const { kind, ...rest } = told;
  const mark = firstMark(mail, secret);
  // A forged seal condemns the whole notice, whatever else it names (FAULTS I53).
  if (mark === "forged") return { ...rest, ...(await guessed(db, reading)), verdict: "forged", state: "open" };
  const sendingId = mark && (await sendingOfMark(db, mark.messageId, mark.try));
  switch (kind) {
    case "foreign":
      // Other people's mail: only that it was there (inbound e-mail is not ours, REQ 0).
      return { ...nothing, verdict: "foreign", state: "ignored", subject: null, excerpt: null };
    case "auto_reply":
    case "delayed":
    case "delivered":
      return { ...rest, excerpt: null, guessId: null, sendingId, verdict: kind, state: "ignored" };
    case "failed":
      if (sendingId || (mark && (await isOfReport(db, mark.messageId, reading)))) {
        return { ...rest, excerpt: null, guessId: null, sendingId, verdict: "failed", state: "matched" };
      }
      return { ...rest, ...(await guessed(db, reading)), verdict: "unmatched", state: "open" };
    case "suspect": {
      const guess = sendingId ? { sendingId: null, guessId: sendingId } : await guessed(db, reading);
      return { ...rest, ...guess, verdict: "suspect", state: "open" };
    }
  }
}

/** The post of the reports bears the same marks (REQ 11); no case is behind it. */
function isOfReport(db: Queryable, deliveryId: string, reading: Reading): Promise<boolean> {
  return returnDelivery(db, deliveryId, reading.statusCode ?? "bounce", reading.diagnostic ?? "returned");
}

function firstMark(mail: ReadNotice, secret: string): ReturnType<typeof readMark> {
  const marks = mail.marks.map((text) => readMark(text, secret)).filter((mark) => mark !== null);
  return marks.find((mark) => mark === "forged") ?? marks[0] ?? null;
}

async function guessed(db: Queryable, reading: Reading): Promise<{ sendingId: null; guessId: string | null }> {
  return { sendingId: null, guessId: reading.recipient && (await recentSendingTo(db, reading.recipient)) };
}
