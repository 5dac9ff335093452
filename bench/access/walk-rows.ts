import type { Route, RouteSpec } from "../../src/desk/route.ts";
import type { TestAnswer } from "../../test/support/web.ts";
import { sampleOf, seededRandom } from "../fuzz/schema-sample.ts";
import { type AccessMatrix, mayUseDoor } from "./access-matrix.ts";
import { type RowRule, reaches, ruleFor } from "./access-rules.ts";
import type { AccessTally } from "./access-tally.ts";
import { type AccessWorld, type Place, places, type Walker } from "./access-world.ts";
import { doorOf } from "./walk-doors.ts";

type Asked = { spec: RouteSpec; rule: RowRule; walker: Walker; place: Place };

/** Bodies that only a person can think of, so that the request gets as far as the row. */
const bodies: Record<string, (world: AccessWorld) => unknown> = {
  "post /offices/:id/absences": ({ cases }) => ({
    personId: cases.office.id,
    startsAt: "2027-01-01T08:00:00Z",
    endsAt: "2027-01-02T08:00:00Z",
  }),
  "post /information-needs/:id/moves": () => ({ to: "closed", note: "x" }),
};

/**
 * Doors of a transfer, whose own conditions (a check, a ringing phone) answer the owner of a call too: that the owner
 * gets through is shown by the tests of transfers, on a real switch.
 */
const ownConditions = /^post \/calls\/:id\/(availability-checks|consult|transfer|complete)$/;

/**
 * Every door that names a row × every role that may use the door × own, other office, other agency. What must not be
 * reached is refused; beside each refusal stands a twin that differs in the place, or the person, alone.
 */
export async function walkRows(routes: Route[], matrix: AccessMatrix, world: AccessWorld, tally: AccessTally) {
  for (const { spec } of routes) {
    const rule = ruleFor(spec.method, spec.path);
    if (!rule) continue;
    const walkers = world.walkers.filter(({ role }) => mayUseDoor(matrix, doorOf(spec), role));
    for (const walker of walkers) await walkPlaces(world, spec, rule, walker, walkers, tally);
  }
}

async function walkPlaces(
  world: AccessWorld,
  spec: RouteSpec,
  rule: RowRule,
  walker: Walker,
  others: Walker[],
  tally: AccessTally,
): Promise<void> {
  for (const place of places) {
    const name = `${doorOf(spec)} as ${walker.role}, ${place}`;
    if (reaches(rule, walker.role, place)) {
      const answer = await ask(world, { spec, rule, walker, place });
      tally.allowed(![401, 403].includes(answer.status) && answer.status < 500, `${name}: ${told(answer)}`);
      continue;
    }
    const refused = await ask(world, { spec, rule, walker, place });
    tally.denied(rule.refusals.includes(refused.status), `${name}: ${told(refused)}`);
    if (ownConditions.test(doorOf(spec))) continue;
    const twin = twinOf(rule, walker, others);
    if (!twin) {
      tally.lostTwins.push(`${name}: nobody may do it, so the refusal proves nothing`);
      continue;
    }
    const answer = await ask(world, { spec, rule, ...twin });
    tally.allowed(told(answer) !== told(refused) && answer.status < 500, `twin of ${name}: ${told(answer)}`);
  }
}

/** The same person on their own row; where there is none, somebody who reaches it. */
function twinOf(rule: RowRule, walker: Walker, others: Walker[]): { walker: Walker; place: Place } | null {
  if (reaches(rule, walker.role, "own")) return { walker, place: "own" };
  const other = others.find(({ role }) => reaches(rule, role, "own"));
  return other ? { walker: other, place: "own" } : null;
}

async function ask(world: AccessWorld, { spec, rule, walker, place }: Asked): Promise<TestAnswer> {
  const id = await rule.make(world, walker, place);
  const random = seededRandom(1);
  const members = await membersOf(world, id);
  const path = spec.path.replace(/:(\w+)/g, (_all, name: string) => (name === "id" ? id : (members[name] ?? nobody)));
  const query = new URLSearchParams(
    Object.entries((spec.query ? sampleOf(spec.query, random, 0) : {}) as Record<string, string>),
  );
  if (spec.method === "get" && spec.path === "/cards/:id") query.set("version", "latest");
  const body = bodies[doorOf(spec)]?.(world) ?? (spec.body ? sampleOf(spec.body, random, 0) : undefined);
  const sent = spec.bodyKind === "stream" ? "%PDF-1.4\n%%EOF\n" : body;
  if (spec.path.endsWith("/documents")) query.set("name", "modulo.pdf");
  const search = query.size > 0 ? `?${query}` : "";
  return walker.client.call(spec.method.toUpperCase(), path + search, sent, { "if-match": '"1"' });
}

const nobody = "0197f2a0-0000-7000-8000-000000000001";

/** Further members of a path, which exist. */
async function membersOf({ pool, cases }: AccessWorld, id: string): Promise<Record<string, string>> {
  const { rows } = await pool.query(
    `select (select id from report_files where report_id = $1) as file,
      (select id from report_deliveries where report_id = $1) as delivery`,
    [id],
  );
  return {
    personId: cases.specialist.id,
    version: "1",
    fileId: rows[0]?.file ?? nobody,
    deliveryId: rows[0]?.delivery ?? nobody,
  };
}

function told(answer: TestAnswer): string {
  return `${answer.status} ${answer.body.code ?? ""} ${answer.body.detail ?? ""}`.trim();
}
