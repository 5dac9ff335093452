import pg from "pg";
import { demoPeople } from "../../../src/people/demo-people.ts";
import { nationalNumber, type Personal } from "./find-leaks.ts";

/**
 * Words that tests give to citizens as names and that the program says itself, or that name an operator, too. Every
 * name that is not here must not be seen in anything that is written.
 */
const ordinary = new Set([
  ...["test", "prova", "call", "calls", "case", "name", "null", "unknown", "anonymous"],
  ...demoPeople.map(({ login }) => login),
]);

const numbers = new Set<string>();
const words = new Set<string>();
const addresses = new Set<string>();

/** For citizens who leave no row at the end of their test: erased ones, and callers whose number must be forgotten. */
export function noteCitizen({ number, name }: { number?: string; name?: string }): void {
  const national = number ? nationalNumber(number) : null;
  if (national) numbers.add(national);
  for (const [word] of (name ?? "").matchAll(/\p{L}{4,}/gu)) {
    if (!ordinary.has(word.toLowerCase())) words.add(word.toLowerCase());
  }
}

/** Every citizen, caller and recipient of a test's database, before it goes. */
export async function noteCitizensOf(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await noteRows(client);
  } finally {
    await client.end();
  }
}

async function noteRows(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ kind: "name" | "number" | "email"; value: string }>(
    `select 'name' as kind, concat_ws(' ', first_name, last_name) as value from citizens
    union select 'number', value from citizen_contacts where kind = 'phone'
    union select 'email', value from citizen_contacts where kind = 'email'
    union select 'name', caller_name from calls union select 'number', caller_e164 from calls
    union select 'number', caller_raw from calls where length(caller_raw) < 20
    union select case when to_address like '%@%' then 'email' else 'number' end, to_address from message_sendings`,
  );
  for (const { kind, value } of rows) {
    if (!value) continue;
    if (kind === "email") addresses.add(value.toLowerCase());
    else noteCitizen({ [kind]: value });
  }
}

/** All that were noted in this run. */
export function citizensOfTests(): Personal {
  return { numbers, words, addresses };
}
