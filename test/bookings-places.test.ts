import { randomUUID } from "node:crypto";
import { expect } from "chai";
import type { AgendaInput } from "../src/bookings/agenda/save-agenda.ts";
import { createAgenda, editAgenda } from "../src/bookings/agenda/save-agenda.ts";
import { bookingsOfCase, expireForgottenHolds, readBooking } from "../src/bookings/booking-store.ts";
import { cancelBooking, confirmBooking, moveBooking } from "../src/bookings/change-booking.ts";
import { findSlots } from "../src/bookings/free-slots.ts";
import { holdPlace } from "../src/bookings/hold-place.ts";
import { editCase } from "../src/cases/edit-case.ts";
import { moveCase } from "../src/cases/moves/move-case.ts";
import { showCase } from "../src/cases/visibility/show-case.ts";
import type { Clock } from "../src/clock.ts";
import { type CaseWorld, callOf, caseWorld, citizenOf } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";

// A Monday; bookings are made for the days after.
const clock: Clock = { now: () => new Date("2027-05-03T08:00:00Z"), monotonicMs: () => performance.now() };
const at = (text: string) => new Date(`${text}:00+02:00`);

describe("places of an agenda", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let count = 0;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
  });
  after(() => database.drop());

  const agendaOf = (more: Partial<AgendaInput> = {}) =>
    createAgenda(database.pool, world.referent, {
      serviceId: world.services.registry.id,
      name: `Sportello ${++count}`,
      place: "Piazza della Libertà 12",
      bring: "Una fototessera",
      slotMinutes: 30,
      places: 1,
      holdSeconds: 300,
      noticeHours: 0,
      horizonDays: 60,
      dayQuota: null,
      weekQuota: null,
      italianHolidays: true,
      localHolidays: [],
      hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "09:00", closes: "11:00", places: null })),
      exceptions: [],
      ...more,
    });

  /** Drafts of Anna with the service and the reason, without a call each. */
  async function drafts(amount: number, serviceId = world.services.registry.id): Promise<string[]> {
    const { rows } = await database.pool.query(
      `with s as (insert into cases (id, owner_id, agency_id, department_id, service_id, reason)
        select uuidv7(), $2, v.agency_id, v.department_id, v.id, 'booking' from services v, generate_series(1, $1)
        where v.id = $3 returning id),
      h as (insert into case_history (case_id, seq, actor, kind, to_status) select id, 1, 'test', 'opened', 'draft' from s)
      select id from s`,
      [amount, world.anna.id, serviceId],
    );
    return rows.map((row) => row.id);
  }
  const draft = async () => (await drafts(1))[0] ?? "";
  const hold = async (agendaId: string, time: string, caseId?: string) =>
    holdPlace(database.pool, clock, world.anna, { agendaId, caseId: caseId ?? (await draft()), startsAt: at(time) });
  const free = async (agendaId: string, day: string) =>
    (await findSlots(database.pool, clock, agendaId, day, day)).map((slot) => slot.free);
  const runOut = (id: string) =>
    database.pool.query("update bookings set held_until = now() - interval '1 second' where id = $1", [id]);

  it("keeps a place while talking, books it with the case and gives a full slot's neighbours instead", async () => {
    const agenda = await agendaOf();
    const caseId = await draft();
    const held = await hold(agenda.id, "2027-05-04T09:30", caseId);
    expect(held).to.include({ state: "held", place: 1, where: "Piazza della Libertà 12" });
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 0, 1, 1]);
    const lost = await refusedWith(hold(agenda.id, "2027-05-04T09:30"), "slot_taken");
    const alternatives = lost.details.extra?.alternatives as { startsAt: Date; free: number }[];
    expect(alternatives.slice(0, 3).map(({ startsAt }) => startsAt.toISOString())).to.deep.equal([
      "2027-05-04T07:00:00.000Z",
      "2027-05-04T08:00:00.000Z",
      "2027-05-04T08:30:00.000Z",
    ]);
    expect([lost.status, alternatives.every((slot) => slot.free > 0)]).to.deep.equal([409, true]);
    const booked = await confirmBooking(database.pool, world.anna, held.id, held.version);
    expect(booked).to.include({ state: "confirmed", heldUntil: null });
    const shown = await showCase(database.pool, world.anna, caseId);
    expect(shown.bookedAt).to.be.instanceOf(Date);
    expect(shown.history.map((row) => row.kind)).to.include("booked");
  });

  it("lets a booking case end only once the place is booked", async () => {
    const agenda = await agendaOf();
    const call = await callOf(world, world.anna);
    let record = await editCase(database.pool, world.anna, call.caseId, 1, {
      reason: "booking",
      serviceId: world.services.registry.id,
      request: "Carta d'identità",
      answer: "Martedì alle 10",
      citizenId: await citizenOf(world, call.e164),
    });
    const end = () =>
      moveCase(database.pool, world.anna, call.caseId, record.version, {
        to: "resolved_l1",
        attribute: "communicated",
      });
    await refusedWith(end(), "booking_missing");
    const held = await hold(agenda.id, "2027-05-04T10:00", call.caseId);
    await refusedWith(end(), "booking_missing");
    await confirmBooking(database.pool, world.anna, held.id, held.version);
    record = { ...record, version: record.version + 1 };
    expect((await end()).status).to.equal("resolved_l1");
    const later = await moveBooking(database.pool, clock, world.bruno, held.id, 2, at("2027-05-05T10:00"));
    expect(later).to.include({ state: "confirmed", version: 3 });
    const history = (await showCase(database.pool, world.anna, call.caseId)).history;
    expect(history.at(-1)).to.include({ kind: "booking_moved", actor: world.bruno.login });
  });

  it("500 at once for one place: one wins, the others are offered what is free", async () => {
    const agenda = await agendaOf();
    const cases = await drafts(500);
    const results = await Promise.allSettled(cases.map((caseId) => hold(agenda.id, "2027-05-04T09:00", caseId)));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).to.have.length(1);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      expect(result.reason.details?.refusal, String(result.reason)).to.equal("slot_taken");
      expect(result.reason.details.extra.alternatives).to.have.length(6);
    }
    const { rows } = await database.pool.query("select count(*)::int as n from bookings where agenda_id = $1", [
      agenda.id,
    ]);
    expect(rows).to.deep.equal([{ n: 1 }]);
  });

  it("60 at once for a slot of twelve places fill it exactly", async () => {
    const agenda = await agendaOf({ places: 12 });
    const cases = await drafts(60);
    const results = await Promise.allSettled(cases.map((caseId) => hold(agenda.id, "2027-05-04T09:00", caseId)));
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(12);
    const { rows } = await database.pool.query(
      "select array_agg(place order by place) as places from bookings where agenda_id = $1",
      [agenda.id],
    );
    expect(rows[0].places).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([0, 12, 12, 12]);
  });

  it("gives a hold that ran out to whoever asks, and to its own case as long as nobody did", async () => {
    const agenda = await agendaOf();
    const first = await hold(agenda.id, "2027-05-04T09:00");
    await runOut(first.id);
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 1, 1, 1]);
    expect((await confirmBooking(database.pool, world.anna, first.id, 1)).state).to.equal("confirmed");
    const second = await hold(agenda.id, "2027-05-04T09:30");
    await runOut(second.id);
    const third = await hold(agenda.id, "2027-05-04T09:30");
    expect(third.state).to.equal("held");
    await refusedWith(confirmBooking(database.pool, world.anna, second.id, 1), "hold_expired");
    expect(await readBooking(database.pool, second.id)).to.include({ state: "expired" });
  });

  it("ends by the clock the holds that nobody will confirm: after an hour, or when the case is no draft", async () => {
    const agenda = await agendaOf();
    const caseId = await draft();
    const [dropped, forgotten, waiting, fresh] = [
      await hold(agenda.id, "2027-05-05T09:00", caseId),
      await hold(agenda.id, "2027-05-05T09:30"),
      await hold(agenda.id, "2027-05-05T10:00"),
      await hold(agenda.id, "2027-05-05T10:30"),
    ];
    for (const { id } of [dropped, forgotten, waiting]) await runOut(id);
    await database.pool.query("update bookings set held_until = now() - interval '61 minutes' where id = $1", [
      forgotten.id,
    ]);
    await moveCase(database.pool, world.anna, caseId, 1, { to: "cancelled", cause: "error" });
    await expireForgottenHolds(database.pool);
    const states = await Promise.all(
      [dropped, forgotten, waiting, fresh].map(({ id }) => readBooking(database.pool, id)),
    );
    expect(states.map((booking) => booking?.state)).to.deep.equal(["expired", "expired", "held", "held"]);
    await refusedWith(confirmBooking(database.pool, world.anna, forgotten.id, 1), "hold_expired");
  });

  it("a confirmation and a taker at once: exactly one has the place", async () => {
    const agenda = await agendaOf();
    for (let round = 0; round < 8; round++) {
      const time = `2027-05-${String(4 + Math.floor(round / 4)).padStart(2, "0")}T${["09:00", "09:30", "10:00", "10:30"][round % 4]}`;
      const held = await hold(agenda.id, time);
      await runOut(held.id);
      const results = await Promise.allSettled([
        confirmBooking(database.pool, world.anna, held.id, 1),
        hold(agenda.id, time),
      ]);
      expect(results.map((result) => result.status).sort(), `round ${round}`).to.deep.equal(["fulfilled", "rejected"]);
    }
  });

  it("a case has one place: the next gives the last back, a booked one must be moved", async () => {
    const agenda = await agendaOf();
    const caseId = await draft();
    await hold(agenda.id, "2027-05-04T09:00", caseId);
    const second = await hold(agenda.id, "2027-05-04T10:00", caseId);
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 1, 0, 1]);
    await confirmBooking(database.pool, world.anna, second.id, 1);
    await refusedWith(hold(agenda.id, "2027-05-04T09:00", caseId), "booking_exists");
    const moved = await moveBooking(database.pool, clock, world.anna, second.id, 2, at("2027-05-04T09:00"));
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([0, 1, 1, 1]);
    await refusedWith(cancelBooking(database.pool, clock, world.anna, moved.id, 2), "stale_version");
    await cancelBooking(database.pool, clock, world.anna, moved.id, 3);
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 1, 1, 1]);
    expect((await showCase(database.pool, world.anna, caseId)).bookedAt).to.equal(null);
    expect((await bookingsOfCase(database.pool, caseId)).map((one) => one.state)).to.deep.equal([
      "cancelled",
      "cancelled",
    ]);
  });

  it("many move to one free place at once: one gets it, the others stay where they are", async () => {
    const agenda = await agendaOf({
      places: 10,
      exceptions: [{ day: "2027-05-06", opens: "09:00", closes: "09:30", places: 1, note: "" }],
    });
    const held = await Promise.all((await drafts(10)).map((caseId) => hold(agenda.id, "2027-05-04T09:00", caseId)));
    const results = await Promise.allSettled(
      held.map(({ id }) => moveBooking(database.pool, clock, world.anna, id, 1, at("2027-05-06T09:00"))),
    );
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(1);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason.details.refusal).to.equal("slot_taken");
    }
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 10, 10, 10]);
  });

  it("keeps to the quotas of day and week, whatever the concurrency", async () => {
    const agenda = await agendaOf({ places: 5, dayQuota: 3, weekQuota: 4 });
    const times = ["09:00", "09:30", "10:00", "10:30"];
    const cases = await drafts(20);
    const results = await Promise.allSettled(
      cases.map((caseId, n) => hold(agenda.id, `2027-05-04T${times[n % 4]}`, caseId)),
    );
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(3);
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([0, 0, 0, 0]);
    expect(await free(agenda.id, "2027-05-05")).to.deep.equal([1, 1, 1, 1]);
    await hold(agenda.id, "2027-05-05T09:00");
    const lost = await refusedWith(hold(agenda.id, "2027-05-05T10:00"), "quota_reached");
    const alternatives = lost.details.extra?.alternatives as { startsAt: Date }[];
    // The week is full: the nearest are of the next one.
    expect(alternatives.map(({ startsAt }) => startsAt >= at("2027-05-10T00:00"))).to.deep.equal(Array(6).fill(true));
    await hold(agenda.id, "2027-05-10T09:00");
  });

  it("refuses what is no slot, too soon, too late, of another service, or no draft of one's own", async () => {
    const agenda = await agendaOf({ noticeHours: 24, horizonDays: 10 });
    for (const time of ["2027-05-04T09:15", "2027-05-08T09:00", "2027-05-04T11:00"]) {
      await refusedWith(hold(agenda.id, time), "no_such_slot");
    }
    await refusedWith(hold(agenda.id, "2027-05-04T09:00"), "slot_not_bookable");
    await refusedWith(hold(agenda.id, "2027-05-14T09:00"), "slot_not_bookable");
    const [other] = await drafts(1, world.services.roads.id);
    await refusedWith(hold(agenda.id, "2027-05-05T09:00", other), "booking_other_service");
    const wish = { agendaId: agenda.id, caseId: await draft(), startsAt: at("2027-05-05T09:00") };
    await refusedWith(holdPlace(database.pool, clock, world.bruno, wish), "taken_by_other");
    const held = await holdPlace(database.pool, clock, world.anna, wish);
    await editCase(database.pool, world.anna, wish.caseId, 1, { reason: "information" });
    await refusedWith(confirmBooking(database.pool, world.anna, held.id, 1), "not_a_booking");
  });

  it("a draft that is dropped gives its booked place back", async () => {
    const agenda = await agendaOf();
    const call = await callOf(world, world.anna);
    await editCase(database.pool, world.anna, call.caseId, 1, {
      reason: "booking",
      serviceId: world.services.registry.id,
      citizenId: await citizenOf(world, call.e164),
    });
    const held = await hold(agenda.id, "2027-05-04T09:00", call.caseId);
    await confirmBooking(database.pool, world.anna, held.id, 1);
    await moveCase(database.pool, world.anna, call.caseId, 3, { to: "cancelled", cause: "abandoned" });
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([1, 1, 1, 1]);
  });

  it("new hours leave what was booked, and never two on one place", async () => {
    const agenda = await agendaOf();
    const held = await hold(agenda.id, "2027-05-04T09:30");
    const hours = [{ weekday: 2, opens: "09:00", closes: "12:00", places: null }];
    const edited = await editAgenda(database.pool, world.referent, agenda.id, 1, { slotMinutes: 45, hours });
    expect(edited.version).to.equal(2);
    // 9:00-9:45 and 9:45-10:30 would both be over 9:30-10:00.
    expect(await free(agenda.id, "2027-05-04")).to.deep.equal([0, 0, 1, 1]);
    await refusedWith(hold(agenda.id, "2027-05-04T09:45"), "slot_taken");
    await cancelBooking(database.pool, clock, world.anna, held.id, 1);
    await hold(agenda.id, "2027-05-04T09:45");
  });

  it("is defined by the service's referents only, and only where the service has an agenda", async () => {
    const input = { ...(await agendaOf()), name: "Altra" };
    await refusedWith(createAgenda(database.pool, world.supervisor, input), "out_of_scope");
    await refusedWith(
      createAgenda(database.pool, world.referent, { ...input, serviceId: world.services.roads.id }),
      "out_of_scope",
    );
    const referent = { ...world.referent, serviceIds: [world.services.closed.id] };
    await refusedWith(
      createAgenda(database.pool, referent, { ...input, serviceId: world.services.closed.id }),
      "no_agenda",
    );
    await refusedWith(editAgenda(database.pool, world.referent, input.id, 9, { places: 3 }), "stale_version");
  });

  it("the database itself refuses two on one place, and two places for one case", async () => {
    const agenda = await agendaOf();
    const held = await hold(agenda.id, "2027-05-04T09:00");
    const insert = (caseId: string, start: string, place: number) =>
      database.pool.query(
        `insert into bookings (id, agenda_id, case_id, starts_at, ends_at, place, held_until, person_id)
        values ($1, $2, $3, $4, $4::timestamptz + interval '30 minutes', $5, now(), $6)`,
        [randomUUID(), agenda.id, caseId, at(start), place, world.anna.id],
      );
    await refusedBySql(insert(await draft(), "2027-05-04T09:15", 1), "bookings_one_a_place");
    await refusedBySql(insert(held.caseId, "2027-05-04T10:00", 1), "bookings_one_a_case");
    await insert(await draft(), "2027-05-04T09:15", 2);
  });
});
