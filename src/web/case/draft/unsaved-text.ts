/**
 * Last refuge of text that has not reached the server yet: this tab's sessionStorage, by person and case, only for as
 * long as it is unsaved. Another person who signs in on the same tab never gets it.
 */
import type { CaseEdits } from "./case-text.ts";

export type TextStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class UnsavedText {
  readonly #store: TextStore | null;
  readonly #key: string;

  constructor(personId: string, caseId: string, store: TextStore | null = tabStore()) {
    this.#store = store;
    this.#key = `055055.unsaved.${personId}.${caseId}`;
  }

  read(): { version: number; edits: CaseEdits } | null {
    const text = this.#store?.getItem(this.#key);
    if (!text) return null;
    try {
      return JSON.parse(text) as { version: number; edits: CaseEdits };
    } catch {
      // Cut short by a full disk or a crash: there is nothing to bring back.
      this.clear();
      return null;
    }
  }

  write(version: number, edits: CaseEdits): void {
    try {
      this.#store?.setItem(this.#key, JSON.stringify({ version, edits }));
    } catch {
      // Storage full or switched off: the autosave to the server still runs.
    }
  }

  clear(): void {
    this.#store?.removeItem(this.#key);
  }
}

function tabStore(): TextStore | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    // Browsers that forbid storage throw on access.
    return null;
  }
}
