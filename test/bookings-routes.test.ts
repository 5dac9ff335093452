import { expect } from "chai";
import { DateTime } from "luxon";
import { bookingRoutes } from "../src/bookings/booking-routes.ts";
import { systemClock } from "../src/clock.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

describe("the API of bookings", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let world: CaseWorld;
  let operator: TestClient;
  let referent: TestClient;
  let stranger: TestClient;
  let operatorId: string;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    world = await caseWorld(pool);
    web = await testWeb(database, {
      routes: bookingRoutes({ pool, clock: systemClock, publicUrl: "https://055055.example" }),
    });
    operatorId = await testPerson(pool, "op", "operator", "298");
    for (const [login, service] of [
      ["nadia", world.services.registry],
      ["estranea", world.services.roads],
    ] as const) {
      await pool.query(
        `with p as (insert into people (login, display_name, password_hash)
            select $1::citext, $1::text, password_hash from people where login = 'op' returning id),
          r as (insert into person_roles select id, 'agency_referent', $2 from p)
        insert into referent_services select id, $3 from p`,
        [login, service.agencyId, service.id],
      );
    }
    operator = await testClient(web.url, "op");
    referent = await testClient(web.url, "nadia");
    stranger = await testClient(web.url, "estranea");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  const ifMatch = (version: unknown) => ({ "if-match": `"${version}"` });

  it("leads from the referent's agenda to the citizen's calendar file", async () => {
    const { registry } = world.services;
    const body = {
      serviceId: registry.id,
      name: "Sportello CIE",
      place: "Piazza della Libertà 12; Firenze",
      bring: "una fototessera",
      slotMinutes: 20,
      noticeHours: 0,
      italianHolidays: false,
      localHolidays: [],
      hours: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "09:00", closes: "10:00" })),
    };
    expect((await operator.call("POST", "/agendas", body)).status).to.equal(403);
    expect((await stranger.call("POST", "/agendas", body)).body.code).to.equal("out_of_scope");
    const agenda = await referent.call("POST", "/agendas", body);
    expect(agenda.status, JSON.stringify(agenda.body)).to.equal(201);
    const day = DateTime.now().setZone("Europe/Rome").plus({ days: 3 }).toISODate();
    const slots = await operator.call("GET", `/agendas/${agenda.body.id}/slots?from=${day}&to=${day}`);
    const items = slots.body.items as unknown as { startsAt: string; free: number }[];
    expect(items.map((slot) => slot.free)).to.deep.equal([1, 1, 1]);

    const { rows } = await database.pool.query(
      `with s as (insert into cases (id, owner_id, agency_id, department_id, service_id, reason)
        values (uuidv7(), $1, $2, $3, $4, 'booking') returning id),
      h as (insert into case_history (case_id, seq, actor, kind, to_status) select id, 1, 'test', 'opened', 'draft' from s)
      select id from s`,
      [operatorId, registry.agencyId, registry.departmentId, registry.id],
    );
    const wish = { agendaId: agenda.body.id, caseId: rows[0].id, startsAt: items[0]?.startsAt };
    const held = await operator.call("POST", "/bookings", wish, { "idempotency-key": "prenota-una-volta" });
    const again = await operator.call("POST", "/bookings", wish, { "idempotency-key": "prenota-una-volta" });
    expect([held.status, held.body.state, again.body.id]).to.deep.equal([201, "held", held.body.id]);
    const path = `/bookings/${held.body.id}`;
    const booked = await operator.call("PATCH", path, { confirm: true }, ifMatch(1));
    expect([booked.status, booked.body.state]).to.deep.equal([200, "confirmed"]);
    expect((await operator.call("PATCH", path, { startsAt: items[1]?.startsAt }, ifMatch(1))).status).to.equal(412);
    const moved = await operator.call("PATCH", path, { startsAt: items[1]?.startsAt }, ifMatch(2));
    expect(moved.body.startsAt).to.equal(items[1]?.startsAt);

    const file = await fetch(`${web.url}/api/v1${path}/calendar.ics`, { headers: { cookie: operator.cookie } });
    expect(file.headers.get("content-type")).to.equal("text/calendar; charset=utf-8");
    const text = (await file.text()).replace(/\r\n /g, "");
    expect(text).to.contain(`DTSTART:${items[1]?.startsAt.replace(/[-:]|\.000/g, "")}`);
    expect(text).to.contain("LOCATION:Piazza della Libertà 12\\; Firenze");
    expect(text).to.contain("STATUS:CONFIRMED").and.to.contain("SEQUENCE:2");
    expect((await stranger.call("GET", path)).status).to.equal(404);

    const expected = `/agendas/${agenda.body.id}/bookings?from=${day}&to=${day}`;
    expect((await referent.call("GET", expected)).body).to.have.nested.property("items[0].offAgenda", false);
    expect((await stranger.call("GET", expected)).status).to.equal(404);
    const changed = await referent.call("PATCH", `/agendas/${agenda.body.id}`, { hours: [] }, ifMatch(1));
    expect(changed.body).to.deep.include({ version: 2, hours: [], slotMinutes: 20 });
    expect((await referent.call("GET", expected)).body).to.have.nested.property("items[0].offAgenda", true);
    const cancelled = await operator.call("DELETE", path, undefined, ifMatch(3));
    expect([cancelled.status, cancelled.body.state]).to.deep.equal([200, "cancelled"]);
  });

  it("refuses what is no agenda by its form", async () => {
    const body = {
      serviceId: world.services.registry.id,
      name: "X",
      slotMinutes: 20,
      hours: [{ weekday: 1, opens: "9:00", closes: "25:00" }],
    };
    const answer = await referent.call("POST", "/agendas", body);
    expect([answer.status, answer.body.code]).to.deep.equal([400, "invalid_form"]);
  });
});
