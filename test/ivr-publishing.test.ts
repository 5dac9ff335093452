import { EventEmitter, once } from "node:events";
import { expect } from "chai";
import { DatabaseListener } from "../src/database/listen.ts";
import { AppError } from "../src/errors.ts";
import { publishFlow } from "../src/ivr/editor/publish-flow.ts";
import { switchEmergency } from "../src/ivr/editor/switch-emergency.ts";
import { validateFlow } from "../src/ivr/editor/validate-flow.ts";
import { type FlowDraft, flowDocument } from "../src/ivr/flow.ts";
import { FlowCache } from "../src/ivr/flow-cache.ts";
import { editCalendarExceptions, editCalendarWeek } from "../src/ivr/hours/edit-opening-hours.ts";
import { openingState } from "../src/ivr/hours/opening-hours.ts";
import {
  listCalendars,
  openAroundTheClock,
  readCalendars,
  type StoredCalendar,
} from "../src/ivr/hours/opening-hours-store.ts";
import { listFlows, listFlowVersions, readFlow, readFlowSurroundings, type StoredFlow } from "../src/ivr/ivr-store.ts";
import { silentLogger } from "../src/log.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("ivr: publishing flows and hours", () => {
  let database: TestDatabase;
  let supervisor: { id: string; login: string };
  let flow: StoredFlow;
  let calendar: StoredCalendar;

  beforeEach(async () => {
    database = await testDatabase();
    const { rows } = await database.pool.query(
      "insert into people (login, display_name) values ('sara', 'Sara') returning id, login",
    );
    supervisor = rows[0];
    const [summary] = await listFlows(database.pool, 10, null);
    flow = (await readFlow(database.pool, summary?.id ?? ""))!;
    calendar = (await listCalendars(database.pool, 10, null)).find(({ name }) => name === "Contact center 055055")!;
  });
  afterEach(() => database.drop());

  function shortFlow(prompt = "welcome"): FlowDraft {
    return {
      start: "hello",
      nodes: {
        hello: { type: "announce", prompts: [prompt], next: "operators" },
        operators: { type: "queue", queue: "principale" },
      },
    };
  }
  const publish = (document: FlowDraft, version: number) =>
    publishFlow(database.pool, { id: flow.id, version, document: flowDocument.parse(document) }, supervisor);
  const refusalOf = async (work: Promise<unknown>): Promise<AppError> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(AppError);
    return error as AppError;
  };
  const week = { name: "Ore", italianHolidays: true, localHolidays: ["06-24"], hours: [] };

  it("a fresh database answers 055055 with a sound flow", async () => {
    expect(flow.numbers).to.deep.equal(["055055"]);
    const document = flowDocument.parse(flow.document);
    expect(validateFlow(document, await readFlowSurroundings(database.pool))).to.deep.equal([]);
    expect(openingState(calendar, new Date("2026-03-04T10:00:00Z"))).to.equal("open");
    expect(openingState(calendar, new Date("2026-06-24T10:00:00Z"))).to.equal("holiday");
    expect(openingState(calendar, new Date("2026-03-07T13:30:00Z"))).to.equal("closed");
  });

  it("a new version is live, the old one stays for calls that began with it, its author is known", async () => {
    const cache = new FlowCache(database.pool, silentLogger);
    await cache.start();
    const published = await publish(shortFlow(), 1);
    expect(published.version).to.equal(2);
    await cache.reload();
    expect(cache.flowFor("055055")).to.deep.include({ flowId: flow.id, version: 2 });
    expect((await cache.versionOf(flow.id, 1))?.start).to.equal("welcome");
    expect(await cache.versionOf(flow.id, 99)).to.equal(null);
    expect(cache.flowFor("112")).to.equal(undefined);
    await cache.stop();
    const versions = await listFlowVersions(database.pool, flow.id, 10, null);
    expect(versions.map((one) => [one.version, one.createdBy?.displayName ?? null])).to.deep.equal([
      [2, "Sara"],
      [1, null],
    ]);
  });

  it("every copy hears of a new version at the commit", async () => {
    const notices = new EventEmitter();
    const tell = (notice: unknown) => notices.emit("notice", notice);
    const listener = new DatabaseListener(database.url, ["flows"], tell, () => undefined, silentLogger);
    await listener.start();
    const heard = once(notices, "notice");
    await publish(shortFlow(), 1);
    expect((await heard)[0]).to.deep.equal({ channel: "flows", payload: flow.id });
    await listener.close();
  });

  it("of two editors at once one wins, the other is told", async () => {
    const both = await Promise.allSettled([publish(shortFlow(), 1), publish(shortFlow("goodbye"), 1)]);
    const lost = both.filter((one) => one.status === "rejected");
    expect(lost).to.have.length(1);
    expect(lost[0]?.reason).to.include({ code: "stale_version" });
    expect((await readFlow(database.pool, flow.id))?.version).to.equal(2);
  });

  it("a flow with problems is refused with all of them and nothing is stored", async () => {
    const error = await refusalOf(
      publish({ start: "a", nodes: { a: { type: "announce", prompts: ["x@it"], next: "a" } } }, 1),
    );
    expect(error).to.include({ code: "rule_violated" });
    const problems = error.details.extra?.problems as { code: string }[];
    expect(problems.map(({ code }) => code)).to.deep.equal(["missing_prompt", "loop_without_input"]);
    expect((await readFlow(database.pool, flow.id))?.version).to.equal(1);
    expect(
      (
        await refusalOf(
          publishFlow(
            database.pool,
            { ...flow, id: supervisor.id, document: flowDocument.parse(shortFlow()) },
            supervisor,
          ),
        )
      ).code,
    ).to.equal("not_found");
  });

  it("a prompt added in the database may be used", async () => {
    await database.pool.query("insert into prompts (name, language) values ('neve', 'it'), ('neve', 'en')");
    expect((await publish(shortFlow("neve"), 1)).version).to.equal(2);
  });

  it("hours change at the next call, with exceptions and 24:00", async () => {
    const cache = new FlowCache(database.pool, silentLogger);
    await cache.start();
    const hours = [{ weekday: 3, opens: "22:00", closes: "24:00" }];
    const changed = await editCalendarWeek(
      database.pool,
      { id: calendar.id, version: 1, week: { ...week, hours } },
      supervisor,
    );
    expect(changed).to.deep.include({ version: 2, hours });
    const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    const exceptions = [{ day, opens: "10:00", closes: "11:00", note: "inventario" }];
    await editCalendarExceptions(database.pool, { id: calendar.id, version: 2, exceptions }, supervisor);
    await cache.reload();
    const live = cache.calendar(calendar.id)!;
    expect(live.exceptions).to.deep.equal(exceptions);
    expect(openingState(live, new Date("2026-03-04T22:59:00Z"))).to.equal("open");
    await cache.stop();
    const { rows } = await database.pool.query("select action, actor from audit order by id");
    expect(rows).to.deep.equal([
      { action: "calendar.week", actor: "sara" },
      { action: "calendar.exceptions", actor: "sara" },
    ]);
  });

  it("hours that overlap, or were changed meanwhile, are refused", async () => {
    const edit = (version: number, hours: { weekday: number; opens: string; closes: string }[]) =>
      editCalendarWeek(database.pool, { id: calendar.id, version, week: { ...week, hours } }, supervisor);
    const overlap = [
      { weekday: 1, opens: "08:00", closes: "12:00" },
      { weekday: 1, opens: "11:59", closes: "13:00" },
    ];
    expect((await refusalOf(edit(1, overlap))).code).to.equal("rule_violated");
    await edit(1, [
      { weekday: 1, opens: "08:00", closes: "12:00" },
      { weekday: 1, opens: "12:00", closes: "13:00" },
    ]);
    const stale = await refusalOf(edit(1, []));
    expect(stale.code).to.equal("stale_version");
    expect(stale.details.extra).to.deep.equal({ currentVersion: 2 });
  });

  it("for a demo the service is open at any hour, until somebody edits the hours", async () => {
    const sundayNight = new Date("2026-04-05T01:00:00Z");
    expect(openingState(calendar, sundayNight)).to.equal("holiday");
    await openAroundTheClock(database.pool);
    const [opened] = await readCalendars(database.pool, [calendar.id]);
    expect(openingState(opened!, sundayNight)).to.equal("open");
    await editCalendarWeek(database.pool, { id: calendar.id, version: 2, week }, supervisor);
    await openAroundTheClock(database.pool);
    const [edited] = await readCalendars(database.pool, [calendar.id]);
    expect(edited).to.deep.include({ version: 3, hours: [] });
  });

  it("an agency's emergency is switched on for the next caller, with a known prompt only", async () => {
    const { rows } = await database.pool.query(
      "insert into agencies (name, short_name) values ('Comune di Prova', 'Prova') returning id",
    );
    const agencyId: string = rows[0].id;
    const cache = new FlowCache(database.pool, silentLogger);
    await cache.start();
    await switchEmergency(database.pool, { agencyId, on: true, prompt: "emergency" }, supervisor);
    await cache.reload();
    expect(cache.agencies()).to.deep.equal([{ id: agencyId, emergencyOn: true, emergencyPrompt: "emergency" }]);
    await cache.stop();
    const unknown = switchEmergency(database.pool, { agencyId, on: true, prompt: "terremoto" }, supervisor);
    expect((await refusalOf(unknown)).code).to.equal("rule_violated");
    const nobody = switchEmergency(database.pool, { agencyId: supervisor.id, on: true, prompt: null }, supervisor);
    expect((await refusalOf(nobody)).code).to.equal("not_found");
  });

  it("what was read stays good while the database is away or holds nonsense", async () => {
    const cache = new FlowCache(database.pool, silentLogger);
    await cache.start();
    await database.pool.query("update ivr_flow_versions set document = '{}' where flow_id = $1", [flow.id]);
    await database.pool.query("update ivr_flow_versions set version = 7 where flow_id = $1", [flow.id]);
    await database.pool.query("update ivr_flows set published_version = 7 where id = $1", [flow.id]);
    await cache.reload();
    expect(cache.flowFor("055055")?.version).to.equal(1);
    await database.pool.query("alter table served_numbers rename to gone");
    await cache.reload();
    expect(cache.flowFor("055055")?.version).to.equal(1);
    await cache.stop();
  });
});
