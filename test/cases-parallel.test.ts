import { expect } from "chai";
import fc from "fast-check";
import pg from "pg";
import type { CaseRecord } from "../src/cases/case-record.ts";
import { readCase } from "../src/cases/case-store.ts";
import { createChildCase } from "../src/cases/children/create-child-case.ts";
import { logContactAttempt } from "../src/cases/handling/log-contact-attempt.ts";
import { takeCharge } from "../src/cases/handling/take-charge.ts";
import { type MoveWish, moveCase } from "../src/cases/moves/move-case.ts";
import { isAppError } from "../src/errors.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

type Step = { who: "office" | "other" | "rejects" | "anna"; what: "move" | "take" | "attempt" | "child"; wish: number };

const wishes: ((world: CaseWorld) => MoveWish)[] = [
  () => ({ to: "suspended" }),
  () => ({ to: "rejected", cause: "operator_error" }),
  (world) => ({ to: "assigned", serviceId: world.services.registry.id }),
  (world) => ({ to: "assigned", serviceId: world.services.other.id }),
  () => ({ to: "resolved_l2", attribute: "to_communicate" }),
  () => ({ to: "resolved_l2", attribute: "not_communicated", nextAttemptAt: new Date("2030-01-01T08:00:00Z") }),
  () => ({ to: "resolved_l2", attribute: "communicated" }),
  () => ({ to: "resolved_l2", attribute: "not_communicable" }),
  () => ({ to: "cancelled", cause: "not_competent" }),
  () => ({ to: "cancelled", cause: "cancelled_by_citizen" }),
];

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom("office", "other", "rejects", "anna"),
  what: fc.constantFrom("move", "move", "move", "take", "take", "attempt", "child"),
  // The ends of a case come last in the list and are drawn less often, so that the family lives on for a while.
  wish: fc.oneof({ weight: 6, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.nat(wishes.length - 1) }),
});

describe("cases: many hands on one family", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;
  // Of the 200, 190 wait for a connection: on a slow machine longer than the program's own limit, which is not the point.
  let pool: pg.Pool;

  before(async () => {
    database = await testDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 10 });
    world = await caseWorld(pool);
    act = caseActions(world);
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  const personOf = (who: Step["who"]): SignedInPerson =>
    ({ office: world.office, other: world.otherOffice, rejects: world.rejects, anna: world.anna })[who];

  const family = async (): Promise<CaseRecord> => {
    const parent = await act.answered();
    for (const reason of ["reminder", "reminder"] as const) {
      await callOf(world, world.bruno);
      await createChildCase(pool, world.bruno, parent.id, { reason, request: "Allora?" });
    }
    return parent;
  };

  const take = async (parentId: string, one: Step): Promise<unknown> => {
    const person = personOf(one.who);
    if (one.what === "take") return takeCharge(pool, person, parentId);
    if (one.what === "child")
      return createChildCase(pool, world.bruno, parentId, { reason: "reminder", request: "E?" });
    if (one.what === "attempt") {
      const attempt = {
        outcome: "no_answer",
        channel: "phone",
        note: null,
        nextAttemptAt: null,
        callId: null,
      } as const;
      return logContactAttempt(pool, person, parentId, attempt);
    }
    const { version } = (await readCase(pool, parentId))!;
    return moveCase(pool, person, parentId, version, wishes[one.wish]!(world));
  };

  /** Whatever refuses must be one of the API's own answers: nothing else may come out of a race. */
  const settle = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "done",
      (error: unknown) => {
        if (!isAppError(error)) throw error;
        expect([404, 409, 412, 422]).to.include(error.status);
        return error.code;
      },
    );

  const check = async (parentId: string): Promise<void> => {
    const { rows } = await pool.query(
      `select s.id, s.status, s.attribute, s.office_id, s.service_id, s.closed_at, s.version, s.parent_id,
        (select array_agg(h.seq order by h.seq) from case_history h where h.case_id = s.id) as seqs,
        (select array_agg(h.to_status || '/' || coalesce(h.to_attribute, '') order by h.seq) from case_history h
          where h.case_id = s.id and h.to_status is not null) as path,
        (select array_agg(h.from_status || '/' || coalesce(h.from_attribute, '') order by h.seq) from case_history h
          where h.case_id = s.id and h.from_status is not null) as origins,
        (select count(*)::int from case_tasks t where t.case_id = s.id and t.state in ('open', 'claimed')
          and t.kind = 'contact_back') as tasks
      from cases s where s.id = $1 or s.parent_id = $1`,
      [parentId],
    );
    const parent = rows.find((row) => row.id === parentId);
    for (const row of rows) {
      const place = `${row.status}/${row.attribute ?? ""}`;
      expect(row.seqs, "gapless").to.deep.equal(Array.from(row.seqs, (_, index) => index + 1));
      expect(row.path.at(-1), "the history ends where the case is").to.equal(place);
      // Each move starts where the one before it ended: no change was lost or told twice.
      expect(row.origins, "one chain").to.deep.equal(row.path.slice(0, -1));
      expect(row.tasks).to.equal(row.parent_id === null && row.attribute === "to_communicate" ? 1 : 0);
      if (row.parent_id === null) continue;
      const bornLate = row.status === "assigned" && row.path.length === 2 && !parent.closed_at;
      if (!bornLate) expect(place).to.equal(`${parent.status}/${parent.attribute ?? ""}`);
      expect([row.office_id, row.service_id]).to.deep.equal([parent.office_id, parent.service_id]);
      if (!bornLate) expect(row.closed_at).to.deep.equal(parent.closed_at);
    }
  };

  it("ends 200 parallel random moves in a legal state, with a gapless history and children that followed", async () => {
    const parent = await family();
    const steps = fc.sample(step, { numRuns: 200, seed: 55_055 });
    await callOf(world, world.bruno);
    const results = await Promise.all(steps.map((one) => settle(take(parent.id, one))));
    expect(results.filter((result) => result === "done").length).to.be.greaterThan(5);
    expect(results).to.include("stale_version");
    await check(parent.id);
  });

  it("keeps children with their parent through any sequence of moves (property)", async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const parent = await family();
        for (const one of steps) {
          await settle(take(parent.id, one));
          await check(parent.id);
        }
      }),
      { numRuns: 15, seed: 3 },
    );
  });
});
