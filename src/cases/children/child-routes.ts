import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { NOTICE_CONTENTS } from "../case.ts";
import { caseParams, caseView } from "../case-schemas.ts";
import { viewCase } from "../visibility/show-case.ts";
import { createChildCase } from "./create-child-case.ts";
import { decideCancelRequest } from "./decide-cancel-request.ts";

const text = z.string().max(20_000);

const childBody = z.strictObject({
  reason: z.enum(["reminder", "update_notice", "case_status"]),
  draftId: z.uuid().nullable().optional(),
  callId: z.uuid().nullable().optional(),
  request: text.nullable().optional(),
  answer: text.nullable().optional(),
  content: z.enum(NOTICE_CONTENTS).nullable().optional(),
  identity: z
    .strictObject({
      firstName: z.string().max(80),
      lastName: z.string().max(80),
      phone: z.string().max(40).nullable().optional(),
      email: z.string().max(320).nullable().optional(),
      caseNumber: z.int().min(1).nullable().optional(),
    })
    .nullable()
    .optional(),
  citizenData: z
    .strictObject({
      firstName: z.string().max(80).optional(),
      lastName: z.string().max(80).optional(),
      contacts: z
        .array(z.strictObject({ kind: z.enum(["phone", "email", "address"]), value: z.string().min(1).max(320) }))
        .max(10)
        .optional(),
    })
    .nullable()
    .optional(),
  complete: z.boolean().optional(),
});

/** Reminder, update notice and case status hang under a parent; the owner answers a cancel request (REQ 2). */
export function childRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/children",
        permission: "case.child",
        summary: "A reminder, update notice or case status under this case",
        params: caseParams,
        body: childBody,
        response: caseView,
        status: 201,
        idempotent: true,
      },
      async ({ params, body, person }) => viewCase(pool, person, await createChildCase(pool, person, params.id, body)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/cancel-request",
        permission: "case.move",
        summary: "Grant or refuse the citizen's wish to drop the case",
        params: caseParams,
        body: z.strictObject({
          decision: z.enum(["granted", "refused"]),
          note: z.string().max(2_000).nullable().optional(),
        }),
        response: caseView,
        versioned: true,
      },
      async ({ params, body, person, ifMatch }) =>
        viewCase(pool, person, await decideCancelRequest(pool, person, params.id, ifMatch, body)),
    ),
  ];
}
