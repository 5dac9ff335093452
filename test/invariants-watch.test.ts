import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { Registry } from "prom-client";
import { createBridge } from "../src/asterisk/bridge.ts";
import { AsteriskConnection } from "../src/asterisk/connection.ts";
import { bridgeIdOf } from "../src/asterisk/wire-names.ts";
import { InvariantWatch } from "../src/invariants/watch-invariants.ts";
import { silentLogger } from "../src/log.ts";
import { type AsteriskServer, sharedAsterisk } from "./support/asterisk.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { testPerson } from "./support/web.ts";

describe("the invariant check in production", () => {
  let asterisk: AsteriskServer;
  let database: TestDatabase;
  let link: AsteriskConnection;
  const registry = new Registry();
  const opened: string[] = [];
  let watch: InvariantWatch;
  let personId = "";
  let heir: { id: string; epoch: number };

  before(async () => {
    asterisk = await sharedAsterisk();
    database = await testDatabase();
    heir = await node("alive");
    personId = await testPerson(database.pool, "op201", "operator", "201");
    await new Promise<void>((resolve) => {
      const { url, user, password } = asterisk;
      link = new AsteriskConnection({
        ...{ address: { url, user, password }, application: `checker-${randomUUID()}`, log: silentLogger },
        ...{ mayAct: () => true, onEvent: () => undefined, onDisconnected: () => undefined },
        ...{ onReplaced: () => undefined, onConnected: async () => resolve() },
      });
      link.start();
    });
    watch = new InvariantWatch(tools(), registry);
  });
  after(async () => {
    await watch.stop();
    await link.close();
    await database.drop();
  });

  const tools = () => ({
    pool: database.pool,
    ...{ links: () => [link], heir: () => heir, log: silentLogger },
    goOnWith: (application: string) => void opened.push(application),
  });
  async function node(state: string): Promise<{ id: string; epoch: number }> {
    const sql = "insert into nodes (id, name, roles, state) values ($1, $2, '{calls}', $3) returning id, epoch";
    return (await database.pool.query(sql, [randomUUID(), `055055-${randomUUID()}`, state])).rows[0];
  }
  async function call(columns: Record<string, unknown>, withCase = true): Promise<string> {
    const id = randomUUID();
    const names = Object.keys(columns);
    const places = names.map((_, n) => `$${n + 2}`);
    await database.pool.query(
      `insert into calls (id${names.map((name) => `, ${name}`).join("")}) values ($1${places.map((p) => `, ${p}`).join("")})`,
      [id, ...Object.values(columns)],
    );
    if (withCase) {
      await database.pool.query(
        `with k as (insert into contacts (id, call_id, direction, channel) values (uuidv7(), $1, 'inbound', 'phone') returning id),
        s as (insert into cases (id, opened_by_call_id, owner_id) values (uuidv7(), $1, $2) returning id)
        insert into contact_cases (contact_id, case_id) select k.id, s.id from k, s`,
        [id, personId],
      );
    }
    return id;
  }
  const metric = async (name: string, kind: string): Promise<number | undefined> =>
    (await registry.getSingleMetric(name)?.get())?.values.find(({ labels }) => labels.kind === kind)?.value;

  it("finds nothing in a sound centre", async () => {
    expect(await watch.check(0)).to.deep.equal([]);
  });

  it("is done by one copy at a time", async () => {
    const other = new InvariantWatch(tools(), new Registry());
    expect(await other.check(0)).to.equal(null);
    await watch.stop();
    expect(await other.check(0)).to.deep.equal([]);
    expect(await watch.check(0)).to.equal(null);
    await other.stop();
    expect(await watch.check(0)).to.deep.equal([]);
  });

  it("hands a call of a dead copy to a living one", async () => {
    const dead = await node("dead");
    const id = await call({ node_id: dead.id, epoch: dead.epoch, application: "055055-dead" });
    const found = await watch.check(0);
    expect(found?.map(({ kind, subject }) => [kind, subject])).to.deep.equal([["call_on_dead_node", id]]);
    expect(opened).to.deep.equal(["055055-dead"]);
    const { rows } = await database.pool.query("select node_id, epoch from calls where id = $1", [id]);
    expect(rows[0]).to.deep.equal({ node_id: heir.id, epoch: heir.epoch });
    expect(await metric("invariant_violations", "call_on_dead_node")).to.equal(1);
    expect(await metric("invariant_repairs_total", "call_on_dead_node")).to.equal(1);
    expect(await watch.check(0)).to.deep.equal([]);
    expect(await metric("invariant_violations", "call_on_dead_node")).to.equal(0);
    const talked =
      "update calls set state = 'ended', ended_at = now(), talk_at = now(), outcome = 'answered' where id = $1";
    await database.pool.query(talked, [id]);
  });

  it("frees an operator and withdraws an offer of a call that is over", async () => {
    const id = await call({ state: "ended", ended_at: new Date(), talk_at: new Date(), outcome: "answered" });
    await database.pool.query(
      `with f as (insert into offers (id, call_id, person_id, account, channel_id) values ($2, $1, $3, '201', 'x'))
      update operators set system = 'ringing', call_id = $1, offer_id = $2 where person_id = $3`,
      [id, randomUUID(), personId],
    );
    const found = await watch.check(0);
    expect(found?.map(({ kind }) => kind)).to.deep.equal(["operator_state_wrong", "offer_of_other_call"]);
    expect(await watch.check(0)).to.deep.equal([]);
    const { rows } = await database.pool.query("select system, call_id from operators where person_id = $1", [
      personId,
    ]);
    expect(rows[0]).to.deep.equal({ system: "idle", call_id: null });
  });

  it("deletes a bridge that nobody is in and no row knows, once it is old enough", async () => {
    const bridgeId = bridgeIdOf("talk", randomUUID());
    await createBridge(link, bridgeId);
    expect(await watch.check(0), "its first seconds").to.deep.equal([]);
    // Asterisk's own clock decides how old it is: nothing tells when ten seconds are over.
    await new Promise((resolve) => setTimeout(resolve, 10_200));
    const found = await watch.check(0);
    expect(found?.map(({ kind, subject }) => [kind, subject])).to.deep.equal([["bridge_without_legs", bridgeId]]);
    expect(await watch.check(0)).to.deep.equal([]);
  });

  it("only tells what touches a person: a call without a case stays as it is", async () => {
    const id = await call({ node_id: heir.id, epoch: heir.epoch }, false);
    const found = await watch.check(0);
    expect(found?.map(({ kind, subject }) => [kind, subject])).to.deep.equal([["call_without_case", id]]);
    expect(await metric("invariant_repairs_total", "call_without_case")).to.equal(undefined);
  });
});
