/**
 * Is a report's mail sent once? As the citizens' (messages/outbox/outbox.ts): the row is made with the report, a claim
 * commits before the mail server is asked, only the server's own refusal brings the row back to the queue; an unknown
 * outcome is shown as unknown and a person decides. Proof of delivery: our Message-ID, the words with which the server
 * took the mail, the hashes of the files; a returned notice makes it undelivered.
 */
import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { handMail, type Mail } from "../../messages/email/smtp-mailer.ts";
import type { MailSettings } from "../../messages/message-settings.ts";
import type { ProviderAnswer } from "../../messages/outbox/outbox.ts";
import { readFileContent } from "../report-list-store.ts";
import { italianDay } from "../report-period.ts";
import { definitions } from "../report-texts.ts";
import {
  claimDelivery,
  type DeliveryEnd,
  type FileToSend,
  filesToSend,
  type ReportDelivery,
  settleDelivery,
} from "./report-delivery-store.ts";

export type ReportPost = {
  pool: Pool;
  log: Logger;
  /** Null: no mail server is set; the post waits. */
  mail: MailSettings | null;
  /** Address of the page, for reports that are too large for a mail. */
  publicUrl: string | null;
};

const claimMs = 120_000;
const mostTries = 12;
const firstRetryMs = 10_000;
const longestRetryMs = 60 * 60_000;
/** Mail servers commonly take 10 MB, of which encoding eats a third. */
const mostBytes = 6_000_000;

/** One try at the mail server, if the delivery is due and nobody else has it. */
export async function sendReport(post: ReportPost, deliveryId: string): Promise<void> {
  const { pool, log, mail } = post;
  const delivery = await claimDelivery(pool, deliveryId, claimMs);
  if (!delivery) return;
  let sentFiles: FileToSend[] = [];
  let answer: ProviderAnswer;
  try {
    sentFiles = await attachments(pool, delivery);
    const { id, toAddress } = delivery;
    answer = mail
      ? await handMail(mail, toAddress, { messageId: id, try: 1 }, await letter(post, delivery, sentFiles))
      : { kind: "not_taken", code: "not_set", detail: "no mail server is set" };
  } catch (error) {
    log.error({ error, kind: delivery.kind }, "a report's mail could not be prepared");
    answer = { kind: "not_taken", code: "internal", detail: errorText(error) };
  }
  await settleDelivery(pool, delivery, endOf(delivery, answer, sentFiles));
}

function endOf({ attempts }: ReportDelivery, answer: ProviderAnswer, files: FileToSend[]): DeliveryEnd {
  switch (answer.kind) {
    case "accepted": {
      const sentFiles = files.map(({ name, sha256 }) => `${name} sha256:${sha256}`);
      return { state: "sent", providerId: answer.providerId, receipt: answer.receipt ?? null, sentFiles };
    }
    case "refused":
      return { state: "failed", code: answer.code, detail: answer.detail };
    case "unknown":
      return { state: "unknown", code: "unknown", detail: answer.detail };
    case "not_taken": {
      const { code, detail } = answer;
      if (attempts >= mostTries && code !== "not_set") return { state: "failed", code, detail };
      return { state: "queued", retryMs: Math.min(longestRetryMs, firstRetryMs * 2 ** (attempts - 1)), code, detail };
    }
  }
}

/** PDF to read and XLSX to work with; what is too large is fetched from the page. */
async function attachments(pool: Pool, delivery: ReportDelivery): Promise<FileToSend[]> {
  const files = (await filesToSend(pool, delivery)).filter(({ name }) => !name.endsWith(".csv"));
  const size = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return size <= mostBytes ? files : [];
}

async function letter({ pool, publicUrl }: ReportPost, delivery: ReportDelivery, files: FileToSend[]): Promise<Mail> {
  const { title, lines } = definitions[delivery.kind].it;
  const days = `dal ${italianDay(delivery.firstDay)} al ${italianDay(delivery.lastDay)}`;
  const where = publicUrl ? ` Si trova anche in ${publicUrl}/#/rapporti/${delivery.reportId}` : "";
  const parts = [
    `Rapporto: ${title}`,
    `Ente: ${delivery.agencyName ?? "tutti gli enti"}`,
    ...(delivery.officeName ? [`Ufficio: ${delivery.officeName}`] : []),
    `Periodo: ${days}`,
    "",
    files.length > 0 ? `Il rapporto è allegato.${where}` : `Il rapporto è troppo grande per la posta.${where}`,
    "",
    "Che cosa contiene:",
    ...lines.map((line) => `- ${line}`),
    "",
    "055055 - il numero unico dei servizi pubblici dell'area fiorentina",
    "Questa casella invia soltanto.",
  ];
  const contents = files.map(async ({ id, name, mediaType }) => ({
    name,
    mediaType,
    content: await readFileContent(pool, id),
  }));
  return { subject: `055055 - ${title} ${days}`, body: parts.join("\n"), files: await Promise.all(contents) };
}
