import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { seatKindsOf, takeSeat } from "../../operators/seats/take-seat.ts";
import { credentialsOf, writeAudit } from "../person-store.ts";
import { verifyPassword } from "./password.ts";
import { attemptFailed, attemptSucceeded, forgetAttempt, noteAttempt, type SignInAttempt } from "./sign-in-store.ts";

export type SignInRequest = {
  login: string;
  password: string;
  /** Number of the seat; who names none gets the last one used. */
  seat?: string | undefined;
  phone?: "sip" | "web" | undefined;
  address: string;
};

/** Limits within 15 minutes (FAULTS S13). */
const limits = { pair: 10, login: 10, address: 50, addressPending: 500 } as const;

/**
 * Checks name and password and takes the seat, which an operator must have and a person of an office may have.
 * @throws AppError wrong_credentials (the same for an unknown name), too_many_requests, rule_violated (no seat),
 *   taken_by_other (somebody sits there).
 */
export async function signIn(pool: Pool, request: SignInRequest): Promise<string> {
  const attempt = await noteAttempt(pool, request.login, request.address);
  if (isThrottled(attempt)) {
    await forgetAttempt(pool, attempt.id);
    throw new AppError("too_many_requests", "Too many failed attempts", {
      it: "Troppi tentativi non riusciti: riprovi tra 15 minuti o si rivolga all'amministratore.",
      retryAfterSeconds: 900,
    });
  }
  const person = await credentialsOf(pool, request.login);
  const right = await verifyPassword(person?.passwordHash ?? null, request.password);
  if (!right || !person) {
    await attemptFailed(pool, attempt.id);
    throw new AppError("wrong_credentials", "The name or the password is wrong");
  }
  await attemptSucceeded(pool, attempt.id, request.login, request.address);
  await inTransaction(pool, async (client) => {
    const kinds = seatKindsOf(person.roles);
    if (kinds.length > 0) await takeSeat(client, person.id, request, kinds);
    await writeAudit(client, { personId: person.id, actor: "person", action: "sign_in" });
  });
  return person.id;
}

/**
 * Who has signed in from this address before is stopped only by failures of that very pair, so an attacker elsewhere
 * (or in the same building, with other names) locks nobody out.
 */
export function isThrottled(attempt: SignInAttempt): boolean {
  if (attempt.pairFailures >= limits.pair) return true;
  if (attempt.known) return false;
  if (attempt.addressPending >= limits.addressPending) return true;
  return attempt.loginFailures >= limits.login || attempt.addressFailures >= limits.address;
}
