import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { seatKindsOf, takeSeat } from "../../operators/seats/take-seat.ts";
import { credentialsOf, writeAudit } from "../person-store.ts";
import { verifyPassword } from "./password.ts";
import { openSecret, stepOfCode } from "./second-factor.ts";
import { readSecondFactor, useStep } from "./second-factor-store.ts";
import { attemptFailed, attemptSucceeded, forgetAttempt, noteAttempt, type SignInAttempt } from "./sign-in-store.ts";

export type SignInRequest = {
  login: string;
  password: string;
  /** Of the second factor, from who has one. */
  code?: string | undefined;
  /** Number of the seat; who names none gets the last one used. */
  seat?: string | undefined;
  phone?: "sip" | "web" | undefined;
  address: string;
};

/** The secret that seals second factors, and the time of the request. */
export type SignInKeys = { secret: string; now: Date };
export type SignedIn = { personId: string; secondFactor: boolean };

/** Limits within 15 minutes (FAULTS S13). */
const limits = { pair: 10, login: 10, address: 50, addressPending: 500 } as const;

/**
 * Checks name and password and takes the seat, which an operator must have and a person of an office may have.
 * @throws AppError wrong_credentials (the same for an unknown name; also a code that is missing or wrong),
 *   too_many_requests, rule_violated (no seat), taken_by_other (somebody sits there).
 */
export async function signIn(pool: Pool, request: SignInRequest, keys: SignInKeys): Promise<SignedIn> {
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
  const factor = await checkSecondFactor(pool, person.id, request.code, keys);
  if (factor === "missing") {
    // Not a failure, and no success that would make this address known.
    await forgetAttempt(pool, attempt.id);
    throw codeNeeded();
  }
  if (factor === "wrong") {
    await attemptFailed(pool, attempt.id);
    throw new AppError("wrong_credentials", "The code is wrong or was used", {
      refusal: "wrong_code",
      it: "Codice non corretto, scaduto o già usato.",
    });
  }
  await attemptSucceeded(pool, attempt.id, request.login, request.address);
  await inTransaction(pool, async (client) => {
    const kinds = seatKindsOf(person.roles);
    if (kinds.length > 0) await takeSeat(client, person.id, request, kinds);
    await writeAudit(client, { personId: person.id, actor: "person", action: "sign_in" });
  });
  return { personId: person.id, secondFactor: factor === "given" };
}

/** Who has confirmed a second factor must use it, whatever the role. */
export async function checkSecondFactor(
  db: Queryable,
  personId: string,
  code: string | undefined,
  { secret, now }: SignInKeys,
): Promise<"none" | "missing" | "wrong" | "given"> {
  const factor = await readSecondFactor(db, personId);
  if (!factor?.confirmed) return "none";
  if (code === undefined) return "missing";
  const step = stepOfCode(openSecret(factor.secret, secret), code, now, factor.lastStep);
  return step !== null && (await useStep(db, personId, step)) ? "given" : "wrong";
}

function codeNeeded(): AppError {
  return new AppError("wrong_credentials", "The code of the second factor is needed", {
    refusal: "second_factor_needed",
    it: "Inserisca il codice a sei cifre dell'app di autenticazione.",
  });
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
