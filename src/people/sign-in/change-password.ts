import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { endSessionsOf } from "../../desk/session/session-store.ts";
import { AppError } from "../../errors.ts";
import { writePassword } from "../admin/people-store.ts";
import { credentialsOf, writeAudit } from "../person-store.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import { refuseWeakPassword } from "./password-rules.ts";
import { isThrottled } from "./sign-in.ts";
import { attemptFailed, attemptSucceeded, forgetAttempt, noteAttempt } from "./sign-in-store.ts";

/**
 * A new password for who knows the old one; every session of the person ends, the caller begins a new one. Guesses of
 * the old one count like attempts to sign in.
 * @throws AppError too_many_requests, rule_violated (the old one is wrong, the new one weak or the same)
 */
export async function changePassword(
  pool: Pool,
  request: { login: string; current: string; password: string; address: string },
): Promise<void> {
  const attempt = await noteAttempt(pool, request.login, request.address);
  if (isThrottled(attempt)) {
    await forgetAttempt(pool, attempt.id);
    throw new AppError("too_many_requests", "Too many failed attempts", { retryAfterSeconds: 900 });
  }
  const person = await credentialsOf(pool, request.login);
  if (!person || !(await verifyPassword(person.passwordHash, request.current))) {
    await attemptFailed(pool, attempt.id);
    throw new AppError("rule_violated", "The present password is wrong", {
      refusal: "password_wrong",
      it: "La password attuale non è corretta.",
    });
  }
  await attemptSucceeded(pool, attempt.id, request.login, request.address);
  if (request.password === request.current) {
    throw new AppError("rule_violated", "The new password is the present one", {
      refusal: "password_same",
      it: "La nuova password è uguale a quella attuale.",
    });
  }
  refuseWeakPassword(request.password, person);
  const hash = await hashPassword(request.password);
  await inTransaction(pool, async (client) => {
    await writePassword(client, person.id, hash, false);
    await endSessionsOf(client, person.id);
    await writeAudit(client, { personId: person.id, actor: person.login, action: "password.change" });
  });
}
