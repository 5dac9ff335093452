import { z } from "zod";
import { toE164 } from "../citizens/phone-number.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import type { CallCommands } from "./call-commands.ts";
import { listCalls, readCall } from "./call-read-store.ts";
import type { CommandKind } from "./live-call.ts";

const callId = z.object({ id: z.uuid() });
const when = z.iso.datetime({ offset: true });
const listQuery = z.object({
  from: when.optional(),
  to: when.optional(),
  outcome: z.string().max(40).optional(),
  state: z.enum(["ivr", "waiting", "offered", "talking", "ended"]).optional(),
  /** Number of who called, in any form, or number of the case. */
  q: z.string().trim().max(64).optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

const commands: readonly CommandKind[] = ["answer", "hold", "unhold", "mute", "unmute", "hangup", "away", "rejoin"];

/** The web door of calls: reading them, and the commands of a page for the real call. */
export function callRoutes({ pool, commands: bus }: { pool: Pool; commands: CallCommands }): Route[] {
  const list = defineRoute(
    { method: "get", path: "/calls", permission: "call.read", summary: "Calls, newest first", query: listQuery },
    async ({ query: { q, ...filter } }) => {
      const query = { ...filter, ...(q ? { about: readAbout(q) } : {}) };
      const rows = await listCalls(pool, query);
      const items = rows.slice(0, query.limit);
      return { items, nextCursor: rows.length > query.limit ? items.at(-1)?.id : null };
    },
  );
  const one = defineRoute(
    {
      method: "get",
      path: "/calls/:id",
      permission: "call.read",
      summary: "A call with its timeline",
      params: callId,
    },
    async ({ params }) => {
      const call = await readCall(pool, params.id);
      if (!call) throw new AppError("not_found", "No such call", { it: "Questa chiamata non esiste." });
      return call;
    },
  );
  return [list, one, ...commands.map((kind) => commandRoute(kind, bus))];
}

function readAbout(q: string): { e164: string | null; caseNumber: number | null } {
  return { e164: toE164(q), caseNumber: /^\d{1,15}$/.test(q) ? Number(q) : null };
}

function commandRoute(kind: CommandKind, bus: CallCommands): Route {
  return defineRoute(
    {
      method: "post",
      path: `/calls/:id/${kind}`,
      permission: kind === "away" || kind === "rejoin" ? "call.page_phone" : "call.handle",
      summary: `${kind} on the operator's own call; 409 when the call can not do it now`,
      params: callId,
      idempotent: true,
    },
    async ({ params, person }) => {
      await bus.send(params.id, person.id, kind);
      return { callId: params.id, done: kind };
    },
  );
}
