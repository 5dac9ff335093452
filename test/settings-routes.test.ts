import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { v7 } from "uuid";
import { closedAccounts } from "../src/calls/phone-store.ts";
import { systemClock } from "../src/clock.ts";
import { promptRoutes } from "../src/ivr/recordings/prompt-routes.ts";
import { pauseReasonRoutes } from "../src/operators/pause-reason-routes.ts";
import { seatRoutes } from "../src/operators/seats/seat-routes.ts";
import { queueRoutes } from "../src/queue/queue-routes.ts";
import { reportRoutes } from "../src/reports/report-routes.ts";
import { readSchedules } from "../src/reports/report-store.ts";
import { wallboardRoutes } from "../src/wallboard/wallboard-routes.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

type Item = Record<string, unknown> & { id: string; version: number };

/** What supervisor and administrator set, and the figures of the wallboard. */
describe("settings, seats, prompts, wallboard", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let sounds: string;
  let supervisor: TestClient;
  let admin: TestClient;

  before(async () => {
    database = await testDatabase();
    const { pool } = database;
    sounds = await mkdtemp(join(tmpdir(), "055055-sounds-"));
    await mkdir(join(sounds, "it"));
    await writeFile(join(sounds, "it/welcome.wav"), "RIFF of a test");
    web = await testWeb(database, {
      routes: [
        ...wallboardRoutes({ pool }),
        ...queueRoutes({ pool }),
        ...pauseReasonRoutes({ pool }),
        ...seatRoutes({ pool }),
        ...promptRoutes({ pool, soundsDir: sounds }),
        ...reportRoutes({ pool, clock: systemClock }),
      ],
    });
    await testPerson(pool, "vera", "supervisor");
    await testPerson(pool, "ada", "administrator");
    await testPerson(pool, "rosa", "operator", "201");
    supervisor = await testClient(web.url, "vera");
    admin = await testClient(web.url, "ada");
  });
  after(async () => {
    await web.close();
    await database.drop();
    await rm(sounds, { recursive: true });
  });

  const items = async (client: TestClient, path: string): Promise<Item[]> => {
    const answer = await client.call("GET", path);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return answer.body.items as unknown as Item[];
  };
  const version = (n: number) => ({ "if-match": `"${n}"` });
  const call = (values: string) =>
    database.pool.query(
      `insert into calls (id, started_at, queued_at, talk_at, ended_at, state, outcome, queue_id, person_id)
      select $1, now(), q.queued, q.talk, q.ended, q.state, q.outcome, (select min(id::text)::uuid from queues),
        case when q.talk is not null then (select id from people where login = 'rosa') end
      from (select ${values}) q (queued, talk, ended, state, outcome)`,
      [v7()],
    );

  it("counts the day against its targets; who still waits is not judged", async () => {
    const empty = await items(supervisor, "/wallboard");
    expect(empty.map(({ figure, value, meets }) => [figure, value, meets])).to.deep.equal([
      ["waiting", 0, true],
      ["longest_wait", 0, true],
      ["service_level", null, null],
      ["abandoned", null, null],
      ["available", 0, false],
      ["to_complete", 0, true],
    ]);
    await call("now() - interval '9 s', now() - interval '5 s', now(), 'ended', 'answered'");
    await call("now() - interval '60 s', now() - interval '5 s', now(), 'ended', 'answered'");
    await call("now() - interval '60 s', null::timestamptz, now(), 'ended', 'abandoned_queue'");
    await call("now() - interval '60 s', null::timestamptz, now(), 'ended', 'system_failure'");
    await call("now() - interval '150 s', null::timestamptz, null::timestamptz, 'waiting', null");
    const board = await items(supervisor, "/wallboard");
    const of = (figure: string) => board.find((one) => one.figure === figure);
    expect(of("service_level")).to.include({ value: 25, target: 80, meets: false, unit: "percent" });
    expect(of("abandoned")).to.include({ value: 25, meets: false });
    expect(of("waiting")).to.include({ value: 1, meets: true });
    expect(of("longest_wait")?.value).to.be.within(150, 200);
    const day = (await supervisor.call("GET", "/wallboard/day")).body;
    const halfHours = day.halfHours as unknown as Record<string, number>[];
    expect(halfHours.at(-1)).to.include({ answered: 2, abandoned: 1, otherEnds: 1, inTime: 1, serviceLevel: 25 });
    expect(halfHours.at(-1)?.meanWait).to.equal(29.5);
  });

  it("a target changes once; another reader's version is stale, and more than can be is refused", async () => {
    const change = (target: number, seen: number) =>
      supervisor.call("PUT", "/wallboard/targets/service_level", { target }, version(seen));
    expect((await change(20, 1)).body).to.deep.equal({ figure: "service_level", target: 20, version: 2 });
    expect((await change(30, 1)).status).to.equal(412);
    const beyond = await change(101, 2);
    expect([beyond.status, beyond.body.it]).to.deep.equal([400, "L'obiettivo può essere al massimo 100."]);
    const board = await items(supervisor, "/wallboard");
    expect(board.find(({ figure }) => figure === "service_level")?.meets).to.equal(true);
  });

  it("a queue's limits", async () => {
    const [queue] = await items(supervisor, "/queues");
    const path = `/queues/${queue?.id}`;
    const changed = await supervisor.call("PATCH", path, { ringSeconds: 15 }, version(queue?.version ?? 0));
    expect(changed.body).to.include({ ringSeconds: 15, wrapUpSeconds: queue?.wrapUpSeconds });
    expect((await supervisor.call("PATCH", path, { ringSeconds: 2 }, version(2))).status).to.equal(400);
    expect((await supervisor.call("PATCH", path, { ringSeconds: 9 }, version(1))).status).to.equal(412);
    const { rows } = await database.pool.query("select action, actor, data from audit where action = 'queue.edit'");
    expect(rows).to.deep.equal([{ action: "queue.edit", actor: "vera", data: { ringSeconds: 15 } }]);
  });

  it("reasons for a pause: a further one, other words, off; never the last", async () => {
    const body = { code: "fire_drill", labelIt: "Prova antincendio", labelEn: "Fire drill" };
    expect((await supervisor.call("POST", "/pause-reasons", body)).body).to.include({ disabled: false, version: 1 });
    expect((await supervisor.call("POST", "/pause-reasons", body)).status).to.equal(409);
    const words = { labelIt: "Corso" };
    const changed = await supervisor.call("PATCH", "/pause-reasons/fire_drill", words, version(1));
    expect(changed.body).to.include({ labelIt: "Corso", labelEn: "Fire drill", version: 2 });
    expect((await items(supervisor, "/pause-reasons")).map(({ code }) => code)).to.include("fire_drill");
    for (const { code, version: seen } of await items(supervisor, "/pause-reasons/all")) {
      if (code === "fire_drill") continue;
      const off = await supervisor.call("PATCH", `/pause-reasons/${code}`, { disabled: true }, version(seen));
      expect(off.status).to.equal(200);
    }
    const last = await supervisor.call("PATCH", "/pause-reasons/fire_drill", { disabled: true }, version(2));
    expect(last.status).to.equal(409);
    expect((await items(supervisor, "/pause-reasons")).map(({ code }) => code)).to.deep.equal(["fire_drill"]);
  });

  it("a new seat tells its password once; one where somebody sits is not closed", async () => {
    const made = await admin.call("POST", "/seats", { number: "299", kind: "operator" });
    expect(made.status).to.equal(201);
    expect(made.body.phonePassword).to.match(/^[0-9a-f]{24}$/);
    expect((await admin.call("POST", "/seats", { number: "299", kind: "office" })).status).to.equal(409);
    const other = await admin.call("PATCH", `/seats/${made.body.id}`, { newPassword: true }, version(1));
    expect(other.body.phonePassword)
      .to.match(/^[0-9a-f]{24}$/)
      .and.not.equal(made.body.phonePassword);
    expect(
      (await admin.call("PATCH", `/seats/${made.body.id}`, { disabled: true }, version(2))).body.disabled,
    ).to.equal(true);
    expect(await closedAccounts(database.pool)).to.deep.equal(["299", "299-web"]);
    await database.pool.query("update operators set signed_in_at = now()");
    const rosas = (await items(admin, "/seats")).find(({ number }) => number === "201");
    expect(rosas).to.include({ person: "rosa", phoneOnline: false });
    expect(JSON.stringify(await items(admin, "/seats"))).not.to.contain("secret");
    const refused = await admin.call("PATCH", `/seats/${rosas?.id}`, { disabled: true }, version(1));
    expect([refused.status, refused.body.it]).to.deep.equal([
      409,
      "Alla postazione c'è rosa: si può chiudere quando esce.",
    ]);
  });

  it("a prompt is read and listened to; one without a sound says so", async () => {
    const prompts = await items(supervisor, "/prompts");
    const welcome = prompts.find(({ name }) => name === "welcome") as unknown as {
      it: { audio: boolean; text: string };
    };
    expect(welcome.it.audio).to.equal(true);
    expect(welcome.it.text).to.match(/^Benvenuto/);
    const sound = await fetch(`${web.url}/api/v1/prompts/welcome/it/audio`, { headers: { cookie: supervisor.cookie } });
    expect([sound.headers.get("content-type"), await sound.text()]).to.deep.equal(["audio/wav", "RIFF of a test"]);
    expect((await supervisor.call("GET", "/prompts/welcome/en/audio")).status).to.equal(404);
    await database.pool.query("insert into prompts (name, language, audio) values ('welcome', 'en', 'added')");
    const added = await fetch(`${web.url}/api/v1/prompts/welcome/en/audio`, { headers: { cookie: supervisor.cookie } });
    expect(await added.text()).to.equal("added");
    expect((await supervisor.call("GET", "/prompts/..%2Fx/it/audio")).status).to.equal(400);
  });

  it("a report's rhythm is switched off and on; one that never was on begins with the period that runs", async () => {
    const lines = await items(supervisor, "/report-schedules");
    expect(lines).to.have.length(10);
    const weekly = lines.find(({ kind, rhythm }) => kind === "grievances" && rhythm === "weekly");
    expect(weekly).to.include({ enabled: true, version: 1 });
    const off = await supervisor.call("PUT", "/report-schedules/grievances/weekly", { enabled: false }, version(1));
    expect(off.body).to.include({ enabled: false, dueAt: null, version: 2 });
    expect((await readSchedules(database.pool)).map(({ kind }) => kind)).not.to.include("grievances");
    const first = await supervisor.call("PUT", "/report-schedules/grievances/monthly", { enabled: true }, version(0));
    expect(first.body.firstDay).to.match(/-01$/);
    expect(
      (await supervisor.call("PUT", "/report-schedules/grievances/weekly", { enabled: true }, version(1))).status,
    ).to.equal(412);
    const on = await supervisor.call("PUT", "/report-schedules/grievances/weekly", { enabled: true }, version(2));
    expect(on.body.firstDay).to.equal(weekly?.firstDay);
  });
});
