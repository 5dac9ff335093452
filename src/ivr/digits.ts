/**
 * The keys that a caller pressed and nobody has read yet. Pure: time comes in with each key, monotonic milliseconds.
 * A key may reach us twice (in the voice and as RFC 4733), a stuck phone sends hundreds (FAULTS I20, I21).
 */

/** The same key again within this time is the same press. */
const sameKeyMs = 40;
/** Unread keys beyond these are dropped. */
const maxUnread = 10;
/** More accepted keys than these within the span are noise and are dropped. */
const maxInSpan = 20;
const spanMs = 5_000;

export class DigitBuffer {
  private readonly unread: string[] = [];
  private readonly acceptedAt: number[] = [];
  private last: { digit: string; atMs: number } | null = null;

  /** @returns false when the key is dropped: not a telephone key, the same press twice, or too many. */
  press(digit: string, atMs: number): boolean {
    if (!/^[0-9*#A-D]$/.test(digit)) return false;
    if (this.last !== null && this.last.digit === digit && atMs - this.last.atMs < sameKeyMs) return false;
    while (this.acceptedAt[0] !== undefined && atMs - this.acceptedAt[0] >= spanMs) this.acceptedAt.shift();
    if (this.unread.length >= maxUnread || this.acceptedAt.length >= maxInSpan) return false;
    this.last = { digit, atMs };
    this.acceptedAt.push(atMs);
    this.unread.push(digit);
    return true;
  }

  /** The oldest unread key, once. */
  take(): string | null {
    return this.unread.shift() ?? null;
  }

  get waiting(): number {
    return this.unread.length;
  }

  clear(): void {
    this.unread.length = 0;
  }
}
