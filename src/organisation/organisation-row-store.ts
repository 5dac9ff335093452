import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";

/** Columns that may be changed one by one, by table; nothing else ever gets into a statement. */
const columnsOf = {
  agencies: {
    externalId: "external_id",
    name: "name",
    shortName: "short_name",
    switchboard: "switchboard",
  },
  departments: { externalId: "external_id", name: "name" },
  offices: {
    externalId: "external_id",
    name: "name",
    phone: "phone",
    phoneExtension: "phone_extension",
    email: "email",
    calendarId: "calendar_id",
    isRejectsDesk: "is_rejects_desk",
  },
  services: {
    externalId: "external_id",
    name: "name",
    departmentId: "department_id",
    officeId: "office_id",
    profile: "profile",
    acceptsInformation: "accepts_information",
    acceptsComplaints: "accepts_complaints",
    hasAgenda: "has_agenda",
    minFailedAttempts: "min_failed_attempts",
  },
} as const;

export type ChangeableTable = keyof typeof columnsOf;
export type Changes<T extends ChangeableTable> = {
  [K in keyof (typeof columnsOf)[T]]?: string | number | boolean | null | undefined;
} & { disabled?: boolean | undefined };

/** Writes the members that are given and takes the next version. The caller holds the row's lock. */
export async function changeRow<T extends ChangeableTable>(
  db: Queryable,
  table: T,
  id: string,
  changes: Changes<T>,
): Promise<void> {
  const columns: Record<string, string> = columnsOf[table];
  const sets = ["version = version + 1"];
  const values: unknown[] = [id];
  for (const [name, value] of Object.entries(changes)) {
    const column = columns[name];
    if (column === undefined || value === undefined) continue;
    values.push(value);
    sets.push(`${column} = $${values.length}`);
  }
  if (changes.disabled !== undefined) {
    values.push(changes.disabled);
    sets.push(`disabled_at = case when $${values.length} then coalesce(disabled_at, now()) end`);
  }
  await db.query(`update ${table} set ${sets.join(", ")} where id = $1`, values);
}

export type PageQuery = { q?: string | undefined; cursor?: string | undefined; limit: number };
export type Page<T> = { items: T[]; nextCursor: string | null };
type Listing = {
  select: string;
  from: string;
  /** Column that sorts, with its table. */
  name: string;
  id: string;
  /** Expression with a trigram index. */
  search: string;
  /** Conditions over $1… = values; a null value means that the filter is not used. */
  where: string[];
  values: unknown[];
};

/** By name, page after page; with `q` the best matches only (part of the name, or nearly), best first. */
export async function listByName<T extends { id: string; name: string }>(
  pool: Pool,
  listing: Listing,
  page: PageQuery,
): Promise<Page<T>> {
  const { select, from, name, id, search } = listing;
  const where = listing.where.length > 0 ? listing.where : ["true"];
  const q = page.q?.trim() ?? "";
  const next = listing.values.length + 1;
  if (q !== "") {
    const asked = `search_text($${next})`;
    const text = `select ${select} from ${from} where ${where.join(" and ")} and ${asked} <> ''
        and (${search} like '%' || ${asked} || '%' or ${asked} <% ${search})
      order by (${search} like ${asked} || '%') desc, word_similarity(${asked}, ${search}) desc, ${name}, ${id}
      limit $${next + 1}`;
    return inTransaction(pool, async (client) => {
      // Half of the letters right: "anagrfe" still finds "anagrafe". Holds for this transaction.
      await client.query("select set_config('pg_trgm.word_similarity_threshold', '0.45', true)");
      const found = await client.query<T>(text, [...listing.values, q, page.limit]);
      return { items: found.rows, nextCursor: null };
    });
  }
  const after = readCursor(page.cursor);
  const found = await pool.query<T>(
    `select ${select} from ${from} where ${where.join(" and ")}
        and ($${next}::text is null or (${name}, ${id}) > ($${next}, $${next + 1}::uuid))
      order by ${name}, ${id} limit $${next + 2}`,
    [...listing.values, after?.name ?? null, after?.id ?? null, page.limit + 1],
  );
  const items = found.rows.slice(0, page.limit);
  const last = items.at(-1);
  return { items, nextCursor: found.rows.length > page.limit && last ? writeCursor(last) : null };
}

function writeCursor(last: { id: string; name: string }): string {
  return Buffer.from(JSON.stringify([last.name, last.id])).toString("base64url");
}

function readCursor(cursor: string | undefined): { name: string; id: string } | null {
  if (cursor === undefined) return null;
  const [, name, id] =
    /^\["((?:[^"\\]|\\.)*)","([0-9a-f-]{36})"\]$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (name === undefined || id === undefined) throw new AppError("invalid_form", "The cursor is not one of this list");
  return { name: String(JSON.parse(`"${name}"`)), id };
}
