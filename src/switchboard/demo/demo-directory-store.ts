import type { Queryable } from "../../database/pool.ts";

export async function demoDirectoryExists(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query("select from directory_entries where external_id = 'DIR-U0' limit 1");
  return rowCount === 1;
}
