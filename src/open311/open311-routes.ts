import type { Request, Response } from "express";
import { rateLimit } from "express-rate-limit";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { answered, defineRoute, type Route } from "../desk/route.ts";
import { definitionXml, errorsOf, type Records, requestsOf, servicesOf, toXml } from "./open311-format.ts";
import { listOpen311Requests, listOpen311Services, type RequestFilter } from "./open311-store.ts";

const formats = ["json", "xml"] as const;
type Format = (typeof formats)[number];

const base = "/open311/v2";
const longestDays = 90;
const dayMs = 86_400_000;
const perMinute = 120;

const jurisdiction = z.string().max(100).optional();
const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => new Date(text));
const requestQuery = z.object({
  jurisdiction_id: jurisdiction,
  service_request_id: z.string().max(2000).optional(),
  service_code: z.string().max(2000).optional(),
  start_date: moment.optional(),
  end_date: moment.optional(),
  status: z.string().max(20).optional(),
  page: z.coerce.number().int().min(1).max(1000).default(1),
  page_size: z.coerce.number().int().min(1).max(1000).default(1000),
});
const serviceQuery = z.object({ jurisdiction_id: jurisdiction });

type Query = z.output<typeof requestQuery>;
type Web = { request: Request; response: Response };

/**
 * Open311 GeoReport v2, reading only: which issue reports (Segnalazioni) went to which office, for other systems of
 * the agencies and for anybody (wiki.open311.org/GeoReport_v2). No personal data: see the store.
 */
export function open311Routes({ pool, clock }: { pool: Pool; clock: Pick<Clock, "now"> }): Route[] {
  const limiter = rateLimit({
    ...{ windowMs: 60_000, limit: perMinute, standardHeaders: "draft-8", legacyHeaders: false },
    handler: (request, response) =>
      send(response, request.path.endsWith(".xml") ? "xml" : "json", errorsOf(429, "Too many requests"), 429),
  });
  /** Answers over the limit itself; false then. */
  const allowed = async ({ request, response }: Web): Promise<boolean> => {
    await new Promise<void>((resolve) => {
      response.once("finish", resolve);
      void limiter(request, response, () => resolve());
    });
    return !response.headersSent;
  };
  return formats.flatMap((format) => [
    ...serviceRoutes(pool, format, allowed),
    ...requestRoutes(pool, clock, format, allowed),
  ]);
}

type Allowed = (web: Web) => Promise<boolean>;

function serviceRoutes(pool: Pool, format: Format, allowed: Allowed): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: `${base}/services.${format}`,
        permission: "public",
        summary: "Open311 GeoReport v2: the services that issues are reported about",
        query: serviceQuery,
      },
      async ({ query, web }) => {
        if (!(await allowed(web))) return answered;
        const services = await listOpen311Services(pool, query.jurisdiction_id ?? null);
        return send(web.response, format, servicesOf(services));
      },
    ),
    defineRoute(
      {
        method: "get",
        path: `${base}/services/:code.${format}`,
        permission: "public",
        summary: "Open311 GeoReport v2: a service's attributes (there are none)",
        params: z.object({ code: z.string().max(100) }),
        query: serviceQuery,
      },
      async ({ params, query, web }) => {
        if (!(await allowed(web))) return answered;
        const services = await listOpen311Services(pool, query.jurisdiction_id ?? null);
        const found = services.some(({ code }) => code === params.code);
        if (!found) return send(web.response, format, errorsOf(404, "No such service_code"), 404);
        const definition = { service_code: params.code, attributes: [] };
        if (format === "json") web.response.status(200).json(definition);
        else web.response.status(200).type("text/xml").send(definitionXml(params.code));
        return answered;
      },
    ),
  ];
}

function requestRoutes(pool: Pool, clock: Pick<Clock, "now">, format: Format, allowed: Allowed): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: `${base}/requests.${format}`,
        permission: "public",
        summary: "Open311 GeoReport v2: issue reports of at most 90 days, newest first, without personal data",
        query: requestQuery,
      },
      async ({ query, web }) => {
        if (!(await allowed(web))) return answered;
        const numbers = query.service_request_id === undefined ? null : numbersIn(query.service_request_id);
        const statuses = query.status?.split(",").map((one) => one.trim()) ?? ["closed"];
        // All that is shown is closed.
        const none = !statuses.includes("closed");
        const requests = none ? [] : await listOpen311Requests(pool, filterOf(query, numbers, clock.now()));
        return send(web.response, format, requestsOf(requests));
      },
    ),
    defineRoute(
      {
        method: "get",
        path: `${base}/requests/:id.${format}`,
        permission: "public",
        summary: "Open311 GeoReport v2: one issue report by its case number",
        params: z.object({ id: z.string().max(20) }),
        query: serviceQuery,
      },
      async ({ params, query, web }) => {
        if (!(await allowed(web))) return answered;
        const filter = { serviceCodes: null, from: null, to: null, limit: 1, offset: 0 };
        const numbers = numbersIn(params.id);
        const wanted = { ...filter, numbers, jurisdiction: query.jurisdiction_id ?? null };
        const requests = await listOpen311Requests(pool, wanted);
        if (requests.length > 0) return send(web.response, format, requestsOf(requests));
        return send(web.response, format, errorsOf(404, "No such service_request_id"), 404);
      },
    ),
  ];
}

/** As the standard says: asked for by number, nothing else counts; else a span of at most 90 days. */
function filterOf(query: Query, numbers: number[] | null, now: Date): RequestFilter {
  const latest = query.start_date ? new Date(query.start_date.getTime() + longestDays * dayMs) : now;
  const to = query.end_date ?? latest;
  const earliest = new Date(to.getTime() - longestDays * dayMs);
  const from = query.start_date && query.start_date > earliest ? query.start_date : earliest;
  return {
    numbers,
    serviceCodes: numbers === null ? (query.service_code?.split(",").map((code) => code.trim()) ?? null) : null,
    from: numbers === null ? from : null,
    to: numbers === null ? to : null,
    jurisdiction: query.jurisdiction_id ?? null,
    limit: query.page_size,
    offset: (query.page - 1) * query.page_size,
  };
}

/** What is no case number finds nothing. */
function numbersIn(text: string): number[] {
  return text.split(",").flatMap((one) => (/^\s*\d{1,15}\s*$/.test(one) ? [Number(one)] : []));
}

function send(response: Response, format: Format, records: Records, status = 200): typeof answered {
  response.status(status);
  if (format === "json") response.json(records.records);
  else response.type("text/xml").send(toXml(records));
  return answered;
}
