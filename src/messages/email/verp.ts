import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * The mark by which a returned notice finds its sending (REQ 6.4; FAULTS 6): message, try and eight signs of an HMAC,
 * so that nobody who does not have our mail can make one up. It is the return path's extension (VERP), the envelope id
 * (RFC 3461) and the Message-ID at once.
 */
export type SendingMark = { messageId: string; try: number };

export function makeMark({ messageId, try: number }: SendingMark, secret: string): string {
  const plain = `${messageId.replaceAll("-", "")}.${number}`;
  return `${plain}.${seal(plain, secret)}`;
}

export function returnPath(mark: SendingMark, secret: string, domain: string): string {
  return `bounce+${makeMark(mark, secret)}@${domain}`;
}

const form = /(?<![0-9a-z])([0-9a-f]{32})\.([1-3])\.([0-9a-f]{8})(?![0-9a-z])/i;

/** `forged`: it has the form of ours, but not our seal. */
export function readMark(text: string, secret: string): SendingMark | "forged" | null {
  const found = form.exec(text);
  if (!found) return null;
  const [, hex = "", number = "", given = ""] = found;
  const plain = `${hex.toLowerCase()}.${number}`;
  if (!timingSafeEqual(Buffer.from(seal(plain, secret)), Buffer.from(given.toLowerCase()))) return "forged";
  const messageId = hex.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { messageId, try: Number(number) };
}

function seal(plain: string, secret: string): string {
  return createHmac("sha256", secret).update(`055055 bounce ${plain}`).digest("hex").slice(0, 8);
}
