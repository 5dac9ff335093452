import { z } from "zod";
import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import { writeAudit } from "../people/person-store.ts";
import { consentVersionName, consentWords } from "./consent-text.ts";
import { insertConsentText, listConsentTexts } from "./consent-text-store.ts";

const words = z.string().trim().min(consentWords.min).max(consentWords.max);
const consentText = z.object({
  version: z.string(),
  textIt: z.string(),
  textEn: z.string(),
  validFrom: z.iso.datetime(),
  madeBy: z.string().nullable(),
  current: z.boolean(),
  consents: z.int(),
});

/** What operators read out before an SMS (REQ 5.2): versions that are only added, and who is asked from when on. */
export function consentTextRoutes({ pool, clock }: { pool: Pool; clock: Clock }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/consent-texts",
        permission: "settings.edit",
        summary: "The versions of the text that asks for consent, newest first, and how many consents each has",
        response: z.object({ items: z.array(consentText), nextCursor: z.null() }),
      },
      async () => ({ items: await listConsentTexts(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/consent-texts",
        permission: "settings.edit",
        summary: "A new version of the text, read out from validFrom on (now when left out)",
        body: z.strictObject({
          version: z.string().regex(consentVersionName),
          textIt: words,
          textEn: words,
          validFrom: z.iso.datetime({ offset: true }).optional(),
        }),
        status: 201,
      },
      ({ body, person }) =>
        inTransaction(pool, async (client) => {
          const now = clock.now();
          const validFrom = body.validFrom ? new Date(body.validFrom) : now;
          // A text that was never read out must not stand beneath consents of the past.
          if (validFrom < now) throw pastText();
          if (!(await insertConsentText(client, { ...body, validFrom, madeById: person.id }))) {
            throw new AppError("duplicate", "There is a version of this name", {
              it: "Questa versione esiste già: scegliere un altro nome.",
            });
          }
          await writeAudit(client, {
            ...{ personId: person.id, actor: person.login, action: "consent_text.add" },
            ...{ subjectKind: "consent_text", subjectId: body.version, data: { validFrom } },
          });
        }),
    ),
  ];
}

function pastText(): AppError {
  return new AppError("invalid_form", "A text is valid from now or later", {
    it: "Il testo può valere da adesso in poi, non dal passato.",
    extra: { errors: [{ path: "validFrom", code: "range", it: "è nel passato" }] },
  });
}
