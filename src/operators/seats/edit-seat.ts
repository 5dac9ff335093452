import { randomBytes } from "node:crypto";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import { insertSeat, lockSeat, type SeatSettings, tellPhones, writeSeat } from "./seat-settings-store.ts";
import type { SeatKind } from "./seat-store.ts";

/** Told once, to be typed into the telephone; null when it was not changed. */
export type SeatWithPassword = SeatSettings & { phonePassword: string | null };

/** Long, and without signs that a telephone's keypad menu can not write. */
const newPassword = () => randomBytes(12).toString("hex");

/** A further seat with its two accounts, on the switches within a second. @throws AppError duplicate */
export async function createSeat(
  pool: Pool,
  person: SignedInPerson,
  wish: { number: string; kind: SeatKind; autoAnswer: boolean },
): Promise<SeatWithPassword> {
  const password = newPassword();
  return inTransaction(pool, async (client) => {
    const seat = await insertSeat(client, { ...wish, password, webPassword: newPassword() });
    if (!seat) {
      const it = "Questo numero è già di un'altra postazione.";
      throw new AppError("duplicate", "There is a seat of this number", {
        ...{ it, extra: { errors: [{ path: "number", code: "duplicate", it }] } },
      });
    }
    await audit(client, person, "seat.create", seat.id, wish);
    await tellPhones(client);
    return { ...seat, phonePassword: password };
  });
}

export type SeatChanges = {
  autoAnswer?: boolean | undefined;
  disabled?: boolean | undefined;
  /** True: a new password for the desk phone, which is refused from now on until it has it. */
  newPassword?: boolean | undefined;
};

/** @throws AppError not_found, stale_version; wrong_state: somebody sits at the seat that should be closed */
export async function editSeat(
  pool: Pool,
  person: SignedInPerson,
  { id, version }: { id: string; version: number },
  changes: SeatChanges,
): Promise<SeatWithPassword> {
  return inTransaction(pool, async (client) => {
    const before = await lockSeat(client, id);
    if (!before) throw new AppError("not_found", "There is no such seat", { it: "Postazione inesistente." });
    if (before.version !== version) {
      throw new AppError("stale_version", "The seat was changed meanwhile", {
        it: "La postazione è stata modificata nel frattempo: ricarichi e riprovi.",
        extra: { version: before.version },
      });
    }
    if (changes.disabled && before.person) {
      throw new AppError("wrong_state", "Somebody sits at this seat", {
        it: `Alla postazione c'è ${before.person}: si può chiudere quando esce.`,
      });
    }
    const password = changes.newPassword ? newPassword() : null;
    const { autoAnswer = before.autoAnswer, disabled = before.disabled } = changes;
    const after = await writeSeat(client, { ...before, autoAnswer, disabled }, password);
    await audit(client, person, "seat.edit", id, { ...changes });
    await tellPhones(client);
    return { ...after, phonePassword: password };
  });
}

function audit(
  client: Parameters<typeof writeAudit>[0],
  person: SignedInPerson,
  action: string,
  id: string,
  data: Record<string, unknown>,
): Promise<void> {
  const by = { personId: person.id, actor: person.login };
  return writeAudit(client, { ...by, action, subjectKind: "seat", subjectId: id, data });
}
