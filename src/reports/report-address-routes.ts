import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { writeAudit } from "../people/person-store.ts";
import { listReportAddresses, setReportAddress } from "./report-list-store.ts";
import { mayAskFor, reportSight } from "./report-sight.ts";

const address = z.object({
  agencyId: z.uuid(),
  agencyName: z.string(),
  email: z.string().nullable(),
  /** Who gets the reports as long as `email` is null. */
  referents: z.array(z.string()),
});

/** Where each agency gets its reports. */
export function reportAddressRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/report-addresses",
        permission: "report.make",
        summary: "Where the agencies of this person get their reports",
        response: z.object({ items: z.array(address), nextCursor: z.null() }),
      },
      async ({ person }) => ({ items: await listReportAddresses(pool, reportSight(person)), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "put",
        path: "/report-addresses/:agencyId",
        permission: "report.make",
        summary: "Set or clear (null) an agency's own address for reports",
        params: z.object({ agencyId: z.uuid() }),
        body: z.strictObject({ email: z.email().max(320).nullable() }),
        status: 204,
      },
      async ({ params, body, person }) => {
        const known = mayAskFor(person, params.agencyId) && (await setReportAddress(pool, params.agencyId, body.email));
        if (!known) throw new AppError("not_found", "There is no such agency", { it: "Ente inesistente." });
        await writeAudit(pool, {
          ...{ personId: person.id, actor: person.login, action: "report.address", subjectKind: "agency" },
          ...{ subjectId: params.agencyId, data: {} },
        });
      },
    ),
  ];
}
