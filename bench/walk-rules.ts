/**
 * `npm run check:rules`: the whole product profile × reason × status × attribute × role, asked of the running program
 * (HTTP, and the inside door of transfers, mail and the system) over a real database, and compared with the
 * hand-written test/rules.csv; then the same table asked in every world of conditions, without a database. Exits 1 on
 * a mismatch. Where the database does not even take the starting state, the csv must refuse every move from it.
 */
import { readFileSync } from "node:fs";
import { POSITIONS, type Position, placeOf, type Role } from "../src/cases/case.ts";
import { caseRoutes } from "../src/cases/case-routes.ts";
import { compareRules, expectations, type RuleRow, readRules } from "../src/cases/rules/check-rules.ts";
import type { Pool } from "../src/database/pool.ts";
import { hashPassword } from "../src/people/sign-in/password.ts";
import { caseWorld } from "../test/support/cases.ts";
import { stopDatabaseServer, testDatabase } from "../test/support/database.ts";
import { type TestClient, testClient, testPassword, testWeb } from "../test/support/web.ts";
import { putCase, type RuleGround, ruleGround, type Start } from "./rules/rule-cases.ts";
import { type Answer, askApi, askInside, databaseRefuses, isInside, personOf } from "./rules/rule-doors.ts";

type Question = { to: Position; role: Role; row: RuleRow | undefined };
type Count = {
  api: number;
  inside: number;
  impossible: number;
  allowed: number;
  refused: number;
  mismatches: string[];
};
type Walk = { pool: Pool; ground: RuleGround; clients: Map<Role, TestClient>; count: Count };

const rows = readRules(readFileSync(new URL("../test/rules.csv", import.meta.url), "utf8"));
const word = (value: string | null): string => value ?? "-";
const place = ({ status, attribute }: Position): string => placeOf(status, attribute) ?? `${status}/${word(attribute)}`;

/** Questions by their starting state; pairs of status and attribute that do not exist are no starting state. */
function questionsByStart(): { start: Start; questions: Question[] }[] {
  const byStart = new Map<string, { start: Start; questions: Question[] }>();
  for (const { combination, row } of expectations(rows, "")) {
    const { profile, reason, from, to, role } = combination;
    // A pair that does not exist has one answer for every role: it is asked once a state, all else by every role.
    if (!POSITIONS.includes(to) && role !== "operator") continue;
    const key = `${profile} ${reason} ${place(from)}`;
    const entry = byStart.get(key) ?? { start: { profile, reason, from }, questions: [] };
    byStart.set(key, entry);
    entry.questions.push({ to, role, row });
  }
  return [...byStart.values()];
}

async function walkStart(walk: Walk, start: Start, questions: Question[]): Promise<void> {
  let caseId = POSITIONS.includes(start.from) ? await putCase(walk.pool, walk.ground, start) : null;
  for (const question of questions) {
    if (caseId === null) {
      walk.count.impossible += 1;
      judge(walk.count, start, question, { found: "state_impossible", hidden: true });
      continue;
    }
    const answer = await ask(walk, { ...question, caseId, from: start.from });
    judge(walk.count, start, question, answer);
    // The next question needs the case where it was.
    if (answer.found === "allow") caseId = await putCase(walk.pool, walk.ground, start);
  }
}

async function ask(
  { pool, ground, clients, count }: Walk,
  asked: { caseId: string; from: Position; to: Position; role: Role },
): Promise<Answer> {
  if (!isInside(asked)) {
    count.api += 1;
    return askApi(clients.get(asked.role)!, ground, asked);
  }
  if (asked.role !== "system") {
    count.api += 1;
    const plain = await askApi(clients.get(asked.role)!, ground, asked);
    if (plain.found === "allow")
      throw new Error(`the plain door let ${place(asked.from)} > ${place(asked.to)} through`);
    if (personOf(ground, asked.role) === null) return plain;
  }
  count.inside += 1;
  return askInside(pool, ground, asked);
}

function judge(count: Count, start: Start, { to, role, row }: Question, { found, hidden }: Answer): void {
  const allowed = found === "allow";
  if (allowed) count.allowed += 1;
  else count.refused += 1;
  const rightCode = allowed || hidden || !row || row.codes.length === 0 || row.codes.includes(found);
  if (row && row.allow === allowed && rightCode) return;
  const expected = row ? (row.allow ? "allow" : `refuse ${row.codes.join("|")}`) : "nothing";
  count.mismatches.push(
    `${word(start.profile)} ${word(start.reason)} ${place(start.from)} > ${place(to)} by ${role}: ` +
      `expected ${expected} (line ${row?.line ?? "-"}), found ${found}`,
  );
}

/** How many bare changes of state that nobody may make the database refuses by itself. */
async function askDatabase({ pool, ground }: Walk, starts: ReturnType<typeof questionsByStart>) {
  let illegal = 0;
  let refused = 0;
  for (const { start, questions } of starts.filter((one) => POSITIONS.includes(one.start.from))) {
    const caseId = await putCase(pool, ground, start);
    if (caseId === null) continue;
    for (const to of POSITIONS) {
      if (place(to) === place(start.from) || questions.some((one) => one.to === to && one.row?.allow)) continue;
      illegal += 1;
      if (await databaseRefuses(pool, caseId, to)) refused += 1;
    }
  }
  return { illegal, refused };
}

async function openWalk(pool: Pool, web: { url: string }): Promise<Walk> {
  const world = await caseWorld(pool);
  await pool.query("update people set password_hash = $1", [await hashPassword(testPassword)]);
  const ground = await ruleGround(pool, world);
  const { rows: others } = await pool.query(
    `with p as (insert into people (login, display_name, password_hash)
      select role, role, (select password_hash from people limit 1) from unnest('{knowledge_editor,administrator}'::text[]) role
      returning id, login)
    insert into person_roles (person_id, role) select id, login::text from p returning role`,
  );
  const clients = new Map<Role, TestClient>();
  for (const role of others.map((one): Role => one.role)) clients.set(role, await testClient(web.url, role));
  for (const role of [
    "operator",
    "office_agent",
    "rejects_agent",
    "specialist",
    "agency_referent",
    "supervisor",
  ] as const) {
    clients.set(role, await testClient(web.url, personOf(ground, role)!.login));
  }
  const count: Count = { api: 0, inside: 0, impossible: 0, allowed: 0, refused: 0, mismatches: [] };
  return { pool, ground, clients, count };
}

/** Several starting states at once: each has its own case, so they do not disturb each other. */
async function walkAll(walk: Walk, starts: ReturnType<typeof questionsByStart>, wanted: (to: Position) => boolean) {
  const waiting = [...starts];
  const worker = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      await walkStart(
        walk,
        next.start,
        next.questions.filter(({ to }) => wanted(to)),
      );
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}

async function main(): Promise<void> {
  const database = await testDatabase();
  const web = await testWeb(database, { routes: caseRoutes({ pool: database.pool }) });
  try {
    const walk = await openWalk(database.pool, web);
    const starts = questionsByStart();
    await walkAll(walk, starts, (to) => to.status !== "rejected");
    // A rejection wants the call over (REQ 3.8); all else is asked while it lasts.
    await database.pool.query(
      "update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1",
      [walk.ground.callId],
    );
    await walkAll(walk, starts, (to) => to.status === "rejected");
    const wall = await askDatabase(walk, starts);
    report(walk.count, wall, compareRules(rows).report);
  } finally {
    await web.close();
    await database.drop();
    await stopDatabaseServer();
  }
}

function report(
  count: Count,
  wall: { illegal: number; refused: number },
  table: { combinations: number; mismatches: number },
): void {
  const combinations = count.allowed + count.refused;
  const lines: [string, number][] = [
    ["asked over HTTP", count.api],
    ["asked inside, as transfers, mail and the system ask", count.inside],
    ["moves from a state that the database does not take", count.impossible],
    ["illegal changes of state tried by SQL", wall.illegal],
    ["  of which the database refused by itself", wall.refused],
    ["asked of the table alone, in every world of conditions", table.combinations],
  ];
  for (const [what, number] of lines) console.log(`${what.padEnd(60)} ${String(number).padStart(9)}`);
  for (const mismatch of count.mismatches.slice(0, 20)) console.log(`MISMATCH ${mismatch}`);
  const mismatches = count.mismatches.length + table.mismatches;
  console.log(`${combinations} combinations checked, ${mismatches} mismatches`);
  console.log(JSON.stringify({ combinations, allowed: count.allowed, refused: count.refused, mismatches }));
  if (mismatches > 0 || combinations === 0) process.exitCode = 1;
}

await main();
