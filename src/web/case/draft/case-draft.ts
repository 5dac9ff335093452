import { isPassing, isProblem, Problem } from "../../api/api-problem.ts";
import type { CaseRow, CaseView } from "../../api/api-types.ts";
import {
  type CaseEdits,
  type CaseField,
  type CaseText,
  type Conflict,
  mergeEdits,
  patchBody,
  realEdits,
  sameValue,
  textOf,
} from "./case-text.ts";
import type { UnsavedText } from "./unsaved-text.ts";

export type SaveState = "saved" | "unsaved" | "saving" | "waiting" | "refused" | "conflict";

export type DraftSnapshot = {
  view: CaseView;
  text: CaseText;
  save: SaveState;
  conflicts: Conflict[];
  problem: Problem | null;
};

export type DraftServer = {
  read(caseId: string): Promise<CaseView>;
  patch(caseId: string, version: number, body: Record<string, unknown>): Promise<CaseRow>;
};

const pauseMs = 800;
const retryMs = 3_000;

/**
 * A case under somebody's hands. Whatever is typed is kept in this tab at once and sent to the server after a short
 * pause, with the version it was read at; nothing typed is dropped until the server has it.
 *
 *   saved ──edit──► unsaved ──pause──► saving ─┬─► saved
 *                      ▲                       ├─► waiting   (server away: again every 3 s)
 *                      └───────────────────────┼─► refused   (a rule: shown, kept, sent with the next edit)
 *                                              └─► conflict  (somebody else changed the same field: a person decides)
 */
export class CaseDraft {
  readonly #server: DraftServer;
  readonly #unsaved: UnsavedText;
  readonly #listeners = new Set<() => void>();
  #view: CaseView;
  #edits: CaseEdits = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #snapshot: DraftSnapshot;
  #discarded = false;

  constructor(view: CaseView, server: DraftServer, unsaved: UnsavedText) {
    this.#server = server;
    this.#unsaved = unsaved;
    this.#view = view;
    this.#snapshot = { view, text: textOf(view), save: "saved", conflicts: [], problem: null };
    this.#bringBack();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): DraftSnapshot => this.#snapshot;

  edit(edits: CaseEdits): void {
    this.#edits = realEdits(textOf(this.#view), { ...this.#edits, ...edits });
    if (Object.keys(this.#edits).length === 0 && !this.#running) {
      this.#settle();
      return;
    }
    this.#unsaved.write(this.#view.version, this.#edits);
    const save = this.#snapshot.conflicts.length ? "conflict" : "unsaved";
    this.#publish({ save, problem: null });
    if (save === "unsaved") this.#later(pauseMs);
  }

  /** Sends what is unsaved now. @returns true when the server has everything. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    if (this.#running) await this.#running;
    if (this.#snapshot.conflicts.length || this.#discarded) return false;
    if (Object.keys(this.#edits).length) {
      this.#running = this.#send().finally(() => {
        this.#running = null;
      });
      await this.#running;
    }
    return Object.keys(this.#edits).length === 0;
  }

  /** Somebody else (or a move) changed the case on the server. */
  async refresh(): Promise<void> {
    if (this.#running) await this.#running;
    this.adopt(await this.#server.read(this.#view.id));
  }

  /** Takes a newer stored case; my unsaved edits stay on top, and fields that both changed become conflicts. */
  adopt(row: CaseView | CaseRow): void {
    const theirs: CaseView = { ...this.#view, ...row };
    if (theirs.version < this.#view.version) return;
    const merged = mergeEdits(textOf(this.#view), this.#edits, textOf(theirs));
    this.#view = theirs;
    this.#edits = merged.edits;
    if (merged.conflicts.length) {
      this.#unsaved.write(theirs.version, this.#edits);
      this.#publish({ save: "conflict", conflicts: merged.conflicts, problem: null });
    } else if (Object.keys(this.#edits).length) {
      this.#publish({ save: "unsaved", conflicts: [], problem: null });
      this.#later(pauseMs);
    } else this.#settle();
  }

  /** The person chose, for one field, whose text stays (or a text made of both). */
  resolve(field: CaseField, value: CaseText[CaseField]): void {
    const conflicts = this.#snapshot.conflicts.filter((conflict) => conflict.field !== field);
    const { [field]: _decided, ...others } = this.#edits;
    const stored = textOf(this.#view)[field];
    this.#edits = sameValue(stored, value) ? others : ({ ...others, [field]: value } as CaseEdits);
    this.#unsaved.write(this.#view.version, this.#edits);
    this.#publish({ save: conflicts.length ? "conflict" : "unsaved", conflicts });
    if (!conflicts.length) this.#later(0);
  }

  /** The case leaves the desk: last words are sent, no timer stays. */
  leave(): void {
    void this.flush().finally(() => {
      clearTimeout(this.#timer);
      this.#discarded = true;
    });
  }

  #bringBack(): void {
    const kept = this.#unsaved.read();
    if (!kept) return;
    const stored = textOf(this.#view);
    this.#edits = realEdits(stored, kept.edits);
    // Written on top of an older version: what the other person stored meanwhile is shown before anything is lost.
    const conflicts =
      kept.version === this.#view.version
        ? []
        : Object.entries(this.#edits).map(([field, mine]) => {
            const name = field as CaseField;
            return { field: name, mine: mine as CaseText[CaseField], theirs: stored[name] };
          });
    const asked = conflicts.filter(({ theirs }) => theirs !== "" && theirs !== null);
    if (Object.keys(this.#edits).length === 0) {
      this.#unsaved.clear(true);
      this.#settle();
      return;
    }
    // From now on it is this tab's.
    this.#unsaved.write(kept.version, this.#edits);
    this.#publish({ save: asked.length ? "conflict" : "unsaved", conflicts: asked });
    if (!asked.length) this.#later(pauseMs);
  }

  async #send(): Promise<void> {
    const sent = this.#edits;
    this.#publish({ save: "saving", problem: null });
    try {
      const stored = await this.#server.patch(this.#view.id, this.#view.version, patchBody(sent));
      this.#view = { ...this.#view, ...stored };
      const base = textOf(stored);
      // Only what was typed while the request ran is still to be sent.
      const typed = Object.entries(this.#edits).filter(([field, value]) => value !== sent[field as CaseField]);
      this.#edits = realEdits(base, Object.fromEntries(typed) as CaseEdits);
      if (Object.keys(this.#edits).length === 0) return this.#settle();
      this.#unsaved.write(stored.version, this.#edits);
      this.#publish({ save: "unsaved" });
      this.#later(pauseMs);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #failed(error: unknown): Promise<void> {
    if (isProblem(error) && error.status === 412) return this.#meetNewer();
    const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
    // Signed out counts as waiting: the text goes out once somebody has signed in again.
    const waiting = isPassing(problem) || problem.status === 401;
    this.#publish({ save: waiting ? "waiting" : "refused", problem });
    if (waiting) this.#later(retryMs);
  }

  async #meetNewer(): Promise<void> {
    try {
      this.adopt(await this.#server.read(this.#view.id));
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem(0, { code: "internal" });
      this.#publish({ save: "waiting", problem });
      this.#later(retryMs);
    }
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#unsaved.clear();
    this.#publish({ save: "saved", conflicts: [], problem: null });
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#discarded) this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #publish(change: Partial<DraftSnapshot>): void {
    const text = { ...textOf(this.#view), ...this.#edits };
    this.#snapshot = { ...this.#snapshot, ...change, view: this.#view, text };
    for (const listener of this.#listeners) listener();
  }
}
