import { z } from "zod";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import { listQueues, lockQueue, type QueueSettings, writeQueue } from "./queue-settings-store.ts";

/** The very limits that the table has. */
const limits = {
  maxWaiting: z.int().min(1).max(10_000),
  maxWaitSeconds: z.int().min(30).max(7_200),
  ringSeconds: z.int().min(5).max(120),
  wrapUpSeconds: z.int().min(0).max(600),
  announceSeconds: z.int().min(10).max(600),
};
const queue = z.object({ id: z.uuid(), name: z.string(), ...limits, version: z.int() });

/** How the queues treat who waits (REQ 1): data that a supervisor edits. */
export function queueRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/queues",
        permission: "queue.watch",
        summary: "The queues and how they treat who waits",
        response: z.object({ items: z.array(queue), nextCursor: z.null() }),
      },
      async () => ({ items: await listQueues(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/queues/:id",
        permission: "queue.edit",
        summary: "Change a queue's limits",
        params: z.object({ id: z.uuid() }),
        body: z.strictObject(limits).partial(),
        response: queue,
        versioned: true,
      },
      ({ params, body, ifMatch, person }) => editQueue(pool, person, params.id, ifMatch, body),
    ),
  ];
}

type Changes = { [Name in keyof typeof limits]?: number | undefined };

/** @throws AppError not_found, stale_version */
async function editQueue(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  changes: Changes,
): Promise<QueueSettings> {
  return inTransaction(pool, async (client) => {
    const before = await lockQueue(client, id);
    if (!before) throw new AppError("not_found", "There is no such queue", { it: "Coda inesistente." });
    if (before.version !== version) {
      throw new AppError("stale_version", "The queue was changed meanwhile", {
        it: "La coda è stata modificata nel frattempo: ricarichi e riprovi.",
        extra: { version: before.version },
      });
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = await writeQueue(client, { ...before, ...given });
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "queue.edit", subjectKind: "queue" },
      ...{ subjectId: id, data: given },
    });
    return after;
  });
}
