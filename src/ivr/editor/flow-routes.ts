import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { flowDocument } from "../flow.ts";
import { listFlows, listFlowVersions, readFlow, readFlowVersion } from "../ivr-store.ts";
import { publishFlow } from "./publish-flow.ts";
import { switchEmergency } from "./switch-emergency.ts";

const byId = z.object({ id: z.uuid() });
const limit = z.coerce.number().int().min(1).max(100).default(50);

const summary = z.object({ id: z.uuid(), name: z.string(), version: z.number(), numbers: z.array(z.string()) });
const flow = summary.extend({ document: flowDocument });
const version = z.object({
  version: z.number(),
  createdAt: z.iso.datetime(),
  createdBy: z.object({ id: z.uuid(), displayName: z.string() }).nullable(),
});

/** Flows and the emergency switches (REQ 1.1). */
export function flowRoutes({ pool }: { pool: Pool }): Route[] {
  return [...publishedFlowRoutes(pool), ...flowVersionRoutes(pool), emergencyRoute(pool)];
}

function publishedFlowRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/ivr-flows",
        permission: "flow.read",
        summary: "The flows that callers hear, with their numbers",
        query: z.object({ limit, cursor: z.uuid().optional() }),
        response: z.object({ items: z.array(summary), nextCursor: z.string().nullable() }),
      },
      async ({ query }) => {
        const items = await listFlows(pool, query.limit, query.cursor ?? null);
        return { items, nextCursor: items.length === query.limit ? (items.at(-1)?.id ?? null) : null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/ivr-flows/:id",
        permission: "flow.read",
        summary: "One flow with the document that is live",
        params: byId,
        response: flow,
      },
      async ({ params }) => (await readFlow(pool, params.id)) ?? notThere(),
    ),
    defineRoute(
      {
        method: "put",
        path: "/ivr-flows/:id",
        permission: "flow.edit",
        summary: "Publishes a document as the flow's next version, live for the next call",
        params: byId,
        body: z.strictObject({ document: flowDocument }),
        response: flow,
        versioned: true,
      },
      ({ params, body, ifMatch, person }) =>
        publishFlow(pool, { id: params.id, version: ifMatch, document: body.document }, person),
    ),
  ];
}

function flowVersionRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/ivr-flows/:id/versions",
        permission: "flow.read",
        summary: "Who published which version when, newest first",
        params: byId,
        query: z.object({ limit, cursor: z.coerce.number().int().min(1).optional() }),
        response: z.object({ items: z.array(version), nextCursor: z.string().nullable() }),
      },
      async ({ params, query }) => {
        const items = await listFlowVersions(pool, params.id, query.limit, query.cursor ?? null);
        if (items.length === 0 && query.cursor === undefined) return notThere();
        const last = items.at(-1);
        return { items, nextCursor: items.length === query.limit && last ? String(last.version) : null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/ivr-flows/:id/versions/:version",
        permission: "flow.read",
        summary: "The document of one version, to look at or to publish again",
        params: byId.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647) }),
        response: z.object({ document: flowDocument }),
      },
      async ({ params }) => ({ document: (await readFlowVersion(pool, params.id, params.version)) ?? notThere() }),
    ),
  ];
}

function emergencyRoute(pool: Pool): Route {
  return defineRoute(
    {
      method: "put",
      path: "/agencies/:id/emergency",
      permission: "emergency.edit",
      summary: "Turns an agency's emergency announcement on or off",
      params: byId,
      body: z.strictObject({
        on: z.boolean(),
        /** Null = the general announcement. */
        prompt: z
          .string()
          .regex(/^[a-z0-9-]{1,64}$/)
          .nullable()
          .default(null),
      }),
      response: z.object({
        id: z.uuid(),
        emergencyOn: z.boolean(),
        emergencyPrompt: z.string().nullable(),
        version: z.number(),
      }),
    },
    ({ params, body, person }) => switchEmergency(pool, { agencyId: params.id, ...body }, person),
  );
}

function notThere(): never {
  throw new AppError("not_found", "There is no such flow");
}
