import { z } from "zod";
import type { Pool } from "../../database/pool.ts";
import { defineRoute, type Route } from "../../desk/route.ts";
import { CONTACT_REASONS, STATUSES } from "../case.ts";
import { casePage, caseParams, caseView, pageQuery } from "../case-schemas.ts";
import { viewCase } from "../visibility/show-case.ts";
import { addNote } from "./add-note.ts";
import { ATTEMPT_OUTCOMES } from "./attempt-store.ts";
import { claimCaseTask, releaseCaseTask } from "./claim-task.ts";
import { dismissSpecialist, inviteSpecialist, listSpecialists } from "./invite-specialist.ts";
import { linkCall } from "./link-call.ts";
import { logContactAttempt } from "./log-contact-attempt.ts";
import { showInbox } from "./show-inbox.ts";
import { takeCharge } from "./take-charge.ts";
import { liveTasks } from "./task-store.ts";

const time = z.iso.datetime();
const specialist = z.object({ id: z.uuid(), name: z.string() });
const task = z.looseObject({ id: z.uuid(), caseId: z.uuid(), kind: z.string(), state: z.string() });
const taskParams = z.object({ id: z.uuid(), taskId: z.uuid() });

/** What second level and contact back do with a case besides moving it (REQ 3.6-3.8, 4). */
export function workRoutes(pool: Pool): Route[] {
  return [
    ...inboxRoutes(pool),
    ...caseWorkRoutes(pool),
    contactRoute(pool),
    ...specialistRoutes(pool),
    ...taskRoutes(pool),
  ];
}

function inboxRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/inbox",
        permission: "inbox.read",
        summary: "Open cases of one's offices, of the rejects desk or that one was invited to, oldest first",
        query: pageQuery.extend({
          officeId: z.uuid().optional(),
          status: z.enum(STATUSES).optional(),
          reason: z.enum(CONTACT_REASONS).optional(),
          serviceId: z.uuid().optional(),
          taken: z.enum(["me", "nobody", "others"]).optional(),
          q: z.string().max(200).optional(),
        }),
        response: casePage,
      },
      ({ query, person }) => showInbox(pool, person, query),
    ),
  ];
}

function caseWorkRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/take-charge",
        permission: "case.take_charge",
        summary: "Accept the case for one's office or the rejects desk",
        params: caseParams,
        response: caseView,
      },
      async ({ params, person }) => viewCase(pool, person, await takeCharge(pool, person, params.id)),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/notes",
        permission: "case.note",
        summary: "Add a note",
        params: caseParams,
        body: z.strictObject({ text: z.string().trim().min(1).max(20_000) }),
        response: z.object({ id: z.uuid(), at: time, kind: z.string(), text: z.string() }),
        status: 201,
      },
      ({ params, body, person }) => addNote(pool, person, params.id, body.text),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/attempts",
        permission: "case.attempt",
        summary: "Log a try to reach the citizen",
        params: caseParams,
        body: z.strictObject({
          outcome: z.enum(ATTEMPT_OUTCOMES),
          channel: z.enum(["phone", "email", "sms"]).default("phone"),
          note: z.string().max(2_000).nullable().default(null),
          nextAttemptAt: time
            .transform((at) => new Date(at))
            .nullable()
            .default(null),
        }),
        response: z.looseObject({ id: z.uuid(), at: time, outcome: z.enum(ATTEMPT_OUTCOMES), version: z.int() }),
        status: 201,
      },
      ({ params, body, person }) => logContactAttempt(pool, person, params.id, { ...body, callId: null }),
    ),
  ];
}

function contactRoute(pool: Pool): Route {
  return defineRoute(
    {
      method: "post",
      path: "/cases/:id/contacts",
      permission: "case.write",
      summary: "The citizen of the present call (or of callId) rings about this case, whose answer waits to be told",
      params: caseParams,
      body: z.strictObject({ callId: z.uuid().nullable().default(null) }),
      response: caseView,
      status: 201,
    },
    async ({ params, body, person }) => viewCase(pool, person, await linkCall(pool, person, params.id, body.callId)),
  );
}

function specialistRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/cases/:id/specialists",
        permission: "case.specialist",
        summary: "Specialists of the case's agency who may be invited",
        params: caseParams,
        response: z.object({ items: z.array(specialist), nextCursor: z.null() }),
      },
      async ({ params, person }) => ({ items: await listSpecialists(pool, person, params.id), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/specialists",
        permission: "case.specialist",
        summary: "Let a specialist of the same agency read the case and add notes",
        params: caseParams,
        body: z.strictObject({ personId: z.uuid() }),
        response: z.object({ specialists: z.array(specialist) }),
        status: 201,
      },
      ({ params, body, person }) => inviteSpecialist(pool, person, params.id, body.personId),
    ),
    defineRoute(
      {
        method: "delete",
        path: "/cases/:id/specialists/:personId",
        permission: "case.specialist",
        summary: "End an invitation",
        params: z.object({ id: z.uuid(), personId: z.uuid() }),
        status: 204,
      },
      ({ params, person }) => dismissSpecialist(pool, person, params.id, params.personId),
    ),
  ];
}

function taskRoutes(pool: Pool): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/tasks",
        permission: "operator.work",
        summary: "Live tasks of the first level, oldest first",
        query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
        response: z.object({ items: z.array(task), nextCursor: z.null() }),
      },
      async ({ query }) => ({ items: await liveTasks(pool, query.limit), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/tasks/:taskId/claim",
        permission: "operator.work",
        summary: "Take a task that popped up; one operator wins",
        params: taskParams,
        response: task,
      },
      ({ params, person }) => claimCaseTask(pool, person, params.id, params.taskId),
    ),
    defineRoute(
      {
        method: "post",
        path: "/cases/:id/tasks/:taskId/release",
        permission: "operator.work",
        summary: "Give a claimed task back to all",
        params: taskParams,
        response: task,
      },
      ({ params, person }) => releaseCaseTask(pool, person, params.id, params.taskId),
    ),
  ];
}
