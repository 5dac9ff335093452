import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { createWebhook, editWebhook, noSuchWebhook } from "./edit-webhook.ts";
import { WEBHOOK_KINDS } from "./webhook.ts";
import { insertTestDelivery, listWebhooks, retryWebhook, webhookLog } from "./webhook-store.ts";

const byId = z.object({ id: z.uuid() });
const time = z.iso.datetime();
const name = z.string().trim().min(1).max(120);
/** A password in the address would lie in every log on the way. */
const url = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => URL.canParse(text) && new URL(text).username === "" && new URL(text).password === "");
const kinds = z.array(z.enum(WEBHOOK_KINDS)).min(1).max(WEBHOOK_KINDS.length);

const webhook = z.object({
  id: z.uuid(),
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.enum(WEBHOOK_KINDS)),
  agencyId: z.uuid().nullable(),
  disabled: z.boolean(),
  version: z.int(),
});
const logLine = z.object({
  id: z.uuid(),
  kind: z.string(),
  payload: z.record(z.string(), z.unknown()),
  state: z.enum(["queued", "sending", "done", "dead"]),
  attempts: z.int(),
  createdAt: time,
  dueAt: time,
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  lastMs: z.int().nullable(),
  endedAt: time.nullable(),
});

/** Who is told of cases and calls, and the log of what was told. */
export function webhookRoutes({ pool }: { pool: Pool }): Route[] {
  return [...editRoutes(pool), ...logRoutes(pool)];
}

function editRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/webhooks",
        permission: "webhook.edit",
        summary: "The receivers, without their secrets",
        response: z.object({ items: z.array(webhook), nextCursor: z.null() }),
      },
      async () => ({ items: await listWebhooks(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/webhooks",
        permission: "webhook.edit",
        summary: "A new receiver; its secret is in this answer only",
        body: z.strictObject({ name, url, kinds, agencyId: z.uuid().nullable().default(null) }),
        response: webhook.extend({ secret: z.string() }),
        status: 201,
      },
      ({ body, person }) => createWebhook(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/webhooks/:id",
        permission: "webhook.edit",
        summary: "Change a receiver, switch it off or on",
        params: byId,
        body: z.strictObject({
          name: name.optional(),
          url: url.optional(),
          kinds: kinds.optional(),
          agencyId: z.uuid().nullable().optional(),
          disabled: z.boolean().optional(),
        }),
        response: webhook,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) => editWebhook(pool, person, params.id, ifMatch, body),
    ),
  ];
}

function logRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/webhooks/:id/deliveries",
        permission: "webhook.edit",
        summary: "What a receiver was told, newest first, and how it answered (30 days)",
        params: byId,
        query: z.object({
          state: z.enum(["queued", "sending", "done", "dead"]).optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(logLine), nextCursor: z.uuid().nullable() }),
      },
      ({ params, query: { state = null, cursor = null, limit } }) =>
        webhookLog(pool, params.id, { state, cursor, limit }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/webhooks/:id/test",
        permission: "webhook.edit",
        summary: "Send a receiver an event of kind `test`",
        params: byId,
        response: logLine,
        status: 202,
      },
      async ({ params }) => {
        const line = await insertTestDelivery(pool, params.id);
        if (!line) throw noSuchWebhook();
        return line;
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/webhooks/:id/deliveries/:deliveryId/retry",
        permission: "webhook.edit",
        summary: "Try a dead or waiting delivery again at once",
        params: z.object({ id: z.uuid(), deliveryId: z.uuid() }),
        response: logLine,
        status: 202,
      },
      async ({ params }) => {
        const line = await retryWebhook(pool, params.id, params.deliveryId);
        if (line) return line;
        throw new AppError("wrong_state", "There is no such delivery, or it arrived", {
          it: "La consegna non esiste oppure è già riuscita.",
        });
      },
    ),
  ];
}
