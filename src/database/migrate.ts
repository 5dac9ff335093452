import { readdir } from "node:fs/promises";
import { runMigrations } from "graphile-worker";
import knex, { type Knex } from "knex";
import { primaryUrl } from "./primary-server.ts";

const folder = new URL("../../migrations/", import.meta.url);

type Migration = { up(db: Knex): Promise<void>; down?(db: Knex): Promise<void> };

/** Names drop the extension, so that a build to JavaScript finds the same names in the table. */
const source: Knex.MigrationSource<string> = {
  getMigrations: async () => (await readdir(folder)).filter((file) => file.endsWith(".ts")).sort(),
  getMigrationName: (file) => file.replace(/\.ts$/, ""),
  getMigration: async (file) => {
    const module: Migration = await import(new URL(file, folder).href);
    return { up: module.up, down: module.down ?? (async () => Promise.reject(new Error("forward only"))) };
  },
};

/**
 * Brings the database to this program's schema (PostgreSQL 18 or later), with the job queue's own.
 * @throws when the schema is newer than this program, or a statement fails (then nothing of that file is kept).
 */
export async function migrate(urls: string): Promise<void> {
  const url = await primaryUrl(urls);
  const db = knex({ client: "pg", connection: { connectionString: url }, pool: { min: 0, max: 2 }, log: silent });
  try {
    await db.migrate.latest({ migrationSource: source, tableName: "schema_migrations" });
    await runMigrations({ connectionString: url });
  } catch (error) {
    throw asSentence(error);
  } finally {
    await db.destroy();
  }
}

// What knex would print comes with the error that it throws.
const nothing = (): void => undefined;
const silent = { warn: nothing, error: nothing, deprecate: nothing, debug: nothing };

/** What a migration itself says to the administrator (RAISE EXCEPTION), without the statement that knex puts before it. */
function asSentence(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "P0001") return error;
  return new Error(error.message.slice(error.message.lastIndexOf("\n   - ") + 1).replace(/^ *- /, ""), {
    cause: error,
  });
}
