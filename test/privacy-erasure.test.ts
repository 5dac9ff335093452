import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import type { Pool } from "../src/database/pool.ts";
import { privacyRoutes } from "../src/privacy/privacy-routes.ts";
import { sweepRetention } from "../src/privacy/sweep-retention.ts";
import { type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

/** Every table, every column: where does one of these words stand? */
async function tablesWith(pool: Pool, words: string[]): Promise<string[]> {
  const { rows: tables } = await pool.query("select tablename as name from pg_tables where schemaname = 'public'");
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query(`select t::text as row from "${name}" t where t::text ilike any($1) limit 1`, [
      words.map((word) => `%${word}%`),
    ]);
    if (rows.length > 0) found.push(`${name}: ${rows[0].row}`);
  }
  return found;
}

describe("privacy: erasure, export, retention", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let web: TestWeb;
  let olga: TestClient;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    web = await testWeb(database, { routes: privacyRoutes({ pool: database.pool, clock: systemClock }) });
    await testPerson(database.pool, "olga", "supervisor");
    olga = await testClient(web.url, "olga");
  });
  after(async () => {
    await web.close();
    await database.drop();
  });

  /** A citizen who called once, with a case, notes, an attempt, an SMS; closed unless said otherwise. */
  async function citizen(name: string, phone: string, { reason = "information", closed = true } = {}) {
    const { pool } = database;
    const call = await callOf(world, world.anna, { ended: true });
    const { rows } = await pool.query(
      `insert into citizens (first_name, last_name, tax_code, note) values ('Ermenegilda', $1, 'XXTEST00A00A000A', $1)
      returning id`,
      [name],
    );
    const citizenId = rows[0].id;
    await pool.query(
      `insert into citizen_contacts (citizen_id, kind, value, source) values ($1, 'phone', $2, 'declared'),
        ($1, 'email', $3, 'declared')`,
      [citizenId, phone, `${name}@esempio.it`],
    );
    await pool.query("update calls set caller_e164 = $2, caller_raw = $2, caller_name = $3 where id = $1", [
      call.callId,
      phone,
      name,
    ]);
    await pool.query("update contacts set caller_e164 = $2 where call_id = $1", [call.callId, phone]);
    await pool.query(
      "insert into call_events (call_id, kind, data) values ($1, 'arrived', jsonb_build_object('caller', $2::text))",
      [call.callId, phone],
    );
    const service = world.services.registry;
    await pool.query(
      `with s as (
        update cases set reason = $2, agency_id = $3, department_id = $4, service_id = $5, profile = 'advanced',
          information_kinds = '{how}', request = 'Sono ' || $6, answer = 'Signora ' || $6, citizen_id = $7 where id = $1 returning id
      ), n as (insert into case_notes (case_id, actor, text) select id, 'anna', 'Richiamare ' || $6 from s),
      a as (insert into contact_attempts (case_id, actor, outcome, after_answer, note)
        select id, 'anna', 'no_answer', false, $6 from s)
      select from s`,
      [call.caseId, reason, service.agencyId, service.departmentId, service.id, name, citizenId],
    );
    if (closed) {
      await pool.query(
        `with s as (update cases set status = 'resolved_l1', attribute = 'communicated', closed_at = now() where id = $1)
        insert into case_history (case_id, seq, actor, kind, to_status, to_attribute, data)
        select $1, max(seq) + 1, 'anna', 'moved', 'resolved_l1', 'communicated', jsonb_build_object('note', $2::text)
        from case_history where case_id = $1`,
        [call.caseId, name],
      );
    }
    return { ...call, citizenId, words: [name, phone.slice(3), `${name}@`] };
  }

  const figures = async () => {
    const counted = ["calls", "contacts", "cases", "case_history", "case_notes", "contact_attempts", "call_events"];
    const { rows } = await database.pool.query(
      `select ${counted.map((table) => `(select count(*) from ${table}) as ${table}`).join(", ")},
        (select jsonb_object_agg(k, n) from (select reason || '/' || status as k, count(*) as n from cases
          where reason is not null group by 1) x) as kinds`,
    );
    return rows[0];
  };

  it("exports everything of one citizen, and the reading is audited", async () => {
    const one = await citizen("Zanobini", "+393331110001");
    const exported = await olga.call("GET", `/citizens/${one.citizenId}/export`);
    expect(exported.status).equal(200);
    const text = JSON.stringify(exported.body);
    for (const word of ["Sono Zanobini", "Richiamare Zanobini", "+393331110001", "Zanobini@esempio.it"]) {
      expect(text).contain(word);
    }
    const again = (await olga.call("GET", `/citizens/${one.citizenId}/export`)).body.accesses as unknown as object[];
    expect(again).length(1);
  });

  it("erases one citizen: no table holds a name, number or address; all counts stay", async () => {
    const [one, other] = [await citizen("Quercioli", "+393331110002"), await citizen("Vannacci", "+393331110003")];
    expect(await tablesWith(database.pool, one.words)).not.deep.equal([]);
    const before = await figures();
    const erased = await olga.call("POST", `/citizens/${one.citizenId}/erasure`, { ground: "request" });
    expect(erased.status, JSON.stringify(erased.body)).equal(200);
    expect(erased.body).deep.equal({ records: 1, cases: 1 });
    expect(await tablesWith(database.pool, one.words)).deep.equal([]);
    expect(await figures()).deep.equal(before);
    expect((await tablesWith(database.pool, other.words)).length).greaterThan(5);
    expect((await olga.call("POST", `/citizens/${one.citizenId}/erasure`, { ground: "request" })).status).equal(404);
    const { rows } = await database.pool.query("select actor, data from audit where action = 'citizen.erase'");
    expect(rows).deep.equal([{ actor: "olga", data: { ground: "request", records: 1, cases: 1 } }]);
  });

  it("erases nothing while a case is open or held for a court", async () => {
    const open = await citizen("Aperti", "+393331110004", { closed: false });
    const refused = await olga.call("POST", `/citizens/${open.citizenId}/erasure`, { ground: "request" });
    expect([refused.status, refused.body.code]).deep.equal([422, "open_cases"]);
    const held = await citizen("Trattenuti", "+393331110005");
    await database.pool.query("update cases set legal_hold = true where id = $1", [held.caseId]);
    expect((await olga.call("POST", `/citizens/${held.citizenId}/erasure`, { ground: "request" })).body.code).equal(
      "legal_hold",
    );
    expect((await tablesWith(database.pool, held.words)).length).greaterThan(5);
  });

  it("keeps each reason for its own time, and takes away what is past it once", async () => {
    const old = (caseId: string, days: number) =>
      database.pool.query("update cases set closed_at = now() - make_interval(days => $2) where id = $1", [
        caseId,
        days,
      ]);
    const due = await citizen("Scaduti", "+393331110006");
    const grievance = await citizen("Lagnanze", "+393331110007", { reason: "grievance" });
    const fresh = await citizen("Recenti", "+393331110008");
    const held = await citizen("Sospesi", "+393331110009");
    await database.pool.query("update cases set legal_hold = true where id = $1", [held.caseId]);
    await database.pool.query("update retention_rules set keep_days = 1000 where reason = 'grievance'");
    for (const { caseId } of [due, grievance, held]) await old(caseId, 366);
    await old(fresh.caseId, 364);
    await database.pool.query("update citizens set created_at = now() - interval '3 years' where id = $1", [
      due.citizenId,
    ]);
    const before = await figures();
    const swept = await sweepRetention(database.pool);
    expect(swept).include({ cases: 1, citizens: 1 });
    expect(await tablesWith(database.pool, due.words)).deep.equal([]);
    for (const kept of [grievance, fresh, held]) expect(await tablesWith(database.pool, kept.words)).not.deep.equal([]);
    expect(await figures()).deep.equal(before);
    expect(await sweepRetention(database.pool)).include({ cases: 0, citizens: 0 });
  });

  it("an anonymous grievance leaves the caller's number in no table", async () => {
    const actions = caseActions(world);
    const call = await callOf(world, world.anna);
    const digits = call.e164.slice(3);
    await database.pool.query(
      "insert into call_events (call_id, kind, data) values ($1, 'arrived', jsonb_build_object('caller', $2::text))",
      [call.callId, call.e164],
    );
    expect(await tablesWith(database.pool, [digits])).not.deep.equal([]);
    await actions.edit(world.anna, call.caseId, {
      reason: "grievance",
      serviceId: world.services.base.id,
      request: "Il servizio è lento",
      answer: "Preso nota",
    });
    await actions.move(world.anna, call.caseId, { to: "resolved_l1", attribute: "communicated" });
    expect(await tablesWith(database.pool, [digits])).deep.equal([]);
  });
});
