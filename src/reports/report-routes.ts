import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { answered, defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { writeAudit } from "../people/person-store.ts";
import { askReport } from "./ask-report.ts";
import { requeueDelivery } from "./delivery/report-delivery-store.ts";
import { FORMATS, REPORT_KINDS, REPORT_STATES, RHYTHMS } from "./report.ts";
import { reportAddressRoutes } from "./report-address-routes.ts";
import { listDeliveries, listFiles, listReports, readFile, readFileContent, readReport } from "./report-list-store.ts";
import { reportScheduleRoutes } from "./report-schedule-routes.ts";
import { reportSight } from "./report-sight.ts";
import { definitions } from "./report-texts.ts";

const time = z.iso.datetime();
const localDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const byId = z.object({ id: z.uuid() });

const reportLine = z.object({
  id: z.uuid(),
  kind: z.enum(REPORT_KINDS),
  agencyId: z.uuid().nullable(),
  agencyName: z.string().nullable(),
  origin: z.enum(["schedule", "person"]),
  rhythm: z.enum(RHYTHMS).nullable(),
  firstDay: localDay,
  lastDay: localDay,
  state: z.enum(REPORT_STATES),
  error: z.string().nullable(),
  requestedAt: time,
  madeAt: time.nullable(),
  madeMs: z.int().nullable(),
  askedBy: z.string().nullable(),
  totals: z.record(z.string(), z.number()).nullable(),
  reconciled: z.boolean().nullable(),
});
const reconciliation = z.object({ what: z.string(), reported: z.int(), counted: z.int() });
const file = z.object({
  id: z.uuid(),
  officeId: z.uuid().nullable(),
  officeName: z.string().nullable(),
  format: z.enum(FORMATS),
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
});
const delivery = z.object({
  id: z.uuid(),
  recipient: z.enum(["office", "agency", "centre"]),
  officeName: z.string().nullable(),
  toAddress: z.string().nullable(),
  state: z.enum(["queued", "sending", "sent", "undelivered", "failed", "unknown", "no_address"]),
  attempts: z.int(),
  errorCode: z.string().nullable(),
  errorDetail: z.string().nullable(),
  messageId: z.string().nullable(),
  receipt: z.string().nullable(),
  sentFiles: z.array(z.string()).nullable(),
  sentAt: time.nullable(),
  endedAt: time.nullable(),
});
const definition = z.object({ title: z.string(), lines: z.array(z.string()) });
const whole = reportLine.extend({
  reconciliation: z.array(reconciliation).nullable(),
  definition: z.object({ it: definition, en: definition }),
  files: z.array(file),
  deliveries: z.array(delivery),
});

type Deps = { pool: Pool; clock: Clock };

/** Reports (REQ 11): what was made, by whom it was got, and one more on demand. */
export function reportRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), ...makeRoutes(deps), ...reportAddressRoutes(deps), ...reportScheduleRoutes(deps)];
}

function readRoutes({ pool }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/reports",
        permission: "report.read",
        summary: "The reports that this person sees, newest first",
        query: z.object({
          kind: z.enum(REPORT_KINDS).optional(),
          agency: z.uuid().optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(reportLine), nextCursor: z.uuid().nullable() }),
      },
      ({ query, person }) => {
        const { kind = null, agency: agencyId = null, cursor = null, limit } = query;
        return listReports(pool, reportSight(person), { kind, agencyId, cursor, limit });
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/reports/:id",
        permission: "report.read",
        summary: "One report: definition, reconciliation, files, proof of delivery",
        params: byId,
        response: whole,
      },
      async ({ params, person }) => {
        const sight = reportSight(person);
        const report = await readReport(pool, sight, params.id);
        if (!report) throw noSuchReport();
        const files = await listFiles(pool, sight, report.id);
        const deliveries = await listDeliveries(pool, sight, report.id);
        return { ...report, definition: definitions[report.kind], files, deliveries };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/reports/:id/files/:fileId",
        permission: "report.read",
        summary: "A report's file (CSV, XLSX or PDF); each download is in the audit log",
        params: z.object({ id: z.uuid(), fileId: z.uuid() }),
      },
      async ({ params, person, web }) => {
        const found = await readFile(pool, reportSight(person), params.id, params.fileId);
        if (!found) throw noSuchReport();
        const content = await readFileContent(pool, found.id);
        await writeAudit(pool, {
          ...{ personId: person.id, actor: person.login, action: "report.download", subjectKind: "report" },
          ...{ subjectId: params.id, data: { file: found.name, sha256: found.sha256 } },
        });
        web.response
          .status(200)
          .setHeader("Content-Type", found.mediaType)
          .setHeader("Content-Disposition", `attachment; filename="${found.name}"`)
          .setHeader("X-Content-Type-Options", "nosniff")
          .end(content);
        return answered;
      },
    ),
  ];
}

function makeRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    defineRoute(
      {
        method: "post",
        path: "/reports",
        permission: "report.make",
        summary: "Ask for a report on any days (Europe/Rome, both included); without agency: the whole centre",
        body: z.strictObject({
          kind: z.enum(REPORT_KINDS),
          agencyId: z.uuid().nullable().default(null),
          firstDay: localDay,
          lastDay: localDay,
        }),
        response: reportLine.extend({ reconciliation: z.array(reconciliation).nullable() }),
        status: 202,
        idempotent: true,
      },
      ({ body, person }) => askReport(deps, person, body),
    ),
    defineRoute(
      {
        method: "post",
        path: "/reports/:id/deliveries/:deliveryId/resend",
        permission: "report.make",
        summary: "Send a report's mail again that failed, came back, had no address, or whose outcome is unknown",
        params: z.object({ id: z.uuid(), deliveryId: z.uuid() }),
        status: 202,
        response: z.object({ items: z.array(delivery) }),
      },
      async ({ params, person }) => {
        const sight = reportSight(person);
        const lines = await listDeliveries(pool, sight, params.id);
        if (!lines.some(({ id }) => id === params.deliveryId)) throw noSuchReport();
        if (!(await requeueDelivery(pool, params.id, params.deliveryId))) {
          throw new AppError("wrong_state", "The mail is on its way, was sent, or still has no address", {
            it: "La spedizione è in corso, è già riuscita, oppure manca ancora l'indirizzo.",
          });
        }
        return { items: await listDeliveries(pool, sight, params.id) };
      },
    ),
  ];
}

function noSuchReport(): AppError {
  return new AppError("not_found", "There is no such report", { it: "Rapporto inesistente." });
}
