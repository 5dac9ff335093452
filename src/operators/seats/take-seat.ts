import type { PoolClient } from "pg";
import { isUniqueViolation } from "../../database/in-transaction.ts";
import { AppError } from "../../errors.ts";
import { lostDeskSeconds } from "../operator.ts";
import { recordStates } from "../operator-store.ts";
import {
  freeSeats,
  lastSeat,
  leaveSeat,
  seatByNumber,
  signedInAgain,
  sitDown,
  sitterOf,
  systemStateOf,
} from "./seat-store.ts";

/**
 * Seats an operator who signs in: the seat named, or the last one used. A seat that its last user has left is taken
 * over; in the middle of a call nothing changes.
 * @throws AppError rule_violated (no such seat, none named), taken_by_other (says who sits there).
 */
export async function takeSeat(
  client: PoolClient,
  personId: string,
  wanted: { seat?: string | undefined; phone?: "sip" | "web" | undefined },
): Promise<void> {
  const system = await systemStateOf(client, personId);
  if (system === "ringing" || system === "on_call") return signedInAgain(client, personId);
  const seat = wanted.seat ? await seatByNumber(client, wanted.seat) : await lastSeat(client, personId);
  if (!seat) {
    throw new AppError("rule_violated", wanted.seat ? "There is no such seat" : "An operator needs a seat", {
      refusal: wanted.seat ? "unknown_seat" : "seat_needed",
      it: wanted.seat ? "La postazione indicata non esiste." : "Indichi il numero della postazione.",
      extra: { freeSeats: await freeSeats(client) },
    });
  }
  const sitter = await sitterOf(client, seat.id, personId, lostDeskSeconds);
  if (sitter?.atWork) throw seatTaken(sitter.displayName);
  if (sitter) await leaveSeat(client, sitter.personId);
  try {
    await sitDown(client, personId, seat.id, wanted.phone);
  } catch (error) {
    if (isUniqueViolation(error)) throw seatTaken(null);
    throw error;
  }
  await recordStates(client, [personId]);
}

function seatTaken(who: string | null): AppError {
  return new AppError("taken_by_other", "Somebody sits at this seat", {
    refusal: "seat_taken",
    it: who ? `La postazione è occupata da ${who}.` : "La postazione è appena stata occupata da un'altra persona.",
    insteadIt: "Scelga un'altra postazione.",
    extra: { takenBy: who },
  });
}
