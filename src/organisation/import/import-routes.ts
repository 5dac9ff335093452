import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { importOrganisation } from "./import-organisation.ts";

const counts = z.object({ rows: z.number().int(), created: z.number().int(), changed: z.number().int() });
const report = z.object({
  dryRun: z.boolean(),
  applied: z.boolean(),
  rows: z.number().int(),
  counts: z.object({ agency: counts, department: counts, office: counts, service: counts }).nullable(),
  errors: z.array(z.object({ line: z.number().int(), column: z.string().nullable(), it: z.string() })),
  errorCount: z.number().int(),
});

/** The file is the body itself (text/csv); a dry run always answers 200 with its report. */
export function importRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/imports/organisation",
        permission: "organisation.import",
        summary: "Import agencies, departments, offices and services from CSV; ?dryRun=1 only checks",
        query: z.object({ dryRun: z.enum(["0", "1"]).default("0") }),
        response: report,
        bodyKind: "stream",
        // A hundred thousand rows take longer than a page waits; the file's own limits bound it.
        endless: true,
      },
      async ({ query, person, web }) => {
        const done = await importOrganisation(pool, person, web.request, query.dryRun === "1");
        if (done.dryRun || done.applied) return done;
        throw new AppError("rule_violated", "The file has errors, nothing was imported", {
          refusal: "import_errors",
          it: `Il file ha ${done.errorCount} errori: non è stato importato nulla.`,
          insteadIt: "Correggere le righe indicate e ripetere l'importazione.",
          extra: done,
        });
      },
    ),
  ];
}
