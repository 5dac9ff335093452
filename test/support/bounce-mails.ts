/** Returned notices in the styles of the servers that write them; `mark` is the sealed part of the return path. */
export type NoticeParts = {
  mark: string;
  recipient?: string;
  action?: string;
  status?: string;
  diagnostic?: string;
  id?: string;
};

let count = 0;
const lines = (...all: (string | null)[]): Buffer => Buffer.from(all.filter((line) => line !== null).join("\r\n"));

/** RFC 3464 as Postfix writes it. */
export function dsn({
  mark,
  recipient = "a@example.org",
  action = "failed",
  status = "5.1.1",
  diagnostic,
  id,
}: NoticeParts) {
  const messageId = id === undefined ? `<${mark}.${action}@mx.example.org>` : `<${mark}.${id}@mx.example.org>`;
  return lines(
    "Return-Path: <>",
    `Delivered-To: bounce+${mark}@example.it`,
    "From: MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    "Subject: Undelivered Mail Returned to Sender",
    `To: bounce+${mark}@example.it`,
    "Auto-Submitted: auto-replied",
    `Message-Id: ${messageId}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B/mx"',
    "",
    "This is a MIME-encapsulated message.",
    "",
    "--B/mx",
    "Content-Description: Notification",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "This is the mail system at host mx.example.org.",
    "",
    `<${recipient}>: host mail[192.0.2.1] said: 550 5.1.1 unknown`,
    "",
    "--B/mx",
    "Content-Description: Delivery report",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example.org",
    `Original-Envelope-Id: ${mark}`,
    "Arrival-Date: Mon, 01 Jun 2026 10:00:00 +0200 (CEST)",
    "",
    "Final-Recipient: rfc822; alias@elsewhere.example",
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    "Remote-MTA: dns; mail.example.org",
    `Diagnostic-Code: smtp; ${diagnostic ?? "550 5.1.1"}`,
    " Recipient address rejected: User unknown",
    " in virtual mailbox table",
    "",
    "--B/mx",
    "Content-Description: Undelivered Message Headers",
    "Content-Type: text/rfc822-headers",
    "",
    `Message-ID: <${mark}@example.it>`,
    "Subject: 055055",
    "",
    "--B/mx--",
    "",
  );
}

/** A notice without a delivery-status part. */
export function plain(parts: {
  mark: string;
  from: string;
  subject: string;
  text: string[];
  headers?: string[];
  html?: boolean;
}): Buffer {
  return lines(
    `Delivered-To: bounce+${parts.mark}@example.it`,
    `From: ${parts.from}`,
    `To: bounce+${parts.mark}@example.it`,
    `Subject: ${parts.subject}`,
    `Message-ID: <${++count}.${process.pid}@mx.example.org>`,
    ...(parts.headers ?? []),
    "MIME-Version: 1.0",
    `Content-Type: text/${parts.html ? "html" : "plain"}; charset=utf-8`,
    "",
    ...parts.text,
    "",
  );
}
