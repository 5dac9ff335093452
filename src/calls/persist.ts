import { isConflict } from "../database/in-transaction.ts";
import { isDatabaseAway } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";

const pauseMs = 250;

/**
 * Writes what has already happened on the line: while PostgreSQL is away the write waits, since nothing may be lost
 * when it comes back. Every store function is safe to repeat (its condition names the state it saw).
 * Of two writes in a deadlock PostgreSQL ends one, which is done again at once.
 * @throws what is neither, at once.
 */
export async function persist<T>(log: Logger, write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (isConflict(error)) continue;
      if (!isDatabaseAway(error)) throw error;
      if (attempt === 1) log.warn({ reason: errorText(error) }, "the database is away, a write waits");
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
