import { dsn, plain } from "./bounce-mails.ts";

/** What the program should make of a notice: verdict, and whether the case becomes Non comunicato. */
export type NoticeStyle = {
  name: string;
  verdict: "failed" | "delayed" | "delivered" | "auto_reply" | "forged" | "unmatched" | "suspect" | "foreign";
  /** Which mark is written into it: our own, one with a wrong seal, none. */
  mark: "ours" | "forged" | "none";
  write: (mark: string, recipient: string) => Buffer;
};

const exim = (mark: string, recipient: string, reason: string) =>
  plain({
    ...{ mark, from: "Mail Delivery System <Mailer-Daemon@mx.example.org>" },
    subject: "Mail delivery failed: returning message to sender",
    headers: [`X-Failed-Recipients: ${recipient}`, "Auto-Submitted: auto-replied"],
    text: [
      "This message was created automatically by mail delivery software.",
      "",
      "A message that you sent could not be delivered to one or more of its",
      "recipients. This is a permanent error. The following address(es) failed:",
      "",
      `  ${recipient}`,
      `    ${reason}`,
      "",
      "------ This is a copy of the message, including all the headers. ------",
      "",
      `Message-ID: <${mark}@example.it>`,
    ],
  });

const gmail = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "Mail Delivery Subsystem <mailer-daemon@googlemail.com>" },
    subject: "Delivery Status Notification (Failure)",
    headers: [`X-Failed-Recipients: ${recipient}`, "Auto-Submitted: auto-replied"],
    text: [
      "** Address not found **",
      "",
      `Your message wasn't delivered to ${recipient} because the address couldn't be found,`,
      "or is unable to receive mail.",
      "",
      "The response was:",
      "550 5.1.1 The email account that you tried to reach does not exist.",
    ],
  });

const outlook = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>" },
    subject: "Undeliverable: 055055 - informazioni",
    html: true,
    text: [
      "<html><body><p>Your message to <b>",
      recipient,
      "</b> couldn't be delivered.</p><p>nessuno wasn't found at example.org.</p>",
      "<p>Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'</p></body></html>",
    ],
  });

const qmail = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "MAILER-DAEMON@mx.example.org" },
    subject: "failure notice",
    text: [
      "Hi. This is the qmail-send program at mx.example.org.",
      "I'm afraid I wasn't able to deliver your message to the following addresses.",
      "This is a permanent error; I've given up. Sorry it didn't work out.",
      "",
      `<${recipient}>:`,
      "Sorry, no mailbox here by that name. (#5.1.1)",
    ],
  });

const postfixPlain = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "MAILER-DAEMON@mx.example.org (Mail Delivery System)" },
    subject: "Undelivered Mail Returned to Sender",
    text: [
      "This is the mail system at host mx.example.org.",
      "",
      `<${recipient}>: host mail.example.org[192.0.2.1] said: 550 5.1.1`,
      `    <${recipient}>: Recipient address rejected: User unknown in virtual mailbox table`,
    ],
  });

const italian = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "Postmaster <postmaster@example.org>" },
    subject: "Mancata consegna: 055055 - informazioni",
    text: [`Il messaggio per ${recipient} non è stato consegnato:`, "550 5.1.1 utente sconosciuto"],
  });

const warning = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: "Mail Delivery System <Mailer-Daemon@mx.example.org>" },
    subject: "Warning: message delayed 24 hours",
    text: [
      "A message that you sent has not yet been delivered to one or more of its recipients:",
      `  ${recipient}`,
      "No action is required on your part. Delivery attempts will continue for some time.",
    ],
  });

const away = (mark: string, recipient: string, subject: string, headers: string[]) =>
  plain({
    ...{ mark, from: `Maria Rossi <${recipient}>`, subject, headers },
    text: ["Sono fuori ufficio fino al 31. Per urgenze: 550 5.1.1 non è un errore, è il mio interno."],
  });

const failures: [string, NoticeStyle["write"]][] = [
  ["RFC 3464", (mark, recipient) => dsn({ mark, recipient, id: "f" })],
  ["RFC 3464 with 4.4.1, given up", (mark, recipient) => dsn({ mark, recipient, status: "4.4.1", id: "e" })],
  ["RFC 3464 full mailbox", (mark, recipient) => dsn({ mark, recipient, status: "5.2.2", id: "q" })],
  ["Postfix plain", postfixPlain],
  ["Exim", (mark, recipient) => exim(mark, recipient, "Unrouteable address")],
  ["Exim, retry timeout", (mark, recipient) => exim(mark, recipient, "retry timeout exceeded")],
  ["Gmail", gmail],
  ["Outlook", outlook],
  ["qmail", qmail],
  ["Italian", italian],
];
const harmless: [string, NoticeStyle["verdict"], NoticeStyle["write"]][] = [
  ["RFC 3464 delay", "delayed", (mark, recipient) => dsn({ mark, recipient, action: "delayed", status: "4.4.1" })],
  [
    "RFC 3464 passed on",
    "delivered",
    (mark, recipient) => dsn({ mark, recipient, action: "relayed", status: "2.0.0" }),
  ],
  ["Exim warning", "delayed", warning],
  ["away, by header", "auto_reply", (m, r) => away(m, r, "Re: 055055", ["Auto-Submitted: auto-replied (vacation)"])],
  ["away, by subject", "auto_reply", (m, r) => away(m, r, "Risposta automatica: fuori ufficio", [])],
  ["away, Outlook", "auto_reply", (m, r) => away(m, r, "Automatic reply: 055055", ["X-Auto-Response-Suppress: All"])],
  ["doubtful words", "suspect", (mark, recipient) => doubtful(mark, recipient)],
];

const doubtful = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: `Portineria <${recipient}>`, subject: "Delivery failure?" },
    text: ["Questa persona non lavora più qui."],
  });

const foreign = (mark: string, recipient: string) =>
  plain({
    ...{ mark, from: `Offerte <${recipient}>`, subject: "Le nostre offerte della settimana" },
    text: ["Sconti su tutto."],
  });

/** Every style that fails, with our seal, with a forged one and with none; and those that touch no case. */
export const noticeStyles: readonly NoticeStyle[] = [
  ...failures.flatMap(([name, write]): NoticeStyle[] => [
    { name, verdict: "failed", mark: "ours", write },
    { name: `${name}, forged`, verdict: "forged", mark: "forged", write },
    { name: `${name}, without a mark`, verdict: "unmatched", mark: "none", write },
  ]),
  ...harmless.map(([name, verdict, write]): NoticeStyle => ({ name, verdict, mark: "ours", write })),
  { name: "advertising", verdict: "foreign", mark: "none", write: foreign },
];
