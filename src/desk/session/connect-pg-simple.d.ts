/** The part of connect-pg-simple 10 that is used here; it ships no types. */
declare module "connect-pg-simple" {
  import { type SessionData, Store } from "express-session";
  import type { Pool } from "pg";

  type Options = {
    pool: Pool;
    tableName: string;
    /** Seconds. */
    ttl: number;
    disableTouch: boolean;
    pruneSessionInterval: number | false;
    errorLog: (...words: unknown[]) => void;
  };
  class PgStore extends Store {
    constructor(options: Options);
    get(sid: string, done: (error: unknown, data?: SessionData | null) => void): void;
    set(sid: string, data: SessionData, done?: (error?: unknown) => void): void;
    destroy(sid: string, done?: (error?: unknown) => void): void;
    close(): Promise<void>;
  }
  export default function connect(session: { Store: typeof Store }): typeof PgStore;
}
