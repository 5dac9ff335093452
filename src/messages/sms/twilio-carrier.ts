import twilio from "twilio";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { Sending, SendingState } from "../message.ts";
import type { SmsSettings } from "../message-settings.ts";
import type { ProviderAnswer } from "../outbox/outbox.ts";

/** Shorter than the outbox's claim: when it is over, no request of this try is on its way any more. */
const longestRequestMs = 20_000;

export type CarrierMessage = {
  sid: string;
  body: string;
  status: string;
  errorCode: string | null;
  createdAt: Date;
};

export type SmsCarrier = {
  send(sending: Sending, body: string): Promise<ProviderAnswer>;
  /** The newest messages to a number. @throws when the list can not be had whole */
  listTo(e164: string): Promise<CarrierMessage[]>;
  /** Null: the carrier does not know it. */
  find(sid: string): Promise<CarrierMessage | null>;
};

/**
 * Twilio by its own client. Creating a message is not idempotent there (FAULTS 6), so the client's retries stay off.
 * @param callbackUrl where it tells the delivery state, per sending; null: nowhere it could reach
 */
export function twilioCarrier(
  settings: SmsSettings,
  callbackUrl: (sendingId: string) => string | null,
  log: Logger,
  requestMs = longestRequestMs,
): SmsCarrier {
  const client = twilio(settings.accountSid, settings.authToken, { autoRetry: false, timeout: requestMs });
  if (settings.baseUrl) client.api.baseUrl = settings.baseUrl;
  return {
    send: async (sending, body) => {
      const statusCallback = callbackUrl(sending.id);
      try {
        const created = await client.messages.create({
          ...{ to: sending.toAddress, from: settings.from, body },
          ...(statusCallback && { statusCallback }),
        });
        if (isSid(created.sid)) return { kind: "accepted", providerId: created.sid, state: "sending" };
        return { kind: "unknown", detail: "the carrier's answer has no message id" };
      } catch (error) {
        const answer = readTwilioFailure(error);
        log.warn({ outcome: answer.kind, reason: errorText(error) }, "the carrier did not take an SMS");
        return answer;
      }
    },
    listTo: async (e164) => (await client.messages.list({ to: e164, limit: 200 })).map(carrierMessage),
    find: async (sid) => {
      try {
        return carrierMessage(await client.messages(sid).fetch());
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
  };
}

const isSid = (sid: unknown) => typeof sid === "string" && /^(SM|MM)[0-9a-f]{32}$/i.test(sid);

type Told = { sid: string; body: string; status: string; errorCode: number | null; dateCreated: Date };

function carrierMessage(told: Told): CarrierMessage {
  if (!isSid(told.sid)) throw new Error("the carrier's answer is no message");
  return {
    sid: told.sid,
    body: told.body ?? "",
    status: told.status,
    errorCode: told.errorCode ? String(told.errorCode) : null,
    createdAt: told.dateCreated,
  };
}

function statusOf(error: unknown): number {
  return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 0;
}

/** No connection was made, so nothing was asked. */
const neverConnected = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO|UNABLE_TO_)/;

/**
 * A clear no for this message is final; too many requests, a wrong account and no connection are worth another try;
 * everything else (5xx, time-out, a broken answer) leaves open whether the message was made.
 */
export function readTwilioFailure(error: unknown): ProviderAnswer {
  const status = statusOf(error);
  const code = error instanceof Error && "code" in error ? String(error.code ?? status) : String(status);
  const detail = errorText(error);
  if (status === 429) return { kind: "not_taken", code: "429", detail };
  if ([401, 403, 404].includes(status)) return { kind: "not_taken", code, detail };
  if (status >= 400 && status < 500 && status !== 408 && /^\d{5}$/.test(code)) return { kind: "refused", code, detail };
  if (status === 0 && neverConnected.test(code)) return { kind: "not_taken", code, detail };
  return { kind: "unknown", detail };
}

/** The carrier's words in ours; null for those that say nothing about a message we sent. */
export function stateOfStatus(status: string): SendingState | null {
  switch (status) {
    case "accepted":
    case "scheduled":
    case "queued":
    case "sending":
      return "sending";
    case "sent":
      return "sent";
    case "delivered":
    case "read":
      return "delivered";
    case "undelivered":
      return "undelivered";
    case "failed":
    case "canceled":
      return "failed";
    default:
      return null;
  }
}
