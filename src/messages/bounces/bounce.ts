/**
 * What a message in the bounce mailbox is (REQ 6.4; RFC 3464, RFC 3834; FAULTS 6). Pure: it is given what
 * `read-notice.ts` took out of the mail and decides nothing about rows.
 *
 *   failed      the mail did not arrive, for good           delayed    a server still tries: no failure
 *   delivered   a server says that it passed it on          auto_reply out of office and the like
 *   suspect     reads like a failure, but not surely        foreign    none of the above
 *
 * Action decides, not Status: a final failure may carry 4.4.1, a delay 5.x never (FACTS, Mail).
 */
export type Notice = {
  from: string;
  subject: string;
  /** Lower-case header names; repeated ones are joined by a line end. */
  headers: Record<string, string>;
  text: string;
  /** The message/delivery-status part, unfolded; null: a plain notice. */
  deliveryStatus: string | null;
  /** Headers of the returned mail, when they came along. */
  returned: string | null;
};

export type Reading = {
  kind: "failed" | "delayed" | "delivered" | "auto_reply" | "suspect" | "foreign";
  recipient: string | null;
  statusCode: string | null;
  diagnostic: string | null;
};

export function readBounce(notice: Notice): Reading {
  if (notice.deliveryStatus !== null) {
    const reading = readDeliveryStatus(notice.deliveryStatus);
    if (reading) return reading;
  }
  if (isAutoReply(notice)) return { kind: "auto_reply", recipient: null, statusCode: null, diagnostic: null };
  return readPlain(notice);
}

type Fields = Record<string, string>;

function readDeliveryStatus(text: string): Reading | null {
  const blocks = text.replace(/\r\n?/g, "\n").split(/\n\s*\n/);
  const recipients = blocks.map(fieldsOf).filter((fields) => fields.action !== undefined);
  const byAction = (wanted: string) => recipients.find((fields) => fields.action?.toLowerCase().startsWith(wanted));
  const failed = byAction("failed");
  if (failed) return { kind: "failed", ...about(failed) };
  const delayed = byAction("delayed");
  if (delayed) return { kind: "delayed", ...about(delayed) };
  const passedOn = byAction("delivered") ?? byAction("relayed") ?? byAction("expanded");
  return passedOn ? { kind: "delivered", ...about(passedOn) } : null;
}

/** Lines fold (RFC 5322): one that begins with a blank goes on with the last. */
function fieldsOf(block: string): Fields {
  const fields: Fields = {};
  for (const line of block.replace(/\n[ \t]+/g, " ").split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields[line.slice(0, colon).trim().toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return fields;
}

function about(fields: Fields): Omit<Reading, "kind"> {
  // An alias hides the final one: what we wrote to is the original recipient.
  const recipient = fields["original-recipient"] ?? fields["final-recipient"] ?? null;
  return {
    recipient: recipient === null ? null : recipient.replace(/^[^;]*;\s*/, "").replace(/^<|>$/g, ""),
    statusCode: /[245]\.\d{1,3}\.\d{1,3}/.exec(fields.status ?? "")?.[0] ?? null,
    diagnostic: (fields["diagnostic-code"] ?? null)?.replace(/^[^;]*;\s*/, "") ?? null,
  };
}

const awaySubject =
  /\b(out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|autoreply|risposta automatica|fuori (sede|ufficio)|assente|assenza|vacation|on leave)\b/i;

function isAutoReply({ from, headers, subject }: Notice): boolean {
  const auto = (headers["auto-submitted"] ?? "no").toLowerCase();
  const precedence = (headers.precedence ?? "").toLowerCase();
  const saysAway = awaySubject.test(subject) || headers["x-autoreply"] !== undefined || precedence === "auto_reply";
  if (saysAway) return true;
  return auto.startsWith("auto-replied") && !isFromMailer(from) && !failureSubject.test(subject);
}

const mailerName =
  /\b(mailer-daemon|postmaster|mail delivery (sub)?system|mail administrator|microsoft outlook|mmdf)\b/i;
const failureSubject =
  /(undeliver(ed|able)|delivery (status notification|failure|has failed)|returned (mail|to sender)|mail delivery (failed|failure)|failure notice|returning message to sender|non recapitabile|mancato recapito|mancata consegna|impossibile recapitare|rejected|could not be delivered|recapito non riuscito)/i;
const delaySubject =
  /(\bdelay(ed)?\b|warning: (message|could not send)|not (yet )?been delivered|\britard(o|ato)\b|still being retried)/i;
const delayText =
  /(will (be )?(retried|keep trying|continue to try)|delivery attempts will continue|do not need to (resend|do anything)|no action is required on your part|this is a warning (message )?only|non è necessario rispedire|verranno effettuati altri tentativi)/i;

function isFromMailer(from: string): boolean {
  return from === "" || from === "<>" || mailerName.test(from);
}

/** Words that only a final refusal has: an SMTP or enhanced code of class 5, or the fixed sentences of the servers. */
const finalWords = [
  /\b5\d\d[ -](?:#?5\.\d{1,3}\.\d{1,3}\b|.{0,80}(user|recipient|mailbox|address|account|utente|casella|indirizzo))/is,
  /\b5\.[0-7]\.\d{1,3}\b/,
  /this is a permanent error/i,
  /permanent (fatal )?(error|failure)/i,
  /(sorry, )?no mailbox here by that name/i,
  /the email account that you tried to reach does not exist/i,
  /wasn't found at|couldn't be found|address couldn't be found/i,
  /unrouteable address/i,
  /retry time(out)? exceeded/i,
  /user unknown|unknown user|no such user|recipient address rejected/i,
];
const perhapsWords =
  /(inesistente|non esiste|sconosciuto|not exist|not found|unknown|rifiutat|rejected|mailbox (is )?full|casella (è )?piena|over ?quota)/i;

function readPlain(notice: Notice): Reading {
  const { from, subject, headers, text } = notice;
  const failedRecipients = headers["x-failed-recipients"];
  const fromMailer = isFromMailer(from);
  const nothing = { recipient: null, statusCode: null, diagnostic: null };
  if (!fromMailer && failedRecipients === undefined && !failureSubject.test(subject)) {
    return { kind: "foreign", ...nothing };
  }
  const words = ownWords(text);
  const found = {
    recipient: failedRecipients?.split(/[,\n]/)[0]?.trim() ?? addressIn(words),
    statusCode: /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(words)?.[0] ?? null,
    diagnostic: lineAbout(words),
  };
  if (delaySubject.test(subject) || delayText.test(words)) return { kind: "delayed", ...found };
  const sure = fromMailer && finalWords.some((pattern) => pattern.test(words));
  if (sure || failedRecipients !== undefined) return { kind: "failed", ...found };
  const perhaps = failureSubject.test(subject) || perhapsWords.test(words);
  return perhaps ? { kind: "suspect", ...found } : { kind: "foreign", ...nothing };
}

/** What the server says, without the copy of our own mail below it. */
function ownWords(text: string): string {
  const copy =
    /^-{2,}.*(original message|copy of (the|your) message|message (headers|follows)|returned message|messaggio originale).*$/im;
  const at = copy.exec(text)?.index ?? text.length;
  return text.slice(0, Math.min(at, 8_000));
}

function addressIn(text: string): string | null {
  const all = text.match(/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g) ?? [];
  return all.find((address) => !/^(bounce\+|mailer-daemon@|postmaster@)/i.test(address)) ?? null;
}

function lineAbout(text: string): string | null {
  const line = text.split("\n").find((one) => /\b[45]\d\d[ -]|\b[45]\.\d\.\d/.test(one) || perhapsWords.test(one));
  return line?.trim().slice(0, 500) ?? null;
}
