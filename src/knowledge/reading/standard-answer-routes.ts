import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { ANSWER_REASONS } from "../cards/card.ts";
import { changeGeneralAnswer } from "./change-general-answer.ts";
import { listGeneralAnswers } from "./standard-answer-store.ts";

const answer = z.object({
  reason: z.enum(ANSWER_REASONS),
  language: z.enum(["it", "en"]),
  text: z.string(),
  version: z.int(),
});

/** The general answers of the contact centre (REQ 2); its own office, the knowledge editors, writes them. */
export function standardAnswerRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/standard-answers",
        permission: "card.read",
        summary: "The general text for each reason, said where the card has none of its own",
        response: z.object({ items: z.array(answer), nextCursor: z.null() }),
      },
      async () => ({ items: await listGeneralAnswers(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "put",
        path: "/standard-answers/:reason/:language",
        permission: "card.edit",
        summary: "Change a general text (knowledge editor)",
        params: z.object({ reason: z.enum(ANSWER_REASONS), language: z.enum(["it", "en"]) }),
        body: z.strictObject({ text: z.string().trim().min(1).max(2000) }),
        response: answer,
        versioned: true,
      },
      ({ params, body, person, ifMatch }) =>
        changeGeneralAnswer(pool, person, { ...params, text: body.text, version: ifMatch }),
    ),
  ];
}
