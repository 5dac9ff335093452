/**
 * Last refuge of text that has not reached the server yet: this browser's storage, by person and case, only for as long
 * as it is unsaved; signing out clears it, and what is older than a week is thrown away. It outlives the tab and the
 * browser. Another person who signs in here never gets it.
 */
import type { CaseEdits } from "./case-text.ts";

export type TextStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;
type Kept = { version: number; edits: CaseEdits; tab: string; at: number };

export const unsavedPrefix = "055055.unsaved.";
const longestMs = 7 * 24 * 3_600_000;
/** Two tabs share the storage: each throws away only what it wrote itself. */
const ownTab = `${Date.now()} ${Math.random()}`;

export class UnsavedText {
  readonly #store: TextStore | null;
  readonly #key: string;
  readonly #tab: string;

  constructor(personId: string, caseId: string, store: TextStore | null = browserStore(), tab = ownTab) {
    this.#store = store;
    this.#key = `${unsavedPrefix}${personId}.${caseId}`;
    this.#tab = tab;
  }

  read(): { version: number; edits: CaseEdits } | null {
    const kept = this.#kept();
    if (kept && Date.now() - kept.at < longestMs) return kept;
    if (kept) this.#store?.removeItem(this.#key);
    return null;
  }

  write(version: number, edits: CaseEdits): void {
    const kept: Kept = { version, edits, tab: this.#tab, at: Date.now() };
    try {
      this.#store?.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Storage full or switched off: the autosave to the server still runs.
    }
  }

  /** The server has what this tab held. What another tab wrote meanwhile stays, unless `all` of it is known. */
  clear(all = false): void {
    if (all || this.#kept()?.tab === this.#tab) this.#store?.removeItem(this.#key);
  }

  #kept(): Kept | null {
    const text = this.#store?.getItem(this.#key);
    if (!text) return null;
    try {
      return JSON.parse(text) as Kept;
    } catch {
      // Cut short by a full disk or a crash: there is nothing to bring back.
      this.#store?.removeItem(this.#key);
      return null;
    }
  }
}

/** Throws away what nobody came back for within a week, whoever wrote it. */
export function sweepUnsaved(store: Storage): void {
  const old = Object.keys(store).filter((key) => {
    if (!key.startsWith(unsavedPrefix)) return false;
    const at = /"at":(\d+)/.exec(store.getItem(key) ?? "")?.[1];
    return Date.now() - Number(at ?? 0) > longestMs;
  });
  for (const key of old) store.removeItem(key);
}

function browserStore(): TextStore | null {
  try {
    const store = globalThis.localStorage ?? null;
    if (store) sweepUnsaved(store);
    return store;
  } catch {
    // Browsers that forbid storage throw on access.
    return null;
  }
}
