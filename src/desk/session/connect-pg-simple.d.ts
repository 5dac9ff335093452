/** The part of connect-pg-simple 10 that is used here; it ships no types. */
declare module "connect-pg-simple" {
  import type { Store } from "express-session";
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
  type PgStore = Store & { close(): Promise<void> };
  export default function connect(session: { Store: typeof Store }): new (options: Options) => PgStore;
}
