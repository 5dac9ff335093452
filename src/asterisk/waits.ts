import { type AsteriskEvent, idsOf } from "./event.ts";

/** Thrown once into whatever waits when the citizen leaves; caught once, where the call is told (STYLE 4). */
export class CallerLeft extends Error {
  constructor() {
    super("the caller left");
    this.name = "CallerLeft";
  }
}

/** Says once that a caller has left, to everything that waits for that call. */
export class CallerSignal {
  #left = false;
  readonly #listeners = new Set<() => void>();

  get left(): boolean {
    return this.#left;
  }

  /** Ends every wait of this caller with CallerLeft; idempotent. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** Calls `listener` at most once. Returns how to stop listening. */
  onLeave(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

type Wait = { matches: (event: AsteriskEvent) => boolean; finish: (event: AsteriskEvent) => void };

/**
 * Waits for events of legs, playbacks and endpoints, by our own ids. Every wait ends in one of three ways, and then
 * leaves nothing behind: it happened (the event), time is up ("timeout"), the caller left (CallerLeft is thrown).
 */
export class EventWaits {
  readonly #waits = new Map<string, Set<Wait>>();
  #active = 0;

  /** Waits that have not ended yet; 0 when no call is up, or something leaks. */
  get activeWaits(): number {
    return this.#active;
  }

  /** Hands an event to everybody who waits for it. */
  deliver(event: AsteriskEvent): void {
    for (const id of idsOf(event)) {
      for (const wait of [...(this.#waits.get(id) ?? [])]) if (wait.matches(event)) wait.finish(event);
    }
  }

  /**
   * The next event of `id` that matches. The listener is there when this returns, so call it before the command whose
   * event it waits for, or use {@link after}. @throws CallerLeft
   */
  next<E extends AsteriskEvent>(
    id: string,
    matches: (event: AsteriskEvent) => event is E,
    timeoutMs: number,
    caller?: CallerSignal,
  ): Promise<E | "timeout">;
  next(
    id: string,
    matches: (event: AsteriskEvent) => boolean,
    timeoutMs: number,
    caller?: CallerSignal,
  ): Promise<AsteriskEvent | "timeout">;
  next(
    id: string,
    matches: (event: AsteriskEvent) => boolean,
    timeoutMs: number,
    caller?: CallerSignal,
  ): Promise<AsteriskEvent | "timeout"> {
    return this.#begin(id, matches, timeoutMs, caller).ended;
  }

  /**
   * Listens, then runs `command`, then waits: the only safe order. When the command fails the wait is over too.
   * @throws CallerLeft, and what `command` throws
   */
  async after<E extends AsteriskEvent>(
    command: () => Promise<unknown>,
    id: string,
    matches: (event: AsteriskEvent) => event is E,
    timeoutMs: number,
    caller?: CallerSignal,
  ): Promise<E | "timeout"> {
    const { ended, cancel } = this.#begin(id, matches, timeoutMs, caller);
    // The caller may leave while the command is under way; the rejection is met at the return below.
    ended.catch(() => undefined);
    try {
      await command();
    } catch (error) {
      cancel();
      throw error;
    }
    return ended as Promise<E | "timeout">;
  }

  #begin(
    id: string,
    matches: (event: AsteriskEvent) => boolean,
    timeoutMs: number,
    caller: CallerSignal | undefined,
  ): { ended: Promise<AsteriskEvent | "timeout">; cancel: () => void } {
    if (caller?.left) return { ended: Promise.reject(new CallerLeft()), cancel: () => undefined };
    let cancel = () => {};
    const ended = new Promise<AsteriskEvent | "timeout">((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        stopListening?.();
        this.#remove(id, wait);
      };
      const wait: Wait = {
        matches,
        finish: (event) => {
          stop();
          resolve(event);
        },
      };
      const timer = setTimeout(() => {
        stop();
        resolve("timeout");
      }, timeoutMs);
      const stopListening = caller?.onLeave(() => {
        stop();
        reject(new CallerLeft());
      });
      cancel = () => {
        stop();
        resolve("timeout");
      };
      this.#add(id, wait);
    });
    return { ended, cancel };
  }

  #add(id: string, wait: Wait): void {
    const waits = this.#waits.get(id) ?? new Set<Wait>();
    this.#waits.set(id, waits.add(wait));
    this.#active++;
  }

  #remove(id: string, wait: Wait): void {
    const waits = this.#waits.get(id);
    if (!waits?.delete(wait)) return;
    this.#active--;
    if (waits.size === 0) this.#waits.delete(id);
  }
}
