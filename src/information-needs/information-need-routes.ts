import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import type { SignedInPerson } from "../people/person.ts";
import { NEED_STATES, NEED_SUBJECTS, nextNeedStates } from "./information-need.ts";
import { historyOfNeed, type InformationNeed, listNeeds, readNeed } from "./information-need-store.ts";
import { moveNeed, noSuchNeed, partiesOf } from "./move-need.ts";
import { reportNeed } from "./report-need.ts";

const byId = z.object({ id: z.uuid() });
const time = z.iso.datetime();
const need = z.object({
  id: z.uuid(),
  number: z.int(),
  state: z.enum(NEED_STATES),
  about: z.enum(NEED_SUBJECTS),
  cardId: z.uuid().nullable(),
  cardVersion: z.int().nullable(),
  cardTitle: z.string().nullable(),
  directoryEntryId: z.uuid().nullable(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  serviceId: z.uuid().nullable(),
  serviceName: z.string().nullable(),
  caseId: z.uuid().nullable(),
  caseNumber: z.int().nullable(),
  text: z.string(),
  reportedById: z.uuid().nullable(),
  reportedBy: z.string().nullable(),
  reportedAt: time,
  verifiedAt: time.nullable(),
  refuseReason: z.string().nullable(),
  mergedInto: z.object({ id: z.uuid(), number: z.int() }).nullable(),
  closedAt: time.nullable(),
  changeNote: z.string().nullable(),
  changedCardId: z.uuid().nullable(),
  changedCardVersion: z.int().nullable(),
  version: z.int(),
  /** What this person may do with it next. */
  next: z.array(z.enum(NEED_STATES)),
});
const historyRow = z.object({
  seq: z.int(),
  at: time,
  actor: z.string(),
  personName: z.string().nullable(),
  fromState: z.string().nullable(),
  toState: z.string(),
  note: z.string().nullable(),
});

const text = z.string().trim().min(1).max(2000);
const reported = { caseId: z.uuid(), text };
const reportBody = z.discriminatedUnion("about", [
  z.strictObject({ about: z.literal("card"), cardId: z.uuid(), ...reported }),
  z.strictObject({ about: z.literal("directory_entry"), entryId: z.uuid(), ...reported }),
  z.strictObject({
    about: z.literal("missing"),
    serviceId: z.uuid().optional(),
    agencyId: z.uuid().optional(),
    ...reported,
  }),
]);

/** Information needs: operator, knowledge editor, agency, and back to the operator (REQ 8). */
export function informationNeedRoutes({ pool }: { pool: Pool }): Route[] {
  return [...readRoutes(pool), ...writeRoutes(pool)];
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/information-needs",
        permission: "need.read",
        summary: "Needs by role: one's own, those to verify, those that the agency must answer; newest first",
        query: z.object({
          state: z.enum(NEED_STATES).optional(),
          open: z.enum(["true"]).optional(),
          mine: z.enum(["true"]).optional(),
          agency: z.uuid().optional(),
          service: z.uuid().optional(),
          case: z.uuid().optional(),
          limit: z.coerce.number().int().min(1).max(100).default(50),
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(need), nextCursor: z.string().nullable() }),
      },
      async ({ query, person }) => {
        const open = query.open ? (["draft", "reported", "accepted"] as const) : undefined;
        const rows = await listNeeds(
          pool,
          person,
          {
            states: query.state ? [query.state] : open,
            agencyId: query.agency,
            serviceId: query.service,
            caseId: query.case,
            mine: query.mine === "true",
          },
          query.limit + 1,
          query.cursor ?? null,
        );
        const items = rows.slice(0, query.limit).map((one) => viewNeed(person, one));
        return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/information-needs/:id",
        permission: "need.read",
        summary: "One need with its history",
        params: byId,
        response: need.extend({ history: z.array(historyRow) }),
      },
      async ({ params, person }) => {
        const found = await readNeed(pool, person, params.id);
        if (!found) throw noSuchNeed();
        return { ...viewNeed(person, found), history: await historyOfNeed(pool, params.id) };
      },
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/information-needs",
        permission: "need.open",
        summary: "Report what a card or a directory entry lacks, or that knowledge is missing",
        body: reportBody,
        response: need,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => viewNeed(person, await reportNeed(pool, person, body)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/information-needs/:id/moves",
        permission: "need.read",
        summary: "Report or drop a draft; accept, refuse or merge (editor); report the change (referent)",
        params: byId,
        body: z.strictObject({
          to: z.enum(NEED_STATES),
          text: text.optional(),
          note: z.string().trim().max(1000).optional(),
          mergeIntoId: z.uuid().optional(),
          cardId: z.uuid().optional(),
        }),
        response: need,
        versioned: true,
      },
      // Anyone who sees the need may ask: the refusal then says whose turn it is (REQ 8).
      async ({ params, body, person, ifMatch }) =>
        viewNeed(person, await moveNeed(pool, person, params.id, ifMatch, body)),
    ),
  ];
}

function viewNeed(person: SignedInPerson, one: InformationNeed) {
  return { ...one, next: nextNeedStates(one.state, partiesOf(person, one)) };
}
