import { createHmac, randomBytes } from "node:crypto";

/**
 * What other systems of the agencies are told, and how they know that it comes from here. The form is that of
 * standardwebhooks.com: id, timestamp and an HMAC over both and the body, so that a receiver refuses what was forged,
 * changed or played again later, and takes a repeated one once.
 */
export const WEBHOOK_KINDS = ["case.opened", "case.changed", "call.started", "call.answered", "call.ended"] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

export type Webhook = {
  id: string;
  name: string;
  url: string;
  kinds: WebhookKind[];
  agencyId: string | null;
  disabled: boolean;
  version: number;
};

const secretPrefix = "whsec_";

export function newSecret(): string {
  return secretPrefix + randomBytes(32).toString("base64");
}

export function signatureHeaders(
  secret: string,
  id: string,
  at: Date,
  body: string,
): { "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string } {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const key = Buffer.from(secret.slice(secretPrefix.length), "base64");
  const sum = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${sum}` };
}

/** Pauses after each failed try: a receiver may be away for two days; null: it is over. */
export function webhookPauseMs(attempts: number): number | null {
  const seconds = [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400][attempts - 1];
  return seconds === undefined ? null : seconds * 1_000;
}
