/**
 * How the text of an uploaded file is written. UTF-8 and Windows-1252 (what Italian Excel saves) are told apart by
 * looking at every byte: a file without any broken UTF-8 sequence is UTF-8; one whose bytes above 127 never form a
 * UTF-8 letter is Windows-1252; one that has both is damaged, and nobody can say how it was meant (FAULTS I43).
 */
export type FileEncoding = "utf-8" | "windows-1252";
export type EncodingProblem = { line: number; it: string };

/** Bytes that Windows-1252 does not define. */
const undefined1252 = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

export class EncodingProbe {
  private line = 1;
  private size = 0;
  private readonly head: number[] = [];
  private letters = 0;
  private brokenAt = 0;
  private zeroAt = 0;
  private undefinedAt = 0;
  private pending: number[] = [];
  private missing = 0;

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.head.length < 3) this.head.push(byte);
      this.size++;
      if (byte < 0x80) {
        if (this.missing > 0) this.broken();
        if (byte === 0x0a) this.line++;
        else if (byte === 0) this.zeroAt ||= this.line;
      } else this.pushHigh(byte);
    }
  }

  /** Bytes of a mark at the start that is no text. */
  get markLength(): number {
    return this.hasMark ? 3 : 0;
  }

  finish(): FileEncoding | EncodingProblem {
    if (this.missing > 0) this.broken();
    const [first, second] = this.head;
    if (this.size === 0) return { line: 1, it: "Il file è vuoto." };
    if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
      return { line: 1, it: "Il file è in formato Unicode (UTF-16): salvarlo come CSV UTF-8." };
    }
    if (this.zeroAt) return { line: this.zeroAt, it: "Il file contiene un carattere NUL: non è un file CSV." };
    if (!this.brokenAt) return "utf-8";
    if (this.hasMark || this.letters > 0) {
      return { line: this.brokenAt, it: "Caratteri non validi in UTF-8: salvare di nuovo il file come CSV UTF-8." };
    }
    if (this.undefinedAt) {
      return { line: this.undefinedAt, it: "Caratteri non riconosciuti: salvare il file come CSV UTF-8." };
    }
    return "windows-1252";
  }

  private get hasMark(): boolean {
    return this.head[0] === 0xef && this.head[1] === 0xbb && this.head[2] === 0xbf;
  }

  private pushHigh(byte: number): void {
    if (undefined1252.has(byte)) this.undefinedAt ||= this.line;
    if (this.missing > 0 && continues(this.pending, byte)) {
      this.pending.push(byte);
      if (--this.missing === 0) this.letter();
      return;
    }
    if (this.missing > 0) this.broken();
    this.missing =
      byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
    if (this.missing === 0) this.broken();
    else this.pending = [byte];
  }

  private letter(): void {
    // The mark itself says nothing about the rest.
    if (this.size > 3 || !this.hasMark) this.letters++;
    this.pending = [];
  }

  private broken(): void {
    this.brokenAt ||= this.line;
    this.missing = 0;
    this.pending = [];
  }
}

/** No overlong forms, no surrogates, nothing beyond U+10FFFF. */
function continues(pending: number[], byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (pending.length !== 1) return true;
  const lead = pending[0];
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90;
  if (lead === 0xf4) return byte <= 0x8f;
  return true;
}
