import { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../people/person.ts";
import { refuseOutOfScope } from "./cards/card.ts";
import { card, cardBody, cardChanges, cardParams, cardVersion, editableCard, foundCard } from "./cards/card-schemas.ts";
import { publishCard, withdrawCard } from "./cards/publish-card.ts";
import { createCard, editCard } from "./cards/save-card.ts";
import { listEditableCards, showCard, showVersions, viewCard } from "./cards/show-card.ts";
import { documentRoutes } from "./documents/document-routes.ts";
import { caseCardRoutes } from "./reading/case-card-routes.ts";
import { standardAnswerRoutes } from "./reading/standard-answer-routes.ts";
import { listEmptySearches } from "./search/card-search-store.ts";
import { searchCards } from "./search/search-cards.ts";
import { cardImportRoutes } from "./sync/card-import-routes.ts";

const limit = z.coerce.number().int().min(1).max(100).default(50);
const dayMs = 86_400_000;

/** Knowledge (REQ 10): cards, their search, documents, what cases read, general answers, agencies' deliveries. */
export function cardRoutes({ pool, clock }: { pool: Pool; clock: Clock }): Route[] {
  return [
    ...searchRoutes(pool, clock),
    ...readRoutes(pool),
    ...writeRoutes(pool),
    ...documentRoutes(pool),
    ...caseCardRoutes(pool),
    ...standardAnswerRoutes(pool),
    ...cardImportRoutes(pool),
  ];
}

function searchRoutes(pool: Pool, clock: Clock): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/cards",
        permission: "card.read",
        summary: "Search the published cards; forms and beginnings of words, accents and typing errors are forgiven",
        query: z.object({
          q: z.string().max(400).default(""),
          agency: z.uuid().optional(),
          service: z.uuid().optional(),
          limit: limit.default(20),
        }),
        response: z.object({
          items: z.array(foundCard),
          nextCursor: z.null(),
          match: z.enum(["code", "all", "alike", "part", "nothing", "list"]),
        }),
      },
      async ({ query, person }) => {
        const { q, agency, service, limit: most } = query;
        const found = await searchCards(pool, person, { q, agencyId: agency, serviceId: service, limit: most });
        return { ...found, nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/card-searches",
        permission: "card.edit",
        summary: "What was searched in vain, most often first (missing knowledge)",
        query: z.object({
          days: z.coerce.number().int().min(1).max(180).default(30),
          agency: z.uuid().optional(),
          limit,
        }),
        response: z.object({
          items: z.array(
            z.object({
              text: z.string(),
              found: z.enum(["nothing", "part"]),
              times: z.int(),
              lastAt: z.iso.datetime(),
            }),
          ),
          nextCursor: z.null(),
        }),
      },
      async ({ query, person }) => {
        const since = new Date(clock.now().getTime() - query.days * dayMs);
        const agencies = searchedAgencies(person, query.agency);
        return { items: await listEmptySearches(pool, since, agencies, query.limit), nextCursor: null };
      },
    ),
  ];
}

/** Editors look at all agencies, referents at theirs (REQ 12). @throws role_missing for an agency of somebody else */
function searchedAgencies(person: SignedInPerson, asked: string | undefined): string[] | null {
  if (hasRole(person, "knowledge_editor")) return asked === undefined ? null : [asked];
  if (asked !== undefined) {
    refuseOutOfScope(hasRoleIn(person, asked, "agency_referent"));
    return [asked];
  }
  return person.roles.flatMap(({ role, agencyId }) => (role === "agency_referent" && agencyId ? [agencyId] : []));
}

function readRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/cards/drafts",
        permission: "card.edit",
        summary: "The cards that this person may write, with drafts and withdrawn ones, newest first",
        query: z.object({
          q: z.string().max(200).optional(),
          agency: z.uuid().optional(),
          service: z.uuid().optional(),
          owner: z.uuid().optional(),
          state: z.enum(["draft", "published", "changed", "withdrawn"]).optional(),
          expiringDays: z.coerce.number().int().min(0).max(3660).optional(),
          limit,
          cursor: z.uuid().optional(),
        }),
        response: z.object({ items: z.array(editableCard), nextCursor: z.string().nullable() }),
      },
      ({ query, person }) =>
        listEditableCards(
          pool,
          person,
          {
            agencyId: query.agency,
            serviceId: query.service,
            ownerId: query.owner,
            state: query.state,
            expiringDays: query.expiringDays,
            text: query.q?.trim() || undefined,
          },
          { limit: query.limit, after: query.cursor ?? null },
        ),
    ),
    defineRoute(
      {
        method: "get",
        path: "/cards/:id",
        permission: "card.read",
        summary: "The published card; version=latest or a number for those who may write it",
        params: cardParams,
        query: z.object({
          version: z.union([z.literal("latest"), z.coerce.number().int().min(1).max(1e6)]).optional(),
        }),
        response: card,
      },
      ({ params, query, person }) => showCard(pool, person, params.id, query.version ?? "published"),
    ),
    defineRoute(
      {
        method: "get",
        path: "/cards/:id/versions",
        permission: "card.read",
        summary: "Who wrote and published which version when, newest first",
        params: cardParams,
        query: z.object({ limit, cursor: z.coerce.number().int().min(1).optional() }),
        response: z.object({ items: z.array(cardVersion), nextCursor: z.string().nullable() }),
      },
      async ({ params, query, person }) => {
        const items = await showVersions(pool, person, params.id, { limit: query.limit, before: query.cursor ?? null });
        const last = items.at(-1);
        return { items, nextCursor: items.length === query.limit && last ? String(last.version) : null };
      },
    ),
  ];
}

function writeRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cards",
        permission: "card.edit",
        summary: "A new card, as a draft",
        body: cardBody,
        response: card,
        status: 201,
        idempotent: true,
      },
      async ({ body, person }) => viewCard(person, await createCard(pool, person, body)),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/cards/:id",
        permission: "card.edit",
        summary: "Write the next version of a card, as a draft beside the published one",
        params: cardParams,
        body: cardChanges,
        response: card,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) =>
        viewCard(person, await editCard(pool, person, params.id, ifMatch, body)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cards/:id/publish",
        permission: "card.edit",
        summary: "Make the newest version the one that operators read",
        params: cardParams,
        response: card,
        versioned: true,
      },
      async ({ params, person, ifMatch }) => viewCard(person, await publishCard(pool, person, params.id, ifMatch)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cards/:id/withdraw",
        permission: "card.edit",
        summary: "Take the card out of the operators' sight",
        params: cardParams,
        response: card,
        versioned: true,
      },
      async ({ params, person, ifMatch }) => viewCard(person, await withdrawCard(pool, person, params.id, ifMatch)),
    ),
  ];
}
