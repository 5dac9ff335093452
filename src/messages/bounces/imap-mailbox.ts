import { setTimeout as delay } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { mailboxPlace, moveMailboxPlace } from "./bounce-store.ts";
import type { BounceMailbox, TakeMail } from "./read-bounces.ts";
import { MAX_NOTICE_BYTES } from "./read-notice.ts";

const pollMs = 60_000;

/**
 * The mailbox of returned notices by IMAP: IDLE tells of a new one within the second, and it is looked at every minute
 * all the same. Mails are read in the order of their UIDs and left where they are; how far we read is a row, moved only
 * after the notice's own transaction. UIDs begin anew when UIDVALIDITY changes; a mail taken twice is one row.
 */
export function imapMailbox(url: string, pool: Pool, log: Logger): BounceMailbox {
  return {
    name: mailboxName(url),
    readUntilBroken: async (take, signal) => {
      const client = connection(url);
      // Without a listener a broken socket would end the process.
      client.on("error", (error: unknown) => log.warn({ reason: errorText(error) }, "bounce mailbox lost"));
      const close = () => client.close();
      signal.addEventListener("abort", close, { once: true });
      try {
        await client.connect();
        await follow(client, pool, mailboxName(url), take, signal);
      } finally {
        signal.removeEventListener("abort", close);
        client.close();
      }
    },
  };
}

async function follow(client: ImapFlow, pool: Pool, name: string, take: TakeMail, signal: AbortSignal): Promise<void> {
  const box = await client.mailboxOpen("INBOX");
  let place = await mailboxPlace(pool, name, String(box.uidValidity));
  let wake: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => client.once("close", resolve));
  while (!signal.aborted && client.usable) {
    const news = new Promise<void>((resolve) => (wake = resolve));
    client.once("exists", () => wake());
    place = await takeNew(client, pool, name, place, take, signal);
    if (signal.aborted) return;
    // Ends by itself at the next command; a server without IDLE is polled.
    client.idle().catch(() => undefined);
    const woken = new AbortController();
    await Promise.race([news, closed, delay(pollMs, undefined, { signal: woken.signal }).catch(() => undefined)]);
    woken.abort();
  }
  if (!signal.aborted) throw new Error("the mailbox closed the connection");
}

async function takeNew(
  client: ImapFlow,
  pool: Pool,
  name: string,
  place: number,
  take: TakeMail,
  signal: AbortSignal,
): Promise<number> {
  const found = (await client.search({ uid: `${place + 1}:*` }, { uid: true })) || [];
  // `n:*` names the last mail even when it is older than n.
  for (const uid of found.filter((one) => one > place).sort((a, b) => a - b)) {
    if (signal.aborted) return place;
    const mail = await client.fetchOne(
      String(uid),
      { source: { start: 0, maxLength: MAX_NOTICE_BYTES } },
      { uid: true },
    );
    if (mail !== false && mail.source !== undefined) await take(mail.source);
    await moveMailboxPlace(pool, name, uid);
    place = uid;
  }
  return place;
}

function connection(text: string): ImapFlow {
  const url = new URL(text);
  const secure = url.protocol === "imaps:";
  return new ImapFlow({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    logger: false,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 5 * 60_000,
    disableAutoIdle: true,
  });
}

/** Without the password: it stands in rows. */
function mailboxName(text: string): string {
  const url = new URL(text);
  return `${decodeURIComponent(url.username)}@${url.host}`;
}
