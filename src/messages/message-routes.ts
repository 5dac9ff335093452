import { z } from "zod";
import { readCase } from "../cases/case-store.ts";
import { visibleCase } from "../cases/visibility/visible-case.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import type { Logger } from "../log.ts";
import { bounceRoutes } from "./bounces/bounce-routes.ts";
import { composeEmail } from "./email/compose-email.ts";
import { resendEmail } from "./email/resend-email.ts";
import { sendEmail } from "./email/send-email.ts";
import { ADDRESS_SOURCES, EMAIL_PARTS, MESSAGE_KINDS, SENDING_STATES, SMS_TEXTS } from "./message.ts";
import { refuseMessage } from "./message-errors.ts";
import { messageOptions } from "./message-options.ts";
import type { MessageSettings } from "./message-settings.ts";
import { type MessageView, messagesOfCase } from "./message-store.ts";
import { listDeadLetters } from "./outbox/outbox-store.ts";
import { sendSms } from "./sms/send-sms.ts";
import { smsErrorText } from "./sms/sms-error-texts.ts";
import { statusRoute } from "./sms/status-route.ts";

export type MessageDeps = { pool: Pool; settings: MessageSettings; log: Logger };

const time = z.iso.datetime();
const caseParams = z.object({ id: z.uuid() });
const parts = z.array(z.enum(EMAIL_PARTS)).max(EMAIL_PARTS.length);
const documents = z.array(z.uuid()).max(20);
const address = z.strictObject({ source: z.enum(ADDRESS_SOURCES), address: z.string().min(1).max(400) });

const sendingView = z.object({
  id: z.uuid(),
  try: z.int(),
  toAddress: z.string(),
  addressSource: z.string(),
  state: z.enum(SENDING_STATES),
  errorCode: z.string().nullable(),
  errorDetail: z.string().nullable(),
  /** What the code means, in Italian; SMS only. */
  errorIt: z.string().nullable(),
  personName: z.string(),
  createdAt: z.string(),
  sentAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
const message = z.looseObject({
  id: z.uuid(),
  kind: z.enum(MESSAGE_KINDS),
  caseId: z.uuid(),
  state: z.enum(SENDING_STATES),
  sendings: z.int(),
  /** Null: it may be sent again (REQ 6.5). */
  resendRefused: z.string().nullable(),
  list: z.array(sendingView),
});

/** What is sent to citizens and what came of it (REQ 5, 6). */
export function messageRoutes(deps: MessageDeps): Route[] {
  return [...caseMessageRoutes(deps), ...sendRoutes(deps), ...bounceRoutes(deps.pool), statusRoute(deps)];
}

function caseMessageRoutes({ pool, settings }: MessageDeps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/messages",
        permission: "message.read",
        summary: "SMS and e-mails of a case with each of their sendings",
        params: caseParams,
        response: z.object({ items: z.array(message), nextCursor: z.null() }),
      },
      async ({ params, person }) => {
        await visibleCase(pool, person, params.id);
        return { items: (await messagesOfCase(pool, params.id)).map(shown), nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/message-options",
        permission: "message.read",
        summary: "What may be sent on the case now, with the reason where not",
        params: caseParams,
      },
      ({ params, person }) => messageOptions(pool, settings, person, params.id),
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/email-preview",
        permission: "message.email",
        summary: "The e-mail as it would leave",
        params: caseParams,
        query: z.object({ templateId: z.uuid(), parts: list(parts), documents: list(documents) }),
        response: z.object({
          subject: z.string(),
          body: z.string(),
          documents: z.array(z.looseObject({ id: z.uuid(), name: z.string(), sizeBytes: z.int() })),
        }),
      },
      async ({ params, query, person }) => {
        await visibleCase(pool, person, params.id);
        const composed = await composeEmail(pool, (await readCase(pool, params.id))!, query);
        return { subject: composed.subject, body: composed.body, documents: composed.documents };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/messages/dead-letters",
        permission: "message.dead",
        summary: "What was given up or whose outcome is unknown, newest first",
        query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
        response: z.object({
          items: z.array(z.looseObject({ sendingId: z.uuid(), deadAt: time })),
          nextCursor: z.null(),
        }),
      },
      async ({ query }) => ({ items: await listDeadLetters(pool, query.limit), nextCursor: null }),
    ),
  ];
}

function sendRoutes({ pool, settings }: MessageDeps): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/sms",
        permission: "message.sms",
        summary: "Send one of the card's two texts to the mobile number that the citizen told",
        params: caseParams,
        body: z.strictObject({
          text: z.enum(SMS_TEXTS),
          number: z.string().min(1).max(40),
          consent: z.strictObject({ textVersion: z.string().min(1).max(20) }),
        }),
        response: message,
        status: 201,
        idempotent: true,
      },
      async ({ params, body, person }) => {
        if (!settings.sms) throw refuseMessage("sms_not_set_up");
        return shown(await sendSms(pool, person, params.id, body));
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/emails",
        permission: "message.email",
        summary: "Answer by e-mail and close the case with it",
        params: caseParams,
        body: z.strictObject({
          templateId: z.uuid(),
          parts: parts.default([]),
          documents: documents.default([]),
          to: address,
        }),
        response: message,
        status: 201,
        idempotent: true,
      },
      async ({ params, body, person }) => {
        if (!settings.mail) throw refuseMessage("email_not_set_up");
        return shown(await sendEmail(pool, person, params.id, body));
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/messages/:id/resend",
        permission: "message.email",
        summary: "Send the same e-mail again, three times at most",
        params: caseParams,
        body: z.strictObject({ to: address.nullable().default(null) }).optional(),
        response: message,
        status: 201,
        idempotent: true,
      },
      async ({ params, body, person }) => {
        if (!settings.mail) throw refuseMessage("email_not_set_up");
        return shown(await resendEmail(pool, person, params.id, body?.to ?? null));
      },
    ),
  ];
}

/** In a query a list is one text with commas. */
function list<Item extends string>(items: z.ZodType<Item[], Item[]>) {
  return z
    .string()
    .max(2_000)
    .default("")
    .transform((text) => text.split(",").filter(Boolean) as Item[])
    .pipe(items);
}

function shown(view: MessageView) {
  const resendRefused = view.kind === "sms" ? "resend_only_email" : view.sendings >= 3 ? "sendings_exhausted" : null;
  return {
    ...view,
    resendRefused,
    list: view.list.map((one) => ({
      ...one,
      errorIt: view.kind === "sms" ? smsErrorText(one.errorCode) : null,
    })),
  };
}
