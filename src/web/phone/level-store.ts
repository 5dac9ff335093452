import type { Levels } from "./phone-state.ts";

const silence: Levels = { said: 0, heard: 0 };

/** Loudness of a call as it changes, for the meters alone: the rest of the page is not drawn anew for it. */
export class LevelStore {
  #levels = silence;
  readonly #listeners = new Set<() => void>();

  readonly get = (): Levels => this.#levels;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(levels: Levels): void {
    this.#levels = levels;
    for (const listener of this.#listeners) listener();
  }
}
