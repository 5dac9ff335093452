import { z } from "zod";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { defineRoute, type Route } from "../desk/route.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import {
  insertPauseReason,
  listEveryPauseReason,
  lockPauseReason,
  type PauseReason,
  writePauseReason,
} from "./pause-reason-store.ts";

const code = z.string().regex(/^[a-z0-9_-]{1,40}$/);
const label = z.string().trim().min(1).max(60);
const reason = z.object({
  code,
  labelIt: z.string(),
  labelEn: z.string(),
  position: z.int(),
  disabled: z.boolean(),
  version: z.int(),
});

/** Why an operator may pause (REQ 1.5): data that a supervisor edits. */
export function pauseReasonRoutes({ pool }: { pool: Pool }): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/pause-reasons/all",
        permission: "queue.edit",
        summary: "Every reason for a pause, also those that can not be chosen any more",
        response: z.object({ items: z.array(reason), nextCursor: z.null() }),
      },
      async () => ({ items: await listEveryPauseReason(pool), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "post",
        path: "/pause-reasons",
        permission: "queue.edit",
        summary: "A further reason for a pause, the last in the list",
        body: z.strictObject({ code, labelIt: label, labelEn: label }),
        response: reason,
        status: 201,
      },
      ({ body, person }) => addReason(pool, person, body),
    ),
    defineRoute(
      {
        method: "patch",
        path: "/pause-reasons/:code",
        permission: "queue.edit",
        summary: "Change the words of a reason, its place, or whether it can be chosen",
        params: z.object({ code }),
        body: z.strictObject({
          labelIt: label.optional(),
          labelEn: label.optional(),
          position: z.int().min(0).max(1_000).optional(),
          disabled: z.boolean().optional(),
        }),
        response: reason,
        versioned: true,
      },
      ({ params, body, ifMatch, person }) => editReason(pool, person, { code: params.code, version: ifMatch }, body),
    ),
  ];
}

type NewReason = Pick<PauseReason, "code" | "labelIt" | "labelEn">;

async function addReason(pool: Pool, person: SignedInPerson, wish: NewReason): Promise<PauseReason> {
  return inTransaction(pool, async (client) => {
    const made = await insertPauseReason(client, wish);
    if (!made) {
      const it = "Questo codice è già di un altro motivo.";
      throw new AppError("duplicate", "There is a reason of this code", {
        ...{ it, extra: { errors: [{ path: "code", code: "duplicate", it }] } },
      });
    }
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "pause_reason.create", subjectKind: "pause_reason" },
      ...{ subjectId: wish.code, data: wish },
    });
    return made;
  });
}

type Changes = { [Member in "labelIt" | "labelEn" | "position" | "disabled"]?: PauseReason[Member] | undefined };

/** @throws AppError not_found, stale_version; wrong_state: the last one that can be chosen */
async function editReason(
  pool: Pool,
  person: SignedInPerson,
  { code: of, version }: { code: string; version: number },
  changes: Changes,
): Promise<PauseReason> {
  return inTransaction(pool, async (client) => {
    const before = await lockPauseReason(client, of);
    if (!before) throw new AppError("not_found", "There is no such reason", { it: "Motivo inesistente." });
    if (before.version !== version) {
      throw new AppError("stale_version", "The reason was changed meanwhile", {
        it: "Il motivo è stato modificato nel frattempo: ricarichi e riprovi.",
        extra: { version: before.version },
      });
    }
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const after = await writePauseReason(client, { ...before, ...given });
    const left = (await listEveryPauseReason(client)).filter(({ disabled }) => !disabled);
    if (left.length === 0) {
      throw new AppError("wrong_state", "Nobody could pause any more", {
        it: "È l'ultimo motivo: senza, nessuno potrebbe andare in pausa.",
      });
    }
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "pause_reason.edit", subjectKind: "pause_reason" },
      ...{ subjectId: of, data: given },
    });
    return after;
  });
}
