import { z } from "zod";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { listMissedCalls } from "./missed-call-store.ts";
import { chosenStates, systemStates } from "./operator.ts";
import { listOperators, listPauseReasons } from "./operator-store.ts";
import { doNotDisturbRoutes } from "./seats/do-not-disturb-routes.ts";
import { issueWebPhone, type WritePhone } from "./seats/issue-web-phone.ts";
import { setOperatorState } from "./set-operator-state.ts";
import { endWrapUp, extendWrapUp } from "./wrap-up.ts";

const choice = z.object({ state: z.enum(chosenStates), reason: z.string().max(40).optional() });

const view = z.object({
  state: z.enum([...chosenStates, ...systemStates]),
  chosen: z.enum(chosenStates),
  pauseReason: z.string().nullable(),
  wrapUpUntil: z.string().nullable(),
  wrapUpExtensions: z.int(),
  callId: z.uuid().nullable(),
  seat: z.string().nullable(),
  phone: z.enum(["sip", "web"]),
});

const line = view.extend({
  personId: z.uuid(),
  displayName: z.string(),
  languages: z.array(z.string()),
  since: z.string().nullable(),
  connected: z.boolean(),
});

const missed = z.object({
  offerId: z.uuid(),
  callId: z.uuid(),
  caller: z.string().nullable(),
  at: z.string(),
  reason: z.enum(["refused", "no_answer", "busy", "unreachable"]),
  becameOf: z.enum(["waiting", "answered", "gave_up"]),
});

const onlyRow: WritePhone = async () => undefined;

/** `writePhone` brings a password to the switches; without telephony the row is all there is. */
export function operatorRoutes({ pool, writePhone = onlyRow }: { pool: Pool; writePhone?: WritePhone }): Route[] {
  return [
    ...doNotDisturbRoutes(pool),
    defineRoute(
      {
        method: "put",
        path: "/me/state",
        permission: "operator.work",
        summary: "Choose a state; during a call it is kept for afterwards",
        body: choice,
        response: view,
      },
      ({ person, body }) => setOperatorState(pool, person.id, body),
    ),
    defineRoute(
      {
        method: "post",
        path: "/me/wrap-up/extend",
        permission: "operator.work",
        summary: "One more minute of wrap-up, at most twice",
        response: view,
      },
      ({ person }) => extendWrapUp(pool, person.id),
    ),
    defineRoute(
      {
        method: "post",
        path: "/me/wrap-up/end",
        permission: "operator.work",
        summary: "End the wrap-up",
        response: view,
      },
      ({ person }) => endWrapUp(pool, person.id),
    ),
    missedCallsRoute(pool),
    defineRoute(
      {
        method: "post",
        path: "/me/phone",
        permission: "signed_in",
        summary: "A new password for the phone in the page; the one before it ends",
        response: z.object({ account: z.string(), password: z.string() }),
      },
      ({ person }) => issueWebPhone(pool, person.id, writePhone),
    ),
    defineRoute(
      {
        method: "get",
        path: "/pause-reasons",
        permission: "signed_in",
        summary: "Reasons for a pause",
        response: z.object({
          items: z.array(z.object({ code: z.string(), labelIt: z.string(), labelEn: z.string() })),
          nextCursor: z.null(),
        }),
      },
      async () => ({ items: await listPauseReasons(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "get",
        path: "/operators",
        permission: "operator.watch",
        summary: "Every operator's desk with its state",
        response: z.object({ items: z.array(line), nextCursor: z.null() }),
      },
      async () => ({ items: await listOperators(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "put",
        path: "/operators/:personId/state",
        permission: "operator.command",
        summary: "A supervisor changes an operator's state",
        params: z.object({ personId: z.uuid() }),
        body: choice,
        response: view,
      },
      ({ params, body }) => setOperatorState(pool, params.personId, body),
    ),
  ];
}

function missedCallsRoute(pool: Pool): Route {
  return defineRoute(
    {
      method: "get",
      path: "/me/missed-calls",
      permission: "operator.work",
      summary: "Calls that rang here in the last twelve hours and were not answered here, newest first",
      response: z.object({ items: z.array(missed), nextCursor: z.null() }),
    },
    async ({ person }) => ({ items: await listMissedCalls(pool, person.id), nextCursor: null }),
  );
}
