import { z } from "zod";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import { SERVICE_LEVEL_SECONDS } from "../reports/report.ts";
import {
  highestTarget,
  meetsTarget,
  shareOfEnded,
  unitOf,
  WALLBOARD_FIGURES,
  type WallboardFigure,
} from "./wallboard.ts";
import {
  type Now,
  readHalfHours,
  readNow,
  readReasons,
  readTargets,
  type Target,
  writeTarget,
} from "./wallboard-store.ts";

const figureName = z.enum(WALLBOARD_FIGURES);
const figure = z.object({
  figure: figureName,
  unit: z.enum(["count", "seconds", "percent"]),
  value: z.number().nullable(),
  target: z.int(),
  meets: z.boolean().nullable(),
  version: z.int(),
});
const board = z.object({
  at: z.iso.datetime(),
  serviceLevelSeconds: z.int(),
  waitingSince: z.iso.datetime().nullable(),
  talking: z.int(),
  items: z.array(figure),
  nextCursor: z.null(),
});
const counts = { answered: z.int(), abandoned: z.int(), otherEnds: z.int(), inTime: z.int() };
const halfHour = z.object({
  from: z.iso.datetime(),
  ...counts,
  /** Percent of the calls that ended or were answered; null without any. */
  serviceLevel: z.number().nullable(),
  meanWait: z.number().nullable(),
  longestWait: z.number().nullable(),
});
const reasonCount = z.object({
  agencyId: z.uuid().nullable(),
  agencyName: z.string().nullable(),
  reason: z.string().nullable(),
  cases: z.int(),
});

/** Figures of the moment with their targets, and the day in pictures; counted as the reports count (REQ 11). */
export function wallboardRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/wallboard",
        permission: "queue.watch",
        summary: "Six figures of the moment and of today, each with its target",
        response: board,
        // Not in the background: a board on the wall is in use, up to the session's absolute limit.
      },
      async () => boardOf(await readNow(pool), await readTargets(pool)),
    ),
    defineRoute(
      {
        method: "get",
        path: "/wallboard/day",
        permission: "queue.watch",
        summary: "Today by half hours (waits, service level), and the reasons of today's cases by agency",
        response: z.object({
          serviceLevelSeconds: z.int(),
          halfHours: z.array(halfHour),
          reasons: z.array(reasonCount),
        }),
        background: true,
      },
      async () => ({
        serviceLevelSeconds: SERVICE_LEVEL_SECONDS,
        halfHours: (await readHalfHours(pool)).map((one) => ({ ...one, serviceLevel: shareOfEnded(one.inTime, one) })),
        reasons: await readReasons(pool),
      }),
    ),
    targetRoute(pool),
  ];
}

function targetRoute(pool: Pool): Route {
  return defineRoute(
    {
      method: "put",
      path: "/wallboard/targets/:figure",
      permission: "queue.edit",
      summary: "Change what is aimed at for one figure",
      params: z.object({ figure: figureName }),
      body: z.strictObject({ target: z.int().min(0).max(100_000) }),
      response: z.object({ figure: figureName, target: z.int(), version: z.int() }),
      versioned: true,
    },
    ({ params, body, ifMatch, person }) =>
      changeTarget(pool, person, { figure: params.figure, target: body.target, version: ifMatch }),
  );
}

async function changeTarget(pool: Pool, person: SignedInPerson, wish: Target): Promise<Target> {
  const most = highestTarget(wish.figure);
  if (wish.target > most) {
    const it = `L'obiettivo può essere al massimo ${most}.`;
    throw new AppError("invalid_form", "The target is beyond what the figure can be", {
      ...{ it, extra: { errors: [{ path: "target", code: "too_big", it }] } },
    });
  }
  return inTransaction(pool, async (client) => {
    const changed = await writeTarget(client, wish);
    if (!changed) {
      throw new AppError("stale_version", "The target was changed meanwhile", {
        it: "L'obiettivo è stato modificato nel frattempo: ricarichi e riprovi.",
      });
    }
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "wallboard.target", subjectKind: "wallboard_target" },
      ...{ subjectId: wish.figure, data: { target: wish.target } },
    });
    return changed;
  });
}

function boardOf(now: Now, targets: readonly Target[]) {
  const { at, waitingSince, talking } = now;
  const longest = waitingSince ? Math.max(0, Math.round((at.getTime() - waitingSince.getTime()) / 1_000)) : 0;
  const values: Record<WallboardFigure, number | null> = {
    waiting: now.waiting,
    longest_wait: longest,
    service_level: shareOfEnded(now.inTime, now),
    abandoned: shareOfEnded(now.abandoned, now),
    available: now.available,
    to_complete: now.toComplete,
  };
  const items = WALLBOARD_FIGURES.flatMap((name) => {
    const aim = targets.find(({ figure }) => figure === name);
    if (!aim) return [];
    const { target, version } = aim;
    const value = values[name];
    return [{ figure: name, unit: unitOf(name), value, target, meets: meetsTarget(name, value, target), version }];
  });
  return { at, serviceLevelSeconds: SERVICE_LEVEL_SECONDS, waitingSince, talking, items, nextCursor: null };
}
