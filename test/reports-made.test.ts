import { expect } from "chai";
import { simpleParser } from "mailparser";
import { createPool, type Pool } from "../src/database/pool.ts";
import { silentLogger } from "../src/log.ts";
import { takeNotice } from "../src/messages/bounces/take-notice.ts";
import { type DemoProviders, startDemoProviders } from "../src/messages/demo/demo-providers.ts";
import { makeMark } from "../src/messages/email/verp.ts";
import { enqueueDue } from "../src/reports/enqueue-due.ts";
import { claimReport, finishReport, sweepReports } from "../src/reports/report-store.ts";
import { type Reports, startReports } from "../src/reports/start-reports.ts";
import { dsn } from "./support/bounce-mails.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { eventually, settingsFor, verpSecret } from "./support/messages.ts";
import { makeNow, pastCall } from "./support/reports.ts";

/** The week in which the clock goes forward, and its Monday after. */
const week = { from: "2026-03-22T23:00:00Z", to: "2026-03-29T22:00:00Z" };
const monday = new Date("2026-03-30T05:00:00Z");

type Row = Record<string, never> & { [key: string]: unknown };

describe("reports: made and sent", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let pool: Pool;
  let providers: DemoProviders;

  const rows = async (sql: string, values: unknown[] = []) => (await pool.query<Row>(sql, values)).rows;
  const text = async (reportId: string, officeId: string | null = null) => {
    const [found] = await rows(
      "select content from report_files where report_id = $1 and format = 'csv' and office_id is not distinct from $2",
      [reportId, officeId],
    );
    return (found?.content as unknown as Buffer | undefined)?.toString("utf8") ?? "";
  };
  const reportOf = async (kind: string, agencyId: string | null) => {
    const [found] = await rows(
      "select * from reports where kind = $1 and agency_id is not distinct from $2 and rhythm = 'weekly'",
      [kind, agencyId],
    );
    return found!;
  };

  before(async () => {
    database = await testDatabase();
    pool = database.pool;
    world = await caseWorld(pool);
    providers = await startDemoProviders();
    await pool.query(
      "update report_schedules set next_day = case rhythm when 'weekly' then date '2026-03-23' else '2026-03-01' end",
    );
    await pool.query(
      "update offices set email = 'ufficio-' || left(id::text, 8) || '@example.it' where name = 'Strade'",
    );
    await pool.query("update agencies set report_email = 'ente@example.it', switchboard = true where id = $1", [
      world.agencies[0],
    ]);
    await pool.query("update people set email = 'capo@example.it' where id = $1", [world.supervisor.id]);
    const { roads, registry, other } = world.services;
    await pastCall(world, {
      at: week.from,
      service: roads,
      wait: 5,
      reason: "issue_report",
      status: "assigned_resolved",
      request: "=buca",
    });
    await pastCall(world, {
      at: "2026-03-29T21:57:00Z",
      service: registry,
      wait: 30,
      reason: "issue_report",
      status: "assigned_resolved",
    });
    await pastCall(world, { at: "2026-03-25T10:00:00Z", service: registry, wait: 15, reason: "grievance" });
    const missing = { kind: "no_card", search: "passo carrabile" };
    await pastCall(world, { at: "2026-03-25T11:00:00Z", service: roads, wait: 15, status: "unresolvable", missing });
    await pastCall(world, { at: "2026-03-25T12:00:00Z", service: roads, wait: null, status: "cancelled" });
    await pastCall(world, { at: "2026-03-26T12:00:00Z", service: other, wait: 25 });
    await pastCall(world, { at: "2026-03-27T09:00:00Z", service: registry, wait: 8, switchboard: true });
    // Just outside the week, on both sides.
    await pastCall(world, {
      at: "2026-03-22T22:57:00Z",
      service: roads,
      wait: 5,
      reason: "issue_report",
      status: "assigned_resolved",
    });
    await pastCall(world, {
      at: week.to,
      service: roads,
      wait: 5,
      reason: "issue_report",
      status: "assigned_resolved",
    });
  });
  after(async () => {
    await providers.stop();
    await database.drop();
  });

  it("are asked for once, however many copies tick at once, and not before they are due", async () => {
    expect(await enqueueDue(pool, new Date("2026-03-30T03:59:00Z"))).to.deep.equal([]);
    const ticks = await Promise.all(Array.from({ length: 12 }, () => enqueueDue(pool, monday)));
    const asked = ticks.flat();
    expect(new Set(asked).size).to.equal(asked.length);
    // Three lists and the contact centre's for two agencies, the contact centre's for all.
    expect(asked).to.have.length(9);
    expect(await enqueueDue(pool, monday)).to.deep.equal([]);
    const jobs = await rows("select key from graphile_worker.jobs where task_identifier = 'make_report'");
    expect(jobs.map(({ key }) => String(key)).sort()).to.deep.equal(asked.map((id) => `report:${id}`).sort());
  });

  it("a second row for a period is refused by the database itself", async () => {
    await pool.query("update report_schedules set next_day = '2026-03-23' where rhythm = 'weekly'");
    expect(await enqueueDue(pool, monday)).to.deep.equal([]);
    expect(await rows("select from reports")).to.have.length(9);
  });

  it("are made once and posted once with three copies at work", async function () {
    // Nine reports, a thread each: seconds, minutes on a machine that is busy with something else.
    this.timeout(180_000);
    const pools: Pool[] = [];
    const copies: Reports[] = [];
    for (let copy = 0; copy < 3; copy++) {
      const own = createPool(database.url, "reports", 6, silentLogger);
      pools.push(own);
      copies.push(
        await startReports({
          ...{ pool: own, mail: settingsFor(providers).mail, publicUrl: null, log: silentLogger, sweepMs: 100 },
          clock: { now: () => monday, monotonicMs: () => performance.now() },
        }),
      );
    }
    await eventually(async () => (await rows("select from reports where state <> 'made'")).length === 0);
    await eventually(
      async () => (await rows("select from report_deliveries where state in ('queued', 'sending')")).length === 0,
    );
    for (const copy of copies) await copy.stop();
    for (const own of pools) await own.end();
    expect(await rows("select from reports")).to.have.length(9);
    expect(await rows("select from reports where attempts <> 1 or not reconciled")).to.deep.equal([]);
    const copiesMade = await rows("select report_id, office_id from report_files group by 1, 2 having count(*) <> 3");
    expect(copiesMade).to.deep.equal([]);
    const sent = await rows("select * from report_deliveries where state = 'sent'");
    expect(providers.mail.mails).to.have.length(sent.length);
    // The agency's address gets four, the roads' office two, the supervisors the centre's; the other has no address.
    const to = providers.mail.mails.map((mail) => mail.to);
    expect(to.filter((address) => address === "ente@example.it")).to.have.length(4);
    expect(to.filter((address) => address.startsWith("ufficio-"))).to.have.length(2);
    expect(to.filter((address) => address === "capo@example.it")).to.have.length(1);
    expect(to).to.have.length(7);
    const nowhere = await rows(
      "select recipient, count(*)::int as n from report_deliveries where state = 'no_address' group by 1",
    );
    expect(nowhere).to.have.deep.members([
      { recipient: "agency", n: 4 },
      { recipient: "office", n: 2 },
    ]);
  });

  it("list exactly the cases of the week, each office its own, formulas as text", async () => {
    const agency = world.agencies[0];
    const report = await reportOf("issue_reports", agency);
    const numbers = await rows(
      "select c.number, c.office_id from cases c where reason = 'issue_report' order by number",
    );
    const whole = await text(String(report.id));
    expect(report.totals).to.deep.include({ cases: 2, offices: 2 });
    expect(whole).to.match(/Periodo;dal 23\/03\/2026 al 29\/03\/2026 \(167 ore, con il cambio dell'ora\)/);
    for (const [n, expected] of [true, true, false, false].entries()) {
      expect(new RegExp(`^${numbers[n]?.number};`, "m").test(whole), `case ${n}`).to.equal(expected);
    }
    expect(whole).to.include("'=buca").and.to.include("Definizione").and.to.not.include("NON COINCIDE");
    const roads = await text(String(report.id), world.offices.roads.id);
    expect(roads).to.include(`${numbers[0]?.number};`).and.to.not.include(`${numbers[1]?.number};`);
    const needs = await text(String((await reportOf("unresolved_needs", agency)).id));
    expect(needs).to.include("Nessuna scheda trovata; ricerca: passo carrabile");
    expect((await reportOf("grievances", agency)).totals).to.deep.include({ cases: 1 });
  });

  it("count the calls, and reconcile with calls, contacts and cases", async () => {
    const all = await reportOf("contact_centre", null);
    expect(all.totals).to.deep.equal({ calls: 7, offered: 7, answered: 6, abandoned: 1, inTime: 4, cases: 7 });
    const first = await reportOf("contact_centre", world.agencies[0]);
    expect(first.totals).to.deep.equal({ calls: 6, offered: 6, answered: 5, abandoned: 1, inTime: 4, cases: 6 });
    const lines = all.reconciliation as unknown as { what: string; reported: number; counted: number }[];
    expect(lines).to.have.length(11);
    expect(lines.filter(({ reported, counted }) => reported !== counted)).to.deep.equal([]);
    const csv = await text(String(all.id));
    expect(csv).to.include("Livello di servizio (%);57,1").and.to.include("Tasso di abbandono (%);14,3");
    expect(csv).to.match(/Per giorno[\s\S]*23\/03\/2026;1;[\s\S]*29\/03\/2026;1;/);
    expect(csv).to.match(/Chiamate del rapporto = contatti di quelle chiamate;7;7;coincide/);
  });

  it("a call without its contact shows in the reconciliation", async () => {
    const broken = await pastCall(world, { at: "2026-02-03T10:00:00Z", service: world.services.roads, wait: 3 });
    await pool.query("delete from contacts where call_id = $1", [broken.callId]);
    const [asked] = await rows(
      `insert into reports (kind, origin, first_day, last_day, period_from, period_to, asked_by_id)
      values ('contact_centre', 'person', '2026-02-01', '2026-02-28', '2026-01-31T23:00Z', '2026-02-28T23:00Z', $1)
      returning id`,
      [world.supervisor.id],
    );
    expect(await makeNow(database, String(asked?.id))).to.equal(true);
    const [made] = await rows("select reconciled from reports where id = $1", [asked?.id]);
    expect(made?.reconciled).to.equal(false);
    expect(await text(String(asked?.id))).to.match(
      /Chiamate del rapporto = contatti di quelle chiamate;1;0;NON COINCIDE/,
    );
  });

  it("the switchboard's counts the outcomes of the transfers", async () => {
    await enqueueDue(pool, new Date("2026-04-01T05:00:00Z"));
    const [monthly] = await rows("select * from reports where kind = 'switchboard'");
    expect(monthly).to.include({ agency_id: world.agencies[0], rhythm: "monthly", state: "queued" });
    const [own] = await rows("select id, opened_by_call_id from cases where switchboard");
    const transfer = `insert into transfers (call_id, case_id, kind, state, result, operator_id, endpoint, target_name,
        created_at, joined_at, ended_at)
      values ($1, $2, 'blind', 'ended', $3, $4, 'PJSIP/1@trunk', 'Ufficio Tributi', $5::timestamptz,
        case when $3 = 'completed' then $5::timestamptz + interval '7 s' end, $5::timestamptz + interval '20 s')`;
    await pool.query(transfer, [own?.opened_by_call_id, own?.id, "busy", world.anna.id, "2026-03-27T09:00:20Z"]);
    await pool.query(transfer, [own?.opened_by_call_id, own?.id, "completed", world.anna.id, "2026-03-27T09:01:20Z"]);
    expect(await makeNow(database, String(monthly?.id))).to.equal(true);
    const [made] = await rows("select totals, reconciled from reports where id = $1", [monthly?.id]);
    expect(made).to.deep.equal({ totals: { cases: 1, completed: 1, transfers: 2 }, reconciled: true });
    expect(await text(String(monthly?.id))).to.match(
      /\d+;27\/03\/2026 10:00;Ufficio Tributi;Trasferita;2;7;Risolto I livello/,
    );
  });

  it("go by post with their files and the proof: Message-ID, the server's words, hashes; a bounce undoes it", async () => {
    const report = await reportOf("issue_reports", world.agencies[0]);
    const [line] = await rows("select * from report_deliveries where report_id = $1 and recipient = 'agency'", [
      report.id,
    ]);
    const mark = makeMark({ messageId: String(line?.id), try: 1 }, verpSecret);
    expect(line).to.deep.include({ state: "sent", provider_id: `<${mark}@example.it>`, receipt: "250 2.0.0 taken" });
    const mail = await simpleParser(providers.mail.mails.find((one) => one.raw.includes(mark))?.raw ?? "");
    expect(mail.subject).to.equal("055055 - Segnalazioni dal 23/03/2026 al 29/03/2026");
    const files = mail.attachments.map((part) => part.filename);
    expect(files).to.deep.equal(["segnalazioni-2026-03-23-2026-03-29.xlsx", "segnalazioni-2026-03-23-2026-03-29.pdf"]);
    const { createHash } = await import("node:crypto");
    const hashes = mail.attachments.map((part) => createHash("sha256").update(part.content).digest("hex"));
    expect(line?.sent_files).to.deep.equal(files.map((name, n) => `${name} sha256:${hashes[n]}`));
    const taken = await takeNotice(pool, verpSecret, "test", dsn({ mark }));
    expect(taken).to.include({ verdict: "failed", state: "matched" });
    const [after] = await rows("select state from report_deliveries where id = $1", [line?.id]);
    expect(after?.state).to.equal("undelivered");
  });

  it("stay as they were made; one whose copy died is made by another, and the dead one's late work is dropped", async () => {
    const report = await reportOf("grievances", world.agencies[0]);
    const change = pool.query("update reports set totals = '{}' where id = $1", [report.id]);
    expect(await change.catch((error: Error) => error.message)).to.match(/stays as it is/);
    const [asked] = await rows(
      `insert into reports (kind, agency_id, origin, first_day, last_day, period_from, period_to, asked_by_id)
      values ('grievances', $2, 'person', '2026-03-01', '2026-03-02', '2026-02-28T23:00Z', '2026-03-02T23:00Z', $1)
      returning id`,
      [world.supervisor.id, world.agencies[0]],
    );
    const reportId = String(asked?.id);
    const dead = await claimReport(pool, reportId, 0);
    expect(dead).to.include({ id: reportId, attempts: 1 });
    expect(await makeNow(database, reportId), "claimed by another").to.equal(false);
    await sweepReports(pool);
    expect(await makeNow(database, reportId)).to.equal(true);
    const nothing = { totals: {}, reconciliation: [], reconciled: true, madeMs: 1 };
    expect(await finishReport(pool, dead!, nothing), "the late one").to.equal(false);
    const [made] = await rows("select state, attempts, totals from reports where id = $1", [reportId]);
    expect(made).to.deep.equal({ state: "made", attempts: 2, totals: { cases: 0, offices: 0 } });
    expect(await rows("select from report_files where report_id = $1", [reportId])).to.have.length(3);
  });

  it("one that can not be made is tried again later, five times, and says why", async () => {
    const [asked] = await rows(
      `insert into reports (kind, agency_id, origin, first_day, last_day, period_from, period_to, asked_by_id, attempts)
      values ('grievances', $2, 'person', '2026-03-01', '2026-03-02', '2026-02-28T23:00Z', '2026-03-02T23:00Z', $1, 3)
      returning id`,
      [world.supervisor.id, world.agencies[0]],
    );
    const reportId = String(asked?.id);
    await pool.query("alter table services rename to services_away");
    try {
      expect(await makeNow(database, reportId)).to.equal(false);
      const [again] = await rows("select state, attempts, error, due_at > now() as later from reports where id = $1", [
        reportId,
      ]);
      expect(again).to.include({ state: "queued", attempts: 4, later: true });
      expect(String(again?.error)).to.match(/services.*does not exist/);
      expect(await makeNow(database, reportId), "not due yet").to.equal(false);
      await pool.query("update reports set due_at = now() where id = $1", [reportId]);
      expect(await makeNow(database, reportId)).to.equal(false);
    } finally {
      await pool.query("alter table services_away rename to services");
    }
    const [failed] = await rows("select state, attempts from reports where id = $1", [reportId]);
    expect(failed).to.deep.equal({ state: "failed", attempts: 5 });
  });
});
