import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { CONTACT_REASONS, STATUSES } from "./case.ts";
import {
  caseEditBody,
  casePage,
  caseParams,
  caseView,
  fullCase,
  moveBody,
  offeredMoves,
  pageQuery,
} from "./case-schemas.ts";
import { childRoutes } from "./children/child-routes.ts";
import { editCase } from "./edit-case.ts";
import { workRoutes } from "./handling/work-routes.ts";
import { listLegalMoves } from "./moves/list-legal-moves.ts";
import { moveCase } from "./moves/move-case.ts";
import { openCase } from "./open-case.ts";
import { listCases, pageAfter } from "./visibility/case-read-store.ts";
import { showCase, viewCase } from "./visibility/show-case.ts";

/** Cases: reading, drafting, moving; with the doors of children and of second-level work (INTERFACE). */
export function caseRoutes(deps: { pool: Pool }): Route[] {
  return [...readRoutes(deps.pool), ...writeRoutes(deps.pool), ...childRoutes(deps.pool), ...workRoutes(deps.pool)];
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/cases",
        permission: "case.read",
        summary: "Visible cases, newest first; mine=to_complete: one's own drafts, oldest first",
        query: pageQuery.extend({
          mine: z.enum(["to_complete"]).optional(),
          status: z.enum(STATUSES).optional(),
          reason: z.enum(CONTACT_REASONS).optional(),
          agencyId: z.uuid().optional(),
          serviceId: z.uuid().optional(),
          citizenId: z.uuid().optional(),
          number: z.coerce.number().int().min(1).max(1e15).optional(),
          open: z.enum(["true", "false"]).optional(),
        }),
        response: casePage,
      },
      async ({ query, person }) => {
        const { mine, status, open, limit, cursor, ...filter } = query;
        return listCases(
          pool,
          person,
          {
            ...filter,
            toComplete: mine === "to_complete",
            statuses: status && [status],
            open: open === undefined ? undefined : open === "true",
          },
          { limit, after: pageAfter(cursor), order: mine ? "oldest" : "newest" },
        );
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id",
        permission: "case.read",
        summary: "A case with its family, history, contacts, notes and tasks",
        params: caseParams,
        response: fullCase,
      },
      ({ params, person }) => showCase(pool, person, params.id),
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/legal-moves",
        permission: "case.read",
        summary: "What may be done with the case now, each blocked choice with its rule",
        locks: true,
        params: caseParams,
        response: offeredMoves,
      },
      ({ params, person }) => listLegalMoves(pool, person, params.id),
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cases",
        permission: "case.write",
        summary: "A further case in the same contact",
        body: z.strictObject({ callId: z.uuid().nullable().optional(), sameContactAs: z.uuid().nullable().optional() }),
        response: caseView,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => viewCase(pool, person, await openCase(pool, person, body)),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/cases/:id",
        permission: "case.edit",
        summary: "Save what the form of the case says",
        params: caseParams,
        body: caseEditBody,
        response: caseView,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) =>
        viewCase(pool, person, await editCase(pool, person, params.id, ifMatch, body)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/moves",
        permission: "case.read",
        summary: "Move the case to another state",
        params: caseParams,
        body: moveBody,
        response: caseView,
        versioned: true,
      },
      // Anyone who sees the case may ask: the refusal then says which level may (REQ 4).
      async ({ params, body, person, ifMatch }) =>
        viewCase(pool, person, await moveCase(pool, person, params.id, ifMatch, body)),
    ),
  ];
}
