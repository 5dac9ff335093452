import connectPgSimple from "connect-pg-simple";
import session, { type SessionData } from "express-session";
import type { Pool } from "../../database/pool.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { deleteExpiredSessions, readSessionData, writeSessionData } from "./session-store.ts";

const pruneMs = 15 * 60_000;

/**
 * Sessions in PostgreSQL by connect-pg-simple, with PostgreSQL's clock for what it would take from this machine's: a
 * copy whose clock is an hour ahead would find everybody signed out and delete all sessions, one an hour behind would
 * begin sessions that are over.
 */
export function sessionTable(pool: Pool, idleMinutes: number, log: Logger): session.Store & { close(): Promise<void> } {
  const Store = connectPgSimple(session);
  class SessionTable extends Store {
    private readonly pruning = setInterval(() => {
      deleteExpiredSessions(pool).catch((error: unknown) => log.warn({ reason: errorText(error) }, "session store"));
    }, pruneMs).unref();

    override get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void {
      readSessionData(pool, sid).then((data) => done(null, data), done);
    }

    override set(sid: string, data: SessionData, done?: (error?: unknown) => void): void {
      writeSessionData(pool, sid, data, idleMinutes).then(
        () => done?.(),
        (error: unknown) => done?.(error),
      );
    }

    override close(): Promise<void> {
      clearInterval(this.pruning);
      return super.close();
    }
  }
  return new SessionTable({
    ...{ pool, tableName: "sessions", ttl: idleMinutes * 60 },
    // The idle limit is moved on by `sessionPerson`, in the statement that is needed anyway.
    disableTouch: true,
    pruneSessionInterval: false,
    errorLog: (...words) => log.warn({ reason: words.map(errorText).join(" ") }, "session store"),
  });
}
