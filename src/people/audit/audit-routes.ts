import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { writeAudit } from "../person-store.ts";
import { chainEnd } from "./audit-chain-store.ts";
import type { AuditPlace } from "./audit-line.ts";
import { listAudit } from "./audit-store.ts";

const time = z.iso.datetime({ offset: true });
const line = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  personId: z.uuid().nullable(),
  personName: z.string().nullable(),
  actor: z.string(),
  action: z.string(),
  subjectKind: z.string().nullable(),
  subjectId: z.string().nullable(),
  caseNumber: z.int().nullable(),
  data: z.record(z.string(), z.unknown()),
});

/** Who read and did what (REQ 12, GDPR art. 5.2); reading the log leaves a line itself. */
export function auditRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/audit",
        permission: "audit.read",
        summary: "The audit log, newest first: by person, citizen record, case, kind of thing, action and time",
        query: z.object({
          personId: z.uuid().optional(),
          citizenId: z.uuid().optional(),
          caseId: z.uuid().optional(),
          subjectKind: z
            .string()
            .regex(/^[a-z_]{1,40}$/)
            .optional(),
          action: z
            .string()
            .regex(/^[a-z_0-9.]{1,60}\*?$/)
            .optional(),
          from: time.optional(),
          to: time.optional(),
          cursor: z.string().max(120).optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
        }),
        response: z.object({ items: z.array(line), nextCursor: z.string().nullable() }),
      },
      async ({ query: { cursor, limit, ...filter }, person }) => {
        const after = placeOf(cursor);
        const rows = await listAudit(pool, filter, { limit: limit + 1, after });
        // One line for a reading, not one a page of it.
        if (!after) {
          const { personId, caseId, citizenId, ...rest } = filter;
          await writeAudit(pool, {
            ...{ personId: person.id, actor: person.login, action: "audit.read" },
            data: { ...rest, ofPerson: personId, ofCitizen: citizenId, ofCase: caseId },
          });
        }
        const last = rows.length > limit ? rows[limit - 1] : undefined;
        return {
          items: rows.slice(0, limit).map(({ place: _, ...one }) => one),
          nextCursor: last ? Buffer.from(JSON.stringify([last.place, last.id])).toString("base64url") : null,
        };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/audit/link",
        permission: "audit.read",
        summary: "The newest link of the log's chain of hashes, to be written down elsewhere; null: nothing is sealed",
        response: z.object({ seq: z.int().nullable(), hash: z.string().nullable() }),
      },
      async () => (await chainEnd(pool)) ?? { seq: null, hash: null },
    ),
  ];
}

const cursorForm = /^\["(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)",(\d{1,15})\]$/;

function placeOf(cursor: string | undefined): AuditPlace | null {
  if (cursor === undefined) return null;
  const match = cursorForm.exec(Buffer.from(cursor, "base64url").toString("utf8"));
  if (match) return { at: match[1]!, id: Number(match[2]) };
  throw new AppError("invalid_form", "The cursor is none of this list", {
    extra: { errors: [{ path: "cursor", code: "format", it: "formato non valido" }] },
  });
}
