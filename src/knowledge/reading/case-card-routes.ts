import { z } from "zod";
import { caseView } from "../../cases/case-schemas.ts";
import { viewCase } from "../../cases/visibility/show-case.ts";
import { visibleCase } from "../../cases/visibility/visible-case.ts";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { card } from "../cards/card-schemas.ts";
import { viewCard } from "../cards/show-card.ts";
import { cardsOfCase } from "./case-card-store.ts";
import { cardAsRead, chooseCard, readCardInCase } from "./choose-card.ts";

const byId = z.object({ id: z.uuid() });
const cardChoice = z.strictObject({ cardId: z.uuid() });
const caseCard = z.object({
  cardId: z.uuid(),
  version: z.int(),
  code: z.string(),
  title: z.string(),
  chosen: z.boolean(),
  at: z.iso.datetime(),
  personName: z.string().nullable(),
  outdated: z.boolean(),
});

/** Which version of which card was read in a case (REQ 10). */
export function caseCardRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/cards",
        permission: "case.write",
        summary: "Choose the card that answers: it sets the triple of the draft and its version is kept",
        params: byId,
        body: cardChoice,
        response: caseView,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) =>
        viewCase(pool, person, await chooseCard(pool, person, params.id, ifMatch, body.cardId)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/card-readings",
        permission: "case.read",
        summary: "Open a card while working on a case: its version is kept",
        params: byId,
        body: cardChoice,
        response: card,
      },
      async ({ params, body, person }) => viewCard(person, await readCardInCase(pool, person, params.id, body.cardId)),
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/cards",
        permission: "case.read",
        summary: "The cards that were read in a case, with their versions",
        params: byId,
        response: z.object({ items: z.array(caseCard), nextCursor: z.null() }),
      },
      async ({ params, person }) => {
        await visibleCase(pool, person, params.id);
        return { items: await cardsOfCase(pool, params.id), nextCursor: null };
      },
    ),
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/cards/:cardId/:version",
        permission: "case.read",
        summary: "A card as it was when it was read in this case",
        params: byId.extend({ cardId: z.uuid(), version: z.coerce.number().int().min(1).max(1e6) }),
        response: card,
      },
      async ({ params, person }) =>
        viewCard(person, await cardAsRead(pool, person, params.id, params.cardId, params.version)),
    ),
  ];
}
