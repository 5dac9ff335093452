import { expect } from "chai";
import { AppError } from "../../src/errors.ts";

/** The error of a promise that must be refused by a rule of this code (or, without a rule, by this error code). */
export async function refusedWith(promise: Promise<unknown>, code: string): Promise<AppError> {
  const error = await promise.then(
    () => expect.fail(`nothing was refused, expected ${code}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  expect(error.details.refusal ?? error.code).to.equal(code);
  return error;
}

/** The database's own refusal: SQLSTATE 23514 or 23503 by a constraint of this name (or any). */
export async function refusedBySql(promise: Promise<unknown>, constraint?: string): Promise<void> {
  const error = await promise.then(
    () => expect.fail(`the database took it, expected ${constraint ?? "a refusal"}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !("code" in error)) throw error;
  expect(String(error.code), error.message).to.match(/^23/);
  if (constraint) expect("constraint" in error && error.constraint, error.message).to.equal(constraint);
}
