import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { generateSecret, generateURI, verifySync } from "otplib";

/** Codes of the period before and after count too: phones' clocks differ. */
const toleranceSeconds = 30;

/** A new secret as authenticator apps take it: Base32 and as an address for a QR code. */
export function newSecret(login: string): { secret: string; uri: string } {
  const secret = generateSecret();
  return { secret, uri: generateURI({ issuer: "055055", label: login, secret }) };
}

/**
 * The 30 s period whose code this is (RFC 6238), or null for a wrong code.
 * @param afterStep codes of this period and earlier ones were used already (ASVS 6.5.1)
 */
export function stepOfCode(secret: string, code: string, now: Date, afterStep: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const epoch = Math.floor(now.getTime() / 1_000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: toleranceSeconds });
  if (!result.valid || !("timeStep" in result)) return null;
  return result.timeStep > afterStep ? result.timeStep : null;
}

/** AES-256-GCM under a key derived from the sessions' secret: a copy of the database alone makes no codes. */
export function sealSecret(secret: string, keySource: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(keySource), nonce);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** @throws Error when the sessions' secret is another one than when it was sealed */
export function openSecret(sealed: Buffer, keySource: string): string {
  const decipher = createDecipheriv("aes-256-gcm", keyOf(keySource), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(12, 28));
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8");
}

function keyOf(keySource: string): Buffer {
  return Buffer.from(hkdfSync("sha256", keySource, "055055", "second factor", 32));
}
