import { randomBytes } from "node:crypto";
import type { Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { replaceDeadPasswords, writeWebPassword } from "./web-phone-store.ts";

/** Brings the password of one account to the switches. */
export type WritePhone = (account: string) => Promise<void>;

/** As long as a session may last at most. */
const passwordHours = 12;

/**
 * A new password for the phone in the page of whoever asks; the one before it is worth nothing from now on.
 * @throws AppError not_found when this person works with a desk phone, or without one.
 */
export async function issueWebPhone(
  db: Queryable,
  personId: string,
  write: WritePhone,
): Promise<{ account: string; password: string }> {
  const password = randomBytes(24).toString("base64url");
  const account = await writeWebPassword(db, personId, password);
  if (!account) throw new AppError("not_found", "This person does not use the phone in the page");
  await write(account);
  return { account, password };
}

/** Every few seconds on each copy: who signed out can register no phone with what was handed out. */
export async function revokeWebPhones(db: Queryable, write: WritePhone): Promise<number> {
  const accounts = await replaceDeadPasswords(db, passwordHours);
  for (const account of accounts) await write(account);
  return accounts.length;
}
