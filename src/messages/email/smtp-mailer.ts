import { Readable } from "node:stream";
import { domainToASCII } from "node:url";
import nodemailer from "nodemailer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { MailSettings } from "../message-settings.ts";
import type { Provider, ProviderAnswer } from "../outbox/outbox.ts";
import { mailContent } from "./email-store.ts";
import { makeMark, returnPath, type SendingMark } from "./verp.ts";

/** Together shorter than the outbox's claim. */
const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
const longest = { wholeMs: 90_000 };

/**
 * Hands one e-mail to the mail server. The message itself is read only after the server said 354: what fails before
 * that was surely not taken, what fails after it without an answer is unknown (see outbox.ts).
 */
export function smtpProvider(pool: Pool, settings: MailSettings): Provider {
  return async (sending) => {
    const content = await mailContent(pool, sending.messageId);
    return handMail(settings, sending.toAddress, sending, content);
  };
}

export type Mail = {
  subject: string;
  body: string;
  files: { name: string; mediaType: string; content: Buffer }[];
};

/**
 * One mail to one address, under the mark by which its returned notice is known again; settles within `wholeMs`.
 */
export async function handMail(
  settings: MailSettings,
  address: string,
  sending: SendingMark,
  mail: Mail,
  { wholeMs } = longest,
): Promise<ProviderAnswer> {
  const recipient = asciiAddress(address);
  if (recipient === null) return { kind: "refused", code: "address", detail: "the domain can not be written" };
  const mark = makeMark(sending, settings.verpSecret);
  const message = await writeMail(settings, recipient, mark, mail);
  const envelope = {
    from: returnPath(sending, settings.verpSecret, settings.domain),
    to: [recipient],
    size: message.length,
    dsn: { id: mark, return: "headers" as const, notify: ["failure" as const, "delay" as const], recipient },
  };
  return handOver(settings.smtpUrl, envelope, message, `<${mark}@${settings.domain}>`, wholeMs);
}

type Envelope = Parameters<SMTPConnection["send"]>[0];

function handOver(
  url: string,
  envelope: Envelope,
  message: Buffer,
  providerId: string,
  wholeMs: number,
): Promise<ProviderAnswer> {
  const connection = new SMTPConnection({ ...connectionOptions(url), ...limits });
  const credentials = credentialsOf(url);
  let begun = false;
  const reading = async function* (): AsyncGenerator<Buffer> {
    begun = true;
    yield message;
  };
  return new Promise((resolve) => {
    const settle = (answer: ProviderAnswer) => {
      clearTimeout(timer);
      // Only the first word counts, and closing has an event of its own.
      resolve(answer);
      connection.close();
    };
    const fail = (error: unknown) => settle(readFailure(error, begun));
    const timer = setTimeout(() => fail(new Error("the mail server takes too long")), wholeMs);
    connection.on("error", fail);
    connection.once("end", () => fail(new Error("the mail server closed the connection")));
    const send = () =>
      connection.send(envelope, Readable.from(reading()), (error, info) =>
        error ? fail(error) : settle({ kind: "accepted", providerId, state: "sent", receipt: info.response }),
      );
    connection.connect((error) => {
      if (error) return fail(error);
      if (!credentials) return send();
      connection.login({ credentials }, (refused) => (refused ? fail(refused) : send()));
    });
  });
}

/**
 * 5xx for the recipient or the message is its end; 4xx, no connection, TLS or sign-in trouble are worth another try;
 * silence after the message was on its way is unknown.
 */
export function readFailure(error: unknown, begun: boolean): ProviderAnswer {
  const known = error instanceof Error ? (error as Error & { code?: string; responseCode?: number }) : null;
  const code = String(known?.responseCode ?? known?.code ?? "smtp");
  const detail = errorText(error);
  const answered = known?.responseCode ?? 0;
  const about = known?.code === "EENVELOPE" || known?.code === "EMESSAGE";
  if (about && answered >= 500) return { kind: "refused", code, detail };
  if (about && answered >= 400) return { kind: "not_taken", code, detail };
  return begun ? { kind: "unknown", detail } : { kind: "not_taken", code, detail };
}

/** The whole message, signed when a DKIM key is set; text only, no address or name from outside in a header. */
async function writeMail(settings: MailSettings, recipient: string, mark: string, mail: Mail): Promise<Buffer> {
  const dkim = settings.dkim && {
    domainName: settings.dkim.domain,
    keySelector: settings.dkim.selector,
    privateKey: settings.dkim.key,
  };
  const writer = nodemailer.createTransport({
    streamTransport: true,
    buffer: true,
    newline: "windows",
    ...(dkim && { dkim }),
  });
  const written = await writer.sendMail({
    from: { name: settings.fromName, address: settings.from },
    to: { name: "", address: recipient },
    subject: mail.subject,
    text: mail.body,
    messageId: `<${mark}@${settings.domain}>`,
    headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply" },
    attachments: mail.files.map((file) => ({
      filename: file.name,
      contentType: file.mediaType,
      content: file.content,
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return written.message as Buffer;
}

function asciiAddress(address: string): string | null {
  const at = address.lastIndexOf("@");
  const domain = domainToASCII(address.slice(at + 1));
  return at > 0 && domain !== "" ? `${address.slice(0, at)}@${domain}` : null;
}

/** smtp:// tries STARTTLS, smtps:// is TLS from the first byte; `?ignoreTLS=1`, `?requireTLS=1` say otherwise. */
function connectionOptions(text: string): SMTPConnection.Options {
  const url = new URL(text);
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    ignoreTLS: url.searchParams.get("ignoreTLS") === "1",
    requireTLS: url.searchParams.get("requireTLS") === "1",
  };
}

function credentialsOf(text: string): { user: string; pass: string } | null {
  const url = new URL(text);
  if (!url.username) return null;
  return { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
}
