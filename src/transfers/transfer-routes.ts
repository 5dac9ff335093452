import { z } from "zod";
import type { CallCommands } from "../calls/call-commands.ts";
import type { CommandKind } from "../calls/live-call.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { directTransfer } from "../switchboard/direct-transfer.ts";
import { checkComplete, ringOfficeFor } from "./start-transfer.ts";
import { transfersOfCall } from "./transfer-store.ts";

const callId = z.object({ id: z.uuid() });
const office = z.strictObject({ officeId: z.uuid(), checkId: z.uuid().nullable().default(null) });
/** A contextual transfer names office and check; the switchboard's names the directory's entry and its case. */
const target = z.union([office, z.strictObject({ entryId: z.uuid(), caseId: z.uuid() })]);
const started = z.object({ transferId: z.uuid(), callId: z.uuid(), caseId: z.uuid() });

/** The web door of transfers; how they go on is told by `transfer` events (REQ 3, 7). */
export function transferRoutes(deps: { pool: Pool; commands: CallCommands }): Route[] {
  return [
    defineRoute(
      {
        method: "post",
        path: "/calls/:id/consult",
        permission: "transfer.make",
        summary: "Citizen on hold, the operator's phone rings the office; names a positive check of at most 60 s",
        params: callId,
        body: office,
        response: started,
        status: 202,
        idempotent: true,
      },
      ({ params, body, person }) => ringOfficeFor(deps, person, params.id, "consult", body),
    ),
    defineRoute(
      {
        method: "post",
        path: "/calls/:id/transfer",
        permission: "transfer.make",
        summary:
          "Voice and case to an office (officeId, checkId), or the switchboard's direct transfer (entryId, caseId)",
        params: callId,
        body: target,
        response: started,
        status: 202,
        idempotent: true,
      },
      ({ params, body, person }) =>
        "entryId" in body
          ? directTransfer(deps, person, params.id, body)
          : ringOfficeFor(deps, person, params.id, "contextual", body),
    ),
    defineRoute(
      {
        method: "post",
        path: "/calls/:id/complete",
        permission: "transfer.make",
        summary: "After a consultation: citizen and office together, the case becomes Trasferito",
        params: callId,
        idempotent: true,
      },
      async ({ params, person }) => {
        await checkComplete(deps.pool, person, params.id);
        await deps.commands.send(params.id, person.id, "complete");
        return { callId: params.id, done: "complete" };
      },
    ),
    ...(["return", "drop", "swap", "conference"] as const).map((kind) => commandRoute(deps.commands, kind)),
    defineRoute(
      {
        method: "get",
        path: "/calls/:id/transfers",
        permission: "call.read",
        summary: "The transfers of a call, oldest first",
        params: callId,
      },
      async ({ params }) => ({ items: await transfersOfCall(deps.pool, params.id), nextCursor: null }),
    ),
  ];
}

const summaries = {
  return: "Back to the citizen; the office is hung up",
  drop: "The office is hung up; citizen and operator talk",
  swap: "From the office to the citizen, and back; the other one waits",
  conference: "Citizen, operator and office hear each other",
};

function commandRoute(commands: CallCommands, kind: CommandKind & keyof typeof summaries): Route {
  return defineRoute(
    {
      method: "post",
      path: `/calls/:id/${kind}`,
      permission: "transfer.make",
      summary: summaries[kind],
      params: callId,
      idempotent: true,
    },
    async ({ params, person }) => {
      await commands.send(params.id, person.id, kind);
      return { callId: params.id, done: kind };
    },
  );
}
