import { z } from "zod";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { writeAudit } from "../people/person-store.ts";
import { exportOfCitizens } from "./citizen-export-store.ts";
import { consentTextRoutes } from "./consent-text-routes.ts";
import { eraseCitizen } from "./erase-citizen.ts";
import { lockCitizenGroup } from "./erasure-store.ts";
import { RETENTION_KINDS, RETENTION_REASONS } from "./retention.ts";
import { changeRule, listRules } from "./retention-store.ts";

const byId = z.object({ id: z.uuid() });
const rule = z.object({
  kind: z.enum(RETENTION_KINDS),
  reason: z.enum(RETENTION_REASONS).nullable(),
  keepDays: z.int(),
  version: z.int(),
});

/** Rights of the person concerned (GDPR art. 15, 17, 20) and how long things are kept (REQ 12). */
export function privacyRoutes({ pool, clock }: { pool: Pool; clock: Clock }): Route[] {
  return [...citizenRightRoutes(pool), ...retentionRoutes(pool), ...consentTextRoutes({ pool, clock })];
}

function citizenRightRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/citizens/:id/export",
        permission: "citizen.rights",
        summary: "Everything that is kept of a citizen, for the citizen",
        params: byId,
      },
      ({ params, person }) =>
        inTransaction(pool, async (client) => {
          const ids = await lockCitizenGroup(client, params.id);
          const found = ids.length > 0 ? await exportOfCitizens(client, ids) : null;
          if (!found) throw new AppError("not_found", "There is no such citizen record");
          await writeAudit(client, {
            ...{ personId: person.id, actor: person.login, action: "citizen.export" },
            ...{ subjectKind: "citizen", subjectId: params.id },
          });
          return found;
        }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/citizens/:id/erasure",
        permission: "citizen.rights",
        summary: "Erase a citizen: the record and what names them in closed cases; counts stay",
        params: byId,
        body: z.strictObject({ ground: z.enum(["request", "consent_withdrawn", "unlawful"]) }),
        response: z.object({ records: z.int(), cases: z.int() }),
      },
      ({ params, body, person }) => eraseCitizen(pool, person, params.id, body.ground),
    ),
  ];
}

function retentionRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/retention-rules",
        permission: "settings.edit",
        summary: "How long things are kept, by kind and contact reason",
        response: z.object({ items: z.array(rule), nextCursor: z.null() }),
      },
      async () => ({ items: await listRules(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "put",
        path: "/retention-rules",
        permission: "settings.edit",
        summary: "Change how long one kind is kept",
        body: z.strictObject({
          kind: rule.shape.kind,
          reason: rule.shape.reason.default(null),
          keepDays: z.int().min(1).max(36_500),
        }),
        versioned: true,
      },
      ({ body, person, ifMatch }) =>
        inTransaction(pool, async (client) => {
          if (!(await changeRule(client, { ...body, version: ifMatch }))) {
            throw new AppError("stale_version", "The rule was changed meanwhile, or there is none");
          }
          await writeAudit(client, {
            ...{ personId: person.id, actor: person.login, action: "retention.change" },
            ...{ subjectKind: "retention_rule", subjectId: `${body.kind}/${body.reason ?? ""}`, data: body },
          });
        }),
    ),
  ];
}
