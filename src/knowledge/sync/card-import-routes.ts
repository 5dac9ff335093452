import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { applyCardImport, discardCardImport, visibleImport } from "./apply-card-import.ts";
import { listImportRows } from "./card-import-store.ts";
import { readDelivery } from "./read-delivery.ts";
import { stageCardImport } from "./stage-card-import.ts";

const byId = z.object({ id: z.uuid() });
const cardImport = z.object({
  id: z.uuid(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  source: z.enum(["json", "csv"]),
  state: z.enum(["staged", "applied", "discarded"]),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  personName: z.string(),
  counts: z.object({ new: z.int(), changed: z.int(), same: z.int() }),
});
const change = z.object({
  place: z.int(),
  externalId: z.string(),
  cardId: z.uuid().nullable(),
  kind: z.enum(["new", "changed"]),
  content: z.looseObject({ title: z.string() }),
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
});

/** Deliveries of agencies that keep their knowledge elsewhere: by API or file, looked at before they go live. */
export function cardImportRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/card-imports",
        permission: "card.edit",
        summary: "Deliver cards as JSON {cards: […]} or CSV (the body); nothing goes live before it is applied",
        query: z.object({ agency: z.uuid() }),
        response: cardImport,
        status: 201,
        bodyKind: "stream",
      },
      async ({ query, person, web }) => stageCardImport(pool, person, query.agency, await readDelivery(web.request)),
    ),
    defineRoute(
      {
        method: "get",
        path: "/card-imports/:id",
        permission: "card.edit",
        summary: "What a delivery would change, or has changed",
        params: byId,
        query: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.coerce.number().int().min(0).optional(),
        }),
        response: cardImport.extend({ items: z.array(change), nextCursor: z.string().nullable() }),
      },
      async ({ params, query, person }) => {
        const found = await visibleImport(pool, person, params.id);
        const rows = await listImportRows(pool, params.id, query.cursor ?? -1, query.limit);
        const items = rows.map(({ cardVersion: _version, serviceId: _serviceId, ...row }) => row);
        const last = items.at(-1);
        return { ...found, items, nextCursor: items.length === query.limit && last ? String(last.place) : null };
      },
    ),
    defineRoute(
      {
        method: "post",
        path: "/card-imports/:id/apply",
        permission: "card.edit",
        summary: "Make a delivery live: its new cards and versions are published",
        params: byId,
        response: cardImport,
      },
      ({ params, person }) => applyCardImport(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/card-imports/:id",
        permission: "card.edit",
        summary: "Discard a delivery",
        params: byId,
        response: cardImport,
      },
      ({ params, person }) => discardCardImport(pool, person, params.id),
    ),
  ];
}
