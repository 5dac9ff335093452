/** Key of one wish (Idempotency-Key). Browsers have randomUUID only over https and on this very machine. */
export function onceKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
