import { simpleParser } from "mailparser";
import type { Notice } from "./bounce.ts";

/** Notices are small; what is larger is read by its beginning only (FAULTS I57). */
export const MAX_NOTICE_BYTES = 512 * 1024;
const maxParts = 60;

export type ReadNotice = Notice & {
  messageId: string | null;
  /** Everything in which the mark of a sending may stand, the envelope's recipient first. */
  marks: string[];
};

/** @returns null for a mail that nobody should parse: endless parts, no headers */
export async function readNotice(raw: Buffer): Promise<ReadNotice | null> {
  const source = raw.subarray(0, MAX_NOTICE_BYTES);
  const parts = source.toString("latin1").match(/^content-type:/gim)?.length ?? 0;
  if (parts > maxParts) return null;
  const mail = await simpleParser(source, {
    ...{ keepDeliveryStatus: true, skipHtmlToText: false, skipTextToHtml: true, skipImageLinks: true },
    maxHtmlLengthToParse: 200_000,
  });
  const headers: Record<string, string> = {};
  for (const { key, line } of mail.headerLines) {
    const value = unfold(line.slice(line.indexOf(":") + 1));
    headers[key] = headers[key] === undefined ? value : `${headers[key]}\n${value}`;
  }
  // A part whose type is empty has `false` here, whatever its declaration says.
  const ofType = (type: string) => mail.attachments.find((part) => String(part.contentType).toLowerCase() === type);
  const status = ofType("message/delivery-status")?.content.toString("utf8") ?? null;
  const returned =
    (ofType("message/rfc822") ?? ofType("text/rfc822-headers"))?.content.subarray(0, 16_384).toString("utf8") ?? null;
  const text = mail.text ?? "";
  return {
    from: headers.from?.trim() ?? headers["return-path"]?.trim() ?? "",
    subject: mail.subject ?? "",
    headers,
    text,
    deliveryStatus: status,
    returned,
    messageId: mail.messageId ?? null,
    marks: marksOf(headers, status, returned, text),
  };
}

/** VERP first, then the envelope id, then the Message-ID of what came back (FAULTS 6, match order). */
function marksOf(
  headers: Record<string, string>,
  status: string | null,
  returned: string | null,
  text: string,
): string[] {
  const envelope = ["delivered-to", "x-original-to", "envelope-to", "to"].map((name) => headers[name] ?? "");
  const envelopeId = /^original-envelope-id:\s*(.+)$/im.exec(unfold(status ?? ""))?.[1] ?? "";
  const replied = [headers["in-reply-to"] ?? "", headers.references ?? ""];
  const copy = /^(?:message-id|return-path|x-original-to):.*$/gim;
  const inCopy = [...(returned ?? "").matchAll(copy), ...text.matchAll(copy)].map((found) => found[0]);
  return [...envelope, envelopeId, ...replied, ...inCopy].filter((one) => one !== "");
}

function unfold(value: string): string {
  return value.replace(/\r?\n[ \t]+/g, " ").trim();
}
