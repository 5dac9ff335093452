import type { Knex } from "knex";

/**
 * PostgreSQL reads a CHECK's expression from its stored text at every statement that writes the table; the 57 of the
 * three tables that every call writes cost more than the writes themselves (measured: half of the database's CPU). The
 * same conditions, word for word, in a trigger function are compiled once a connection. A refusal keeps the error code
 * (23514), the table and the constraint's name.
 */
export async function up(db: Knex): Promise<void> {
  for (const table of ["calls", "operators", "cases"]) await compileChecks(db, table);
}

type Check = { name: string; condition: string };

async function compileChecks(db: Knex, table: string): Promise<void> {
  const checks = await checksOf(db, table);
  const columns = await columnsOf(db, table);
  const tests = checks.map(
    ({ name, condition }) => `
      if (${ofNewRow(condition, columns)}) is false then
        raise exception 'new row for relation "${table}" violates check constraint "${name}"'
          using errcode = 'check_violation', table = '${table}', constraint = '${name}';
      end if;`,
  );
  // No placeholders: some conditions hold a question mark.
  await runPlain(
    db,
    `create function ${table}_checks() returns trigger language plpgsql as $checks$
    begin${tests.join("")}
      return new;
    end $checks$;
    -- Triggers run in the order of their names: this one sees the row as it will be written.
    create trigger zz_checks before insert or update on ${table} for each row execute function ${table}_checks();
    ${checks.map(({ name }) => `alter table ${table} drop constraint ${name};`).join("\n")}`,
  );
}

async function checksOf(db: Knex, table: string): Promise<Check[]> {
  const { rows } = await db.raw(
    `select conname as name, pg_get_expr(conbin, conrelid) as condition from pg_constraint
    where contype = 'c' and conrelid = ?::regclass order by conname`,
    [table],
  );
  return rows;
}

async function columnsOf(db: Knex, table: string): Promise<Set<string>> {
  const { rows } = await db.raw(
    "select attname as name from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped",
    [table],
  );
  return new Set(rows.map((row: { name: string }) => row.name));
}

/** Columns become fields of NEW; texts in quotes stay as they are. */
function ofNewRow(condition: string, columns: ReadonlySet<string>): string {
  return condition
    .split(/('(?:[^']|'')*')/)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll(/(?<![\w:.])[a-z_]\w*(?![\w(])/g, newField)))
    .join("");
  function newField(word: string): string {
    return columns.has(word) ? `new.${word}` : word;
  }
}

async function runPlain(db: Knex, text: string): Promise<void> {
  await db.raw(text.replaceAll("?", "\\?"));
}
