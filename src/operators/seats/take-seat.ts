import type { PoolClient } from "pg";
import { isUniqueViolation } from "../../database/in-transaction.ts";
import { AppError } from "../../errors.ts";
import type { Role } from "../../people/roles.ts";
import { lostDeskSeconds } from "../operator.ts";
import { recordStates } from "../operator-store.ts";
import {
  freeSeats,
  lastSeat,
  leaveSeat,
  type SeatKind,
  seatByNumber,
  signedInAgain,
  sitDown,
  sitterOf,
  systemStateOf,
} from "./seat-store.ts";

/** Where a person of these roles may sit; nobody else has a phone. */
export function seatKindsOf(roles: readonly Role[]): SeatKind[] {
  const kinds: SeatKind[] = [];
  if (roles.includes("operator")) kinds.push("operator");
  if (roles.includes("office_agent")) kinds.push("office");
  return kinds;
}

/**
 * Seats a person who signs in: the seat named, or the last one used. A seat that its last user has left is taken
 * over; in the middle of a call nothing changes. An operator needs a seat; the people of an office may also work on
 * cases without a phone, so no seat of theirs ever stops them from signing in unless they named it.
 * @throws AppError rule_violated (no such seat, none named), taken_by_other (says who sits there).
 */
export async function takeSeat(
  client: PoolClient,
  personId: string,
  wanted: { seat?: string | undefined; phone?: "sip" | "web" | undefined },
  kinds: readonly SeatKind[] = ["operator"],
): Promise<void> {
  const system = await systemStateOf(client, personId);
  if (system === "ringing" || system === "on_call") return signedInAgain(client, personId);
  const seat = wanted.seat ? await seatByNumber(client, wanted.seat, kinds) : await lastSeat(client, personId, kinds);
  const mayStand = !wanted.seat && !kinds.includes("operator");
  if (!seat) {
    if (mayStand) return;
    throw new AppError("rule_violated", wanted.seat ? "There is no such seat" : "An operator needs a seat", {
      refusal: wanted.seat ? "unknown_seat" : "seat_needed",
      it: wanted.seat ? "La postazione indicata non esiste." : "Indichi il numero della postazione.",
      extra: { freeSeats: await freeSeats(client, kinds) },
    });
  }
  const sitter = await sitterOf(client, seat.id, personId, lostDeskSeconds);
  if (sitter?.atWork && mayStand) return leaveSeat(client, personId);
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
