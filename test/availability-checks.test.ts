import { expect } from "chai";
import type { Clock } from "../src/clock.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { availabilityRoutes } from "../src/transfers/availability/availability-routes.ts";
import { noteOfficeAnswer } from "../src/transfers/availability/availability-store.ts";
import {
  type AvailabilityDeps,
  checkAvailability,
  lookAtOffice,
  lookAtService,
  usableCheck,
} from "../src/transfers/availability/check-availability.ts";
import { AvailabilityWatch } from "../src/transfers/availability/watch-availability.ts";
import { type CaseWorld, callOf, caseWorld, type TestCall } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";

describe("availability: stored checks", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let call: TestCall;
  let busy: Set<string> | null = new Set();
  let now = new Date("2026-03-02T09:00:00Z");
  const clock: Clock = { now: () => now, monotonicMs: () => performance.now() };
  let deps: AvailabilityDeps;
  let account = 300;

  const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  /** At an office's seat with the phone registered and the page open. */
  async function seat(person: SignedInPerson): Promise<string> {
    const number = String(++account);
    await sql("insert into seats (number, kind, sip_password, web_password) values ($1, 'office', 'x', 'y')", [number]);
    await sql(
      `insert into operators (person_id, seat_id, signed_in_at, stream_lost_at)
        select $1, id, now(), null from seats where number = $2`,
      [person.id, number],
    );
    await sql("insert into seat_contacts (account, online) values ($1, true)", [number]);
    return number;
  }
  const setDesk = (person: SignedInPerson, set: string) =>
    sql(`update operators set ${set} where person_id = $1`, [person.id]);
  const look = async () =>
    (await lookAtOffice(deps, { officeId: world.offices.registry.id, acceptsInformation: null })).verdict;
  const check = (request = {}, person = world.anna) => checkAvailability(deps, person, call.callId, request);
  const age = (id: string, seconds: number) =>
    sql("update availability_checks set made_at = clock_timestamp() - make_interval(secs => $2) where id = $1", [
      id,
      seconds,
    ]);

  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());
  beforeEach(async () => {
    world = await caseWorld(database.pool);
    deps = { pool: database.pool, clock, busyAccounts: async () => busy };
    busy = new Set();
    now = new Date("2026-03-02T09:00:00Z");
    call = await callOf(world, world.anna);
    const { agencyId, departmentId, id } = world.services.registry;
    await sql(
      "update cases set agency_id = $2, department_id = $3, service_id = $4, reason = 'information' where id = $1",
      [call.caseId, agencyId, departmentId, id],
    );
  });

  it("sees who sits there, on leave, silent, occupied, and on which phone a channel is", async () => {
    expect(await look()).to.equal("absent");
    const number = await seat(world.office);
    expect(await look()).to.equal("free");
    busy = new Set([number]);
    expect(await look()).to.equal("busy");
    busy = null;
    expect(await look()).to.equal("free");
    await setDesk(world.office, "do_not_disturb_since = now()");
    expect(await look()).to.equal("dnd");
    await setDesk(world.office, "do_not_disturb_since = null, stream_lost_at = now()");
    expect(await look()).to.equal("absent");
    await setDesk(world.office, "stream_lost_at = null");
    await sql("update seat_contacts set online = false where account = $1", [number]);
    expect(await look()).to.equal("unreachable");
    await sql("update seat_contacts set online = true where account = $1", [number]);
    await sql("insert into person_absences (person_id, starts_at, ends_at) values ($1, $2, $3)", [
      world.office.id,
      new Date("2026-03-01T00:00:00Z"),
      new Date("2026-03-05T00:00:00Z"),
    ]);
    expect(await look()).to.equal("absent");
    now = new Date("2026-03-05T09:00:00Z");
    expect(await look()).to.equal("free");
    await callOf(world, world.office);
    expect(await look()).to.equal("busy");
  });

  it("counts a person whom another transfer is ringing, and nobody who is no office agent any more", async () => {
    const number = await seat(world.office);
    await sql(
      `insert into transfers (call_id, case_id, kind, operator_id, office_id, person_id, endpoint, target_name)
        values ($1, $2, 'consult', $3, $4, $5, $6, 'X')`,
      [call.callId, call.caseId, world.anna.id, world.offices.registry.id, world.office.id, `PJSIP/${number}`],
    );
    expect(await look()).to.equal("busy");
    await sql("delete from transfers where call_id = $1", [call.callId]);
    expect(await look()).to.equal("free");
    await sql("delete from person_roles where person_id = $1", [world.office.id]);
    expect(await look()).to.equal("absent");
  });

  it("gives the office of a service with its hours, people and alternative", async () => {
    const [calendar] = await sql("insert into calendars (name) values ('Anagrafe') returning id");
    await sql("insert into calendar_hours values ($1, 1, '08:30', '13:00')", [calendar.id]);
    await sql("update offices set calendar_id = $2 where id = $1", [world.offices.registry.id, calendar.id]);
    await seat(world.office);
    const [open] = await lookAtService(deps, world.services.registry.id);
    expect(open).to.deep.include({ verdict: "free", personId: world.office.id, alternative: null });
    expect(open?.people.map((one) => one.verdict)).to.deep.equal(["free", "absent"]);
    now = new Date("2026-03-02T15:00:00Z");
    const [closed] = await lookAtService(deps, world.services.registry.id);
    expect(closed).to.deep.include({
      verdict: "closed",
      until: new Date("2026-03-09T07:30:00Z"),
      it: "Ufficio chiuso fino a lunedì 9 marzo alle 08:30.",
    });
    expect(closed?.alternative?.kind).to.equal("assign");
    const [off] = await lookAtService(deps, world.services.closed.id);
    expect(off?.alternative?.kind).to.equal("declare_unresolvable");
    await refusedWith(lookAtService(deps, world.offices.other.id), "not_found");
  });

  it("stores the check with its evidence and logs it on the case, positive or negative", async () => {
    await seat(world.office);
    const made = await check();
    expect(made).to.include({ usable: true, verdict: "free", officeId: world.offices.registry.id });
    expect(made.expiresAt.getTime() - made.madeAt.getTime()).to.be.within(59_000, 61_000);
    await setDesk(world.office, "do_not_disturb_since = now()");
    expect(await check()).to.include({ usable: false, verdict: "dnd" });
    const [row] = await sql("select * from availability_checks where id = $1", [made.id]);
    expect(row).to.include({ service_id: world.services.registry.id, asked_by_id: world.anna.id, verdict: "free" });
    expect(row.evidence.people.map((one: { cause: string }) => one.cause)).to.have.members(["free", "not_at_seat"]);
    const logged = await sql(
      "select data ->> 'result' as result, actor from case_history where case_id = $1 and kind = 'availability_check' order by seq",
      [call.caseId],
    );
    expect(logged).to.deep.equal([
      { result: "positive", actor: world.anna.login },
      { result: "negative", actor: world.anna.login },
    ]);
  });

  it("checks only for the operator's own live call, about an office that exists, and not at the switchboard", async () => {
    await refusedWith(check({}, world.bruno), "not_your_call");
    await refusedWith(check({ officeId: world.agencies[0] }), "not_found");
    await refusedWith(check({ personId: world.roads.id }), "not_found");
    const foreign = await callOf(world, world.bruno);
    await refusedWith(check({ caseId: foreign.caseId }), "not_your_call");
    await sql("update cases set switchboard = true where id = $1", [call.caseId]);
    await refusedWith(check(), "switchboard_without_check");
    await sql("update cases set switchboard = false, service_id = null, department_id = null where id = $1", [
      call.caseId,
    ]);
    await refusedWith(check(), "service_needed");
    expect(await check({ officeId: world.offices.roads.id })).to.include({ verdict: "absent" });
    await sql("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1", [call.callId]);
    await refusedWith(check({ officeId: world.offices.roads.id }), "not_your_call");
  });

  it("lets a transfer name only a positive check of that office and call, at most 60 s old", async () => {
    const number = await seat(world.office);
    const { id } = await check();
    const office = world.offices.registry.id;
    const use = (checkId: string | null, officeId = office, callId = call.callId) =>
      usableCheck(database.pool, checkId, officeId, callId);
    expect(await use(id)).to.include({ id, personId: world.office.id, account: number });
    await age(id, 59);
    expect((await use(id)).ageSeconds).to.be.within(59, 60);
    await age(id, 60.5);
    const late = await refusedWith(use(id), "availability_check_too_old");
    expect(late.details.rule).to.match(/REQ 3\.3/);
    expect(late.status).to.equal(422);
    await refusedWith(use(null), "availability_check_missing");
    await refusedWith(use(id, world.offices.roads.id), "availability_check_missing");
    const other = await callOf(world, world.bruno);
    await refusedWith(use(id, office, other.callId), "availability_check_missing");
    await setDesk(world.office, "do_not_disturb_since = now()");
    await refusedWith(use((await check()).id), "availability_check_negative");
  });

  it("remembers how the last calls ended", async () => {
    await seat(world.office);
    const officeId = world.offices.registry.id;
    now = new Date();
    await noteOfficeAnswer(database.pool, {
      ...{ officeId, personId: world.office.id, callId: call.callId },
      outcome: "no_answer",
    });
    const seen = await lookAtOffice(deps, { officeId, acceptsInformation: null });
    expect(seen).to.include({ verdict: "free", it: "Libero, ma poco fa non ha risposto." });
    expect(seen.lastAnswers.map((one) => one.outcome)).to.deep.equal(["no_answer"]);
  });

  it("tells the operators concerned, once, when an office's verdict changes", async () => {
    const told = (person: SignedInPerson) =>
      sql(
        "select payload ->> 'verdict' as verdict from desk_events where person_id = $1 and kind = 'office' order by seq",
        [person.id],
      );
    await callOf(world, world.bruno);
    const [watch, elsewhere] = [new AvailabilityWatch(deps), new AvailabilityWatch(deps)];
    await watch.look();
    expect((await told(world.anna)).map((row) => row.verdict)).to.deep.equal(["absent"]);
    await seat(world.office);
    await Promise.all([watch.look(), elsewhere.look()]);
    await watch.look();
    expect((await told(world.anna)).map((row) => row.verdict)).to.deep.equal(["absent", "free"]);
    expect(await told(world.bruno)).to.deep.equal([]);
    await sql("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where state <> 'ended'");
    await setDesk(world.office, "do_not_disturb_since = now()");
    expect(await watch.look()).to.equal(0);
  });

  it("follows the hours of an office when somebody edits them", async () => {
    const { id } = world.offices.registry;
    const [calendar] = await sql("insert into calendars (name) values ('Anagrafe') returning id");
    await sql("update offices set calendar_id = $2, version = version + 1 where id = $1", [id, calendar.id]);
    const watch = new AvailabilityWatch(deps);
    const told = async () => {
      await watch.look();
      const [row] = await sql("select payload from office_verdicts where office_id = $1", [id]);
      return [row.payload.verdict, row.payload.until];
    };
    expect(await told()).to.deep.equal(["closed", null]);
    await sql("insert into calendar_hours values ($1, 2, '08:30', '13:00')", [calendar.id]);
    await sql("update offices set version = version + 1 where id = $1", [id]);
    expect(await told()).to.deep.equal(["closed", "2026-03-03T07:30:00.000Z"]);
    now = new Date("2026-03-03T08:00:00Z");
    expect(await told()).to.deep.equal(["absent", null]);
    now = new Date("2026-03-03T13:00:00Z");
    expect(await told()).to.deep.equal(["closed", "2026-03-10T07:30:00.000Z"]);
  });

  it("keeps the calls of the queue away from an office's seat, whatever a program writes", async () => {
    await seat(world.office);
    await refusedBySql(setDesk(world.office, "chosen = 'available'"), "operators_queue_seat");
  });

  it("has one door for each look and for the check", () => {
    expect(availabilityRoutes(deps).map(({ spec }) => `${spec.method} ${spec.path}`)).to.deep.equal([
      "get /offices/:id/availability",
      "get /services/:id/availability",
      "post /calls/:id/availability-checks",
    ]);
  });
});
