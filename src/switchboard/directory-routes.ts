import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { type Calendar, nextOpening, openingState } from "../ivr/hours/opening-hours.ts";
import { entryKinds, numberToTell, voicemailPolicies } from "./directory.ts";
import { searchEntries } from "./directory-search-store.ts";
import { calendarsOfEntries, type DirectoryEntry, listEntries, readEntry, subscribes } from "./directory-store.ts";
import { importDirectory } from "./import/import-directory.ts";

const entry = z.object({
  id: z.uuid(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  kind: z.enum(entryKinds),
  name: z.string(),
  role: z.string(),
  office: z.string(),
  /** To be told to the citizen; its own, or the office's when it is confidential. Null: none may be told. */
  number: z.string().nullable(),
  extension: z.string().nullable(),
  numberOf: z.enum(["entry", "office"]).nullable(),
  disclosable: z.boolean(),
  voicemailPolicy: z.enum(voicemailPolicies),
  /** Null: no hours are known. */
  hours: z
    .object({ state: z.enum(["open", "closed", "holiday"]), nextOpening: z.iso.datetime().nullable() })
    .nullable(),
  version: z.number().int(),
});

const report = z.object({
  dryRun: z.boolean(),
  applied: z.boolean(),
  rows: z.number().int(),
  counts: z.object({ rows: z.number().int(), created: z.number().int(), changed: z.number().int() }).nullable(),
  errors: z.array(z.object({ line: z.number().int(), column: z.string().nullable(), it: z.string() })),
  errorCount: z.number().int(),
});

type Deps = { pool: Pool; clock: Clock };

/** The switchboard's directory (REQ 7.1). A wrong entry is reported by POST /information-needs. */
export function directoryRoutes(deps: Deps): Route[] {
  return [...readRoutes(deps), importRoute(deps)];
}

function readRoutes({ pool, clock }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/directory",
        permission: "directory.read",
        summary: "Offices and employees by name, office or role, typing errors forgiven; without q all by name",
        query: z.object({
          q: z.string().max(200).default(""),
          agency: z.uuid().optional(),
          limit: z.coerce.number().int().min(1).max(100).default(20),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(entry), nextCursor: z.uuid().nullable() }),
      },
      async ({ query }) => {
        const agencyId = query.agency ?? null;
        if (agencyId !== null) await refuseNotSubscribed(pool, agencyId);
        const { limit } = query;
        const searching = query.q.trim() !== "";
        const found = searching
          ? await searchEntries(pool, { q: query.q, agencyId, limit })
          : await listEntries(pool, { agencyId, after: query.cursor ?? null, limit });
        const nextCursor = !searching && found.length === limit ? (found.at(-1)?.id ?? null) : null;
        return { items: await shown(pool, clock, found), nextCursor };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/directory/:id",
        permission: "directory.read",
        summary: "One entry of the directory",
        params: z.object({ id: z.uuid() }),
        response: entry,
      },
      async ({ params }) => {
        const found = await readEntry(pool, params.id);
        if (!found) throw new AppError("not_found", "There is no such directory entry");
        return (await shown(pool, clock, [found]))[0];
      },
    ),
  ];
}

function importRoute({ pool }: Deps): Route {
  return defineRoute(
    {
      method: "post",
      path: "/imports/directory",
      permission: "directory.edit",
      summary: "Import offices and employees from CSV; ?dryRun=1 only checks",
      query: z.object({ dryRun: z.enum(["0", "1"]).default("0") }),
      response: report,
      bodyKind: "stream",
      // The file's own limits bound it.
      endless: true,
    },
    async ({ query, person, web }) => {
      const done = await importDirectory(pool, person, web.request, query.dryRun === "1");
      if (done.dryRun || done.applied) return done;
      throw new AppError("rule_violated", "The file has errors, nothing was imported", {
        refusal: "import_errors",
        it: `Il file ha ${done.errorCount} errori: non è stato importato nulla.`,
        insteadIt: "Correggere le righe indicate e ripetere l'importazione.",
        extra: done,
      });
    },
  );
}

async function refuseNotSubscribed(pool: Pool, agencyId: string): Promise<void> {
  const subscribed = await subscribes(pool, agencyId);
  if (subscribed === null) throw new AppError("not_found", "There is no such agency", { it: "Ente inesistente." });
  if (subscribed) return;
  throw new AppError("rule_violated", "The agency does not subscribe to the switchboard", {
    rule: "REQ 7.1 (§8)",
    refusal: "agency_without_switchboard",
    it: "L'ente non aderisce al servizio di centralino: non ha una rubrica.",
    insteadIt: "Trattare la richiesta come informazione.",
  });
}

async function shown(pool: Pool, clock: Clock, entries: DirectoryEntry[]): Promise<z.input<typeof entry>[]> {
  const calendars = await calendarsOfEntries(pool, entries);
  const now = clock.now();
  // Equal weeks share a calendar: what holds now is found once for each.
  const hours = new Map([...calendars].map(([id, calendar]) => [id, hoursNow(calendar, now)]));
  return entries.map((found) => {
    const told = numberToTell(found);
    return {
      id: found.id,
      agencyId: found.agencyId,
      agencyName: found.agencyName,
      kind: found.kind,
      name: found.name,
      role: found.role,
      office: found.officeName,
      number: told?.e164 ?? null,
      extension: told?.extension ?? null,
      numberOf: told?.of ?? null,
      disclosable: found.disclosable,
      voicemailPolicy: found.voicemailPolicy,
      hours: hours.get(found.calendarId ?? "") ?? null,
      version: found.version,
    };
  });
}

function hoursNow(calendar: Calendar, now: Date): z.input<typeof entry>["hours"] {
  return { state: openingState(calendar, now), nextOpening: nextOpening(calendar, now)?.toISOString() ?? null };
}
