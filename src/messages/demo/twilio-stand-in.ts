import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parse } from "node:querystring";
import twilio from "twilio";
import { smsLength } from "../../knowledge/cards/sms-segments.ts";
import { requestFaults } from "./check-request.ts";

/** What an SMS to a number that ends so does, as Twilio's test numbers do (Twilio, Test Credentials). */
export const magicEndings: Record<string, { refuse?: string; end?: string; error?: string; delayMs?: number }> = {
  "0001": { refuse: "21211" },
  "0002": { end: "undelivered", error: "30003" },
  "0003": { end: "failed", error: "30005" },
  "0004": { refuse: "21610" },
  "0007": { end: "delivered", delayMs: 30_000 },
  "0009": { refuse: "21614" },
};

export type StandInSms = {
  sid: string;
  to: string;
  from: string;
  body: string;
  status: string;
  errorCode: string | null;
  createdAt: Date;
  callback: string | null;
};

/** For fault tests: what to do with one request to create a message. */
export type CarrierFault = "refuse_429" | "fail_500" | "hang" | "garbage" | "take_and_drop" | "take_and_500";

export type TwilioStandIn = {
  messages: StandInSms[];
  /** Requests that the description does not allow, in words. */
  faults: string[];
  /** Asked at each creation; null: behave. */
  misbehave: () => CarrierFault | null;
  /** Tells the state of a message as the carrier would, signed. */
  tell(sms: StandInSms, status: string, errorCode?: string | null): Promise<number>;
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  stop(): void;
};

const stepMs = 1_000;

/** Plays Twilio's Messages resource for demo and tests; knows no more of us than the carrier would. */
export function twilioStandIn(account: { accountSid: string; authToken: string }): TwilioStandIn {
  const timers = new Set<NodeJS.Timeout>();
  const standIn: TwilioStandIn = {
    messages: [],
    faults: [],
    misbehave: () => null,
    tell: (sms, status, errorCode = null) => tell(account.authToken, sms, status, errorCode),
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
    handle: async (request, response, url) => {
      if (!url.pathname.startsWith("/2010-04-01/")) return false;
      const form = await readForm(request);
      const query = Object.fromEntries(url.searchParams);
      const method = request.method === "POST" ? "post" : "get";
      const faults = requestFaults({ method, path: url.pathname, query, form });
      if (faults === null) return answer(response, 404, { code: 20404, message: "not found", status: 404 });
      const expected = `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString("base64")}`;
      if (request.headers.authorization !== expected) {
        return answer(response, 401, { code: 20003, message: "Authenticate", status: 401 });
      }
      if (faults.length > 0) {
        standIn.faults.push(...faults);
        return answer(response, 400, { code: 20001, message: faults.join("; "), status: 400 });
      }
      if (method === "post") return create(form, response);
      return show(url, response);
    },
  };

  function create(form: Record<string, string>, response: ServerResponse): boolean {
    const fault = standIn.misbehave();
    if (fault === "refuse_429")
      return answer(response, 429, { code: 20429, message: "Too Many Requests", status: 429 });
    if (fault === "fail_500") return answer(response, 500, { code: 20500, message: "Internal error", status: 500 });
    if (fault === "hang") return true;
    const magic = magicEndings[form.To?.slice(-4) ?? ""] ?? {};
    if (magic.refuse) {
      return answer(response, 400, { code: Number(magic.refuse), message: "The message was refused", status: 400 });
    }
    const sms = taken(form);
    standIn.messages.push(sms);
    if (fault === null) play(sms, magic);
    if (fault === "take_and_drop") {
      response.destroy();
      return true;
    }
    if (fault === "take_and_500") return answer(response, 500, { code: 20500, message: "Internal error", status: 500 });
    if (fault === "garbage") {
      response.writeHead(201, { "content-type": "text/html" }).end("<html>gateway</html>");
      return true;
    }
    return answer(response, 201, resource(account.accountSid, sms));
  }

  /** queued → sent → its end, each told by callback. */
  function play(
    sms: StandInSms,
    { end = "delivered", error = null, delayMs = 0 }: { end?: string; error?: string | null; delayMs?: number },
  ) {
    const later = (afterMs: number, status: string, code: string | null) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void standIn.tell(sms, status, code).catch(() => undefined);
      }, afterMs);
      timers.add(timer);
    };
    later(stepMs, "sent", null);
    later(2 * stepMs + delayMs, end, error);
  }

  function show(url: URL, response: ServerResponse): boolean {
    const sid = /Messages\/(\w+)\.json$/.exec(url.pathname)?.[1];
    if (sid) {
      const found = standIn.messages.find((sms) => sms.sid === sid);
      if (found) return answer(response, 200, resource(account.accountSid, found));
      return answer(response, 404, { code: 20404, message: "not found", status: 404 });
    }
    const to = url.searchParams.get("To");
    const found = standIn.messages.filter((sms) => to === null || sms.to === to).reverse();
    const messages = found.map((sms) => resource(account.accountSid, sms));
    return answer(response, 200, { messages, page: 0, page_size: 50, next_page_uri: null, uri: url.pathname });
  }

  return standIn;
}

function taken(form: Record<string, string>): StandInSms {
  return {
    sid: `SM${randomBytes(16).toString("hex")}`,
    ...{ to: form.To ?? "", from: form.From ?? "", body: form.Body ?? "", status: "queued", errorCode: null },
    ...{ createdAt: new Date(), callback: form.StatusCallback ?? null },
  };
}

async function tell(token: string, sms: StandInSms, status: string, errorCode: string | null): Promise<number> {
  sms.status = status;
  sms.errorCode = errorCode;
  if (!sms.callback) return 0;
  const params: Record<string, string> = { MessageSid: sms.sid, MessageStatus: status, To: sms.to };
  if (errorCode) params.ErrorCode = errorCode;
  const signature = twilio.getExpectedTwilioSignature(token, sms.callback, params);
  const response = await fetch(sms.callback, {
    method: "POST",
    headers: { "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(params),
  });
  return response.status;
}

function resource(accountSid: string, sms: StandInSms) {
  const date = sms.createdAt.toUTCString().replace("GMT", "+0000");
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sms.sid}.json`;
  return {
    ...{ sid: sms.sid, account_sid: accountSid, api_version: "2010-04-01", body: sms.body, to: sms.to, from: sms.from },
    ...{
      status: sms.status,
      direction: "outbound-api",
      num_media: "0",
      num_segments: String(smsLength(sms.body).segments),
    },
    ...{ date_created: date, date_updated: date, date_sent: sms.status === "queued" ? null : date, uri },
    ...{ error_code: sms.errorCode ? Number(sms.errorCode) : null, error_message: null, price: null, price_unit: null },
    ...{ messaging_service_sid: null, subresource_uris: {} },
  };
}

async function readForm(request: IncomingMessage): Promise<Record<string, string>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Object.fromEntries(
    Object.entries(parse(Buffer.concat(pieces).toString())).map(([name, value]) => [name, String(value)]),
  );
}

function answer(response: ServerResponse, status: number, body: unknown): boolean {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  return true;
}
