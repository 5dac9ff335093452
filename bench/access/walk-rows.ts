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
  "post /information-needs/:id/moves": () => ({ to: "closed", note: "x" }),
};

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
  const path = spec.path.replace(/:(\w+)/g, (_all, name: string) => (name === "id" ? id : memberOf(world, name)));
  const query = new URLSearchParams(
    Object.entries((spec.query ? sampleOf(spec.query, random, 0) : {}) as Record<string, string>),
  );
  if (spec.method === "get" && spec.path === "/cards/:id") query.set("version", "latest");
  const body = bodies[doorOf(spec)]?.(world) ?? (spec.body ? sampleOf(spec.body, random, 0) : undefined);
  const sent = spec.bodyKind === "stream" ? "%PDF-1.4" : body;
  const search = query.size > 0 ? `?${query}` : "";
  return walker.client.call(spec.method.toUpperCase(), path + search, sent, { "if-match": '"1"' });
}

/** Further members of a path, which exist. */
function memberOf({ cases }: AccessWorld, name: string): string {
  if (name === "personId") return cases.specialist.id;
  if (name === "version") return "1";
  return "0197f2a0-0000-7000-8000-000000000001";
}

function told(answer: TestAnswer): string {
  return `${answer.status} ${answer.body.code ?? ""} ${answer.body.detail ?? ""}`.trim();
}
