import { z } from "zod";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { writeAudit } from "../people/person-store.ts";
import { REPORT_KINDS, RHYTHMS } from "./report.ts";
import { periodFrom } from "./report-period.ts";
import { listSchedules, type ScheduleLine, writeSchedule } from "./report-schedule-store.ts";

const kind = z.enum(REPORT_KINDS);
const rhythm = z.enum(RHYTHMS);
const line = z.object({
  kind,
  rhythm,
  enabled: z.boolean(),
  /** The next report's days, and when it will be made; null while it is off. */
  firstDay: z.string().nullable(),
  lastDay: z.string().nullable(),
  dueAt: z.iso.datetime().nullable(),
  /** 0: never switched on. */
  version: z.int(),
});

/** Which reports are made by themselves, and when the next one is due (REQ 11). */
export function reportScheduleRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/report-schedules",
        permission: "report.schedule",
        summary: "Every report and rhythm, on or off, with the next due moment",
        response: z.object({ items: z.array(line), nextCursor: z.null() }),
      },
      async () => ({ items: everyLine(await listSchedules(pool)), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "put",
        path: "/report-schedules/:kind/:rhythm",
        permission: "report.schedule",
        summary: "Switch a rhythm of a report on or off; version 0 for one that never was on",
        params: z.object({ kind, rhythm }),
        body: z.strictObject({ enabled: z.boolean() }),
        response: line,
        versioned: true,
      },
      ({ params, body, ifMatch, person }) =>
        inTransaction(pool, async (client) => {
          const changed = await writeSchedule(client, { ...params, enabled: body.enabled, version: ifMatch });
          if (!changed) {
            throw new AppError("stale_version", "The schedule was changed meanwhile", {
              it: "Il calendario è stato modificato nel frattempo: ricarichi e riprovi.",
            });
          }
          await writeAudit(client, {
            ...{ personId: person.id, actor: person.login, action: "report.schedule", subjectKind: "report_schedule" },
            ...{ subjectId: `${params.kind}/${params.rhythm}`, data: body },
          });
          return shown(changed);
        }),
    ),
  ];
}

/** Also the rhythms that nobody has switched on yet. */
function everyLine(lines: readonly ScheduleLine[]) {
  return REPORT_KINDS.flatMap((one) =>
    RHYTHMS.map((beat) => {
      const found = lines.find((each) => each.kind === one && each.rhythm === beat);
      const never = { kind: one, rhythm: beat, enabled: false, firstDay: null, lastDay: null, dueAt: null, version: 0 };
      return found ? shown(found) : never;
    }),
  );
}

function shown({ kind: one, rhythm: beat, nextDay, enabled, version }: ScheduleLine) {
  const next = enabled ? periodFrom(nextDay, beat) : null;
  return {
    ...{ kind: one, rhythm: beat, enabled, version },
    ...{ firstDay: next?.firstDay ?? null, lastDay: next?.lastDay ?? null, dueAt: next?.dueAt ?? null },
  };
}
