import { z } from "zod";
import { defineRoute, type Route } from "../../desk/route.ts";
import { verdicts } from "./availability.ts";
import { officeAnswers } from "./availability-store.ts";
import { type AvailabilityDeps, checkAvailability, lookAtOffice, lookAtService } from "./check-availability.ts";

const byId = z.object({ id: z.uuid() });
const time = z.iso.datetime().nullable();
const said = { verdict: z.enum(verdicts), since: time, until: time, it: z.string(), en: z.string() };
const availability = z.object({
  officeId: z.uuid(),
  officeName: z.string(),
  agencyId: z.uuid(),
  ...said,
  personId: z.uuid().nullable(),
  people: z.array(z.object({ personId: z.uuid(), name: z.string(), ...said })),
  lastAnswers: z.array(
    z.object({ outcome: z.enum(officeAnswers), personName: z.string().nullable(), at: z.iso.datetime() }),
  ),
  alternative: z
    .object({
      kind: z.enum(["try_again", "assign", "declare_unresolvable"]),
      at: time,
      it: z.string(),
      en: z.string(),
    })
    .nullable(),
});
const checkBody = z.strictObject({
  officeId: z.uuid().optional(),
  serviceId: z.uuid().optional(),
  /** Only this person of the office. */
  personId: z.uuid().optional(),
  /** A further case of the call; default is the one the call opened. */
  caseId: z.uuid().optional(),
});

/** Is the second level there (REQ 3.3): to look, and to check for a transfer. */
export function availabilityRoutes(deps: AvailabilityDeps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/offices/:id/availability",
        permission: "transfer.make",
        summary: "Whether an office, or one person of it, can take a call now; nothing is stored",
        params: byId,
        query: z.object({ person: z.uuid().optional() }),
        response: availability,
      },
      ({ params, query }) =>
        lookAtOffice(deps, { officeId: params.id, personId: query.person, acceptsInformation: null }),
    ),
    defineRoute(
      {
        method: "get",
        path: "/services/:id/availability",
        permission: "transfer.make",
        summary: "The office of a service with its verdict and the best alternative",
        params: byId,
        response: z.object({ items: z.array(availability), nextCursor: z.null() }),
      },
      async ({ params }) => ({ items: await lookAtService(deps, params.id), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/calls/:id/availability-checks",
        permission: "transfer.make",
        summary: "The check that a transfer names for 60 seconds; stored and logged on the case",
        params: byId,
        body: checkBody,
        response: availability.extend({
          id: z.uuid(),
          caseId: z.uuid(),
          usable: z.boolean(),
          madeAt: z.iso.datetime(),
          expiresAt: z.iso.datetime(),
        }),
        status: 201,
        idempotent: true,
      },
      ({ params, body, person }) => checkAvailability(deps, person, params.id, body),
    ),
  ];
}
