import { ImapFlow } from "imapflow";
import { sendKillPoints } from "../../src/messages/outbox/send-kill-points.ts";
import { type MailServers, mailDomains, startMailServers } from "../../test/support/mail/mail-servers.ts";
import type { Asked, MessageScene } from "./message-scene.ts";
import { judgeMessage, type MessageTally } from "./message-tally.ts";

/** Long enough to read all the foreign mails that lie before the notices. */
const noticeMs = 300_000;
const foreignMails = 10_000;
const perKind = 10;

/**
 * The same against a real Postfix and Dovecot: known users get one mail each, also from copies that die; unknown ones
 * come back by a notice that is recognised, though 10,000 mails of other people lie in the mailbox before it.
 * @returns checks
 */
export async function realMail(scene: MessageScene, tally: MessageTally): Promise<number> {
  const users = Array.from({ length: perKind + sendKillPoints.length }, (_, n) => `utente${n}`);
  const servers = await startMailServers(users);
  const mail = { ...scene.settings.mail!, smtpUrl: servers.smtpUrl };
  const settings = { ...scene.settings, mail, bounceUrl: servers.imapUrl };
  const addressOf = (user: string) => `${user}@${mailDomains.citizens}`;
  try {
    await fillMailbox(servers.imapUrl);
    const known: Asked[] = [];
    for (const [n, point] of sendKillPoints.entries()) {
      known.push(await scene.email(addressOf(users[perKind + n]!)));
      await scene.killedCopy(point, settings);
    }
    const unknown: Asked[] = [];
    for (let n = 0; n < perKind; n++) {
      known.push(await scene.email(addressOf(users[n]!)));
      unknown.push(await scene.email(addressOf(`nessuno${n}`)));
    }
    await scene.startCopies(2, settings);
    await scene.settled();
    await allReturned(scene, unknown);
    for (const asked of known) await judgeMessage(scene, tally, asked, await mailsIn(servers, asked.address));
    for (const { messageId } of unknown) {
      const { state } = await scene.lastSending(messageId);
      if (state === "undelivered") tally.bounces_right += 1;
      else tally.bounces_wrong += 1;
    }
    const ignored = await foreignNotices(scene);
    if (ignored !== foreignMails) tally.bounces_wrong += 1;
    await scene.stopCopies();
    return known.length + unknown.length + ignored;
  } finally {
    await scene.stopCopies();
    await servers.stop();
  }
}

async function fillMailbox(imapUrl: string): Promise<void> {
  const client = await openMailbox(imapUrl);
  try {
    for (let n = 0; n < foreignMails; n++) {
      const lines = [
        ...["From: Notiziario <news@altri.example>", `Message-ID: <${n}@altri.example>`],
        ...[`Subject: Offerta ${n}`, "", "Gentile cliente, il suo ordine non e' stato consegnato."],
      ];
      await client.append("INBOX", lines.join("\r\n"));
    }
  } finally {
    client.close();
  }
}

/** Mails of others are noted and ignored: none lies before a person, none touches a case. */
async function foreignNotices(scene: MessageScene): Promise<number> {
  const { rows } = await scene.database.pool.query(
    "select count(*)::int as n from bounce_notices where verdict = 'foreign' and state = 'ignored'",
  );
  return rows[0].n;
}

async function allReturned(scene: MessageScene, unknown: readonly Asked[]): Promise<void> {
  for (const limit = Date.now() + noticeMs; Date.now() < limit; ) {
    const states = await Promise.all(unknown.map(({ messageId }) => scene.lastSending(messageId)));
    if (states.every(({ state }) => state === "undelivered")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function mailsIn(servers: MailServers, user: string): Promise<number> {
  const client = await openMailbox(servers.imapUrlOf(user));
  try {
    return (await client.mailboxOpen("INBOX")).exists;
  } finally {
    client.close();
  }
}

async function openMailbox(imapUrl: string): Promise<ImapFlow> {
  const { hostname: host, port, username, password: pass } = new URL(imapUrl);
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(pass) };
  const client = new ImapFlow({ host, port: Number(port), secure: false, auth, logger: false });
  await client.connect();
  return client;
}
