import { expect } from "chai";
import { subscribe } from "../src/asterisk/application.ts";
import {
  getEndpoint,
  listEndpoints,
  type Phone,
  phonesDiffer,
  pushPhones,
  removePhone,
} from "../src/asterisk/phones.ts";
import { PhoneWatch } from "../src/calls/phone-watch.ts";
import { silentLogger } from "../src/log.ts";
import { type AsteriskServer, ownAsterisk } from "./support/asterisk.ts";
import { testDatabase } from "./support/database.ts";
import { RecordedLink } from "./support/recorded-link.ts";
import { TestPhone } from "./support/test-phone.ts";

const phones: Phone[] = [
  { name: "291", password: "pw-291", webrtc: false, callerId: '"Postazione 291" <291>' },
  { name: "291-web", password: "pw-291-web", webrtc: true, callerId: '"Postazione 291" <291>' },
];

describe("phones of the seats, on the real Asterisk", () => {
  let server: AsteriskServer;
  let opened: RecordedLink;

  before(async () => {
    // Of its own: it is killed and stopped here.
    server = await ownAsterisk();
    opened = await new RecordedLink({ address: server }).open();
  });
  after(async () => {
    await opened.connection.close();
    await server.stop();
  });

  const attributes = async (objectType: string, id: string) => {
    const parameters = { configClass: "res_pjsip", objectType, id };
    const answer = await opened.connection.command("asterisk", "getObject", parameters);
    return Object.fromEntries((answer as { attribute: string; value: string }[]).map((a) => [a.attribute, a.value]));
  };

  it("are written with the settings they need, once", async () => {
    const { connection } = opened;
    expect(await getEndpoint(connection, "291")).to.equal(null);
    expect(await pushPhones(connection, phones)).to.equal(true);
    expect(await getEndpoint(connection, "291-web")).to.deep.equal({
      name: "291-web",
      state: "offline",
      channelIds: [],
    });
    expect((await listEndpoints(connection)).map(({ name }) => name)).to.include.members(["291", "291-web", "trunk"]);
    const web = await attributes("endpoint", "291-web");
    expect(web).to.include({ webrtc: "yes", dtls_auto_generate_cert: "Yes", transport: "transport-ws" });
    expect(web).to.include({
      allow: "(alaw|ulaw)",
      rtp_timeout: "5",
      rtp_timeout_hold: "300",
      allow_transfer: "false",
    });
    expect(await attributes("aor", "291")).to.include({ max_contacts: "1", qualify_frequency: "5" });
    expect(await pushPhones(connection, phones)).to.equal(false);
    expect(await pushPhones(connection, [...phones].reverse())).to.equal(false);
  });

  it("of a seat that is closed leave the switch, and come back with it", async () => {
    const { connection } = opened;
    const database = await testDatabase();
    const watch = new PhoneWatch({
      ...{ pool: database.pool, links: () => [connection], registrar: null, isLooker: () => false },
      ...{ onChange: () => undefined, log: silentLogger },
    });
    const close = (closed: boolean) =>
      database.pool.query("update seats set disabled_at = case when $1 then now() end where number = '295'", [closed]);
    const there = async () =>
      (await listEndpoints(connection)).flatMap(({ name }) => (/^295/.test(name) ? [name] : []));
    try {
      await database.pool.query("insert into seats (number, sip_password, web_password) values ('295', 'a', 'b')");
      await watch.provisionAll();
      expect((await there()).sort()).to.deep.equal(["295", "295-web"]);
      await close(true);
      await watch.provisionAll();
      expect(await there()).to.deep.equal([]);
      await close(false);
      await watch.provisionAll();
      expect(await there()).to.have.length(2);
      await close(true);
      await watch.provisionAll();
    } finally {
      await database.drop();
      await pushPhones(connection, phones);
    }
  });

  it("are looked at one by one where they are many, when somebody is at work without one", async () => {
    const database = await testDatabase();
    const watch = new PhoneWatch({
      ...{ pool: database.pool, links: () => [opened.connection], registrar: null, isLooker: () => true },
      ...{ onChange: () => undefined, log: silentLogger },
    });
    const phone = await TestPhone.at(server.sip, "5001", "pw-5001");
    const online = async () => {
      const { rows } = await database.pool.query("select online from seat_contacts where account = '5001'");
      return rows[0]?.online;
    };
    const becomes = async (state: boolean, withinMs: number) => {
      const limit = performance.now() + withinMs;
      while ((await online()) !== state && performance.now() < limit) await new Promise((r) => setTimeout(r, 50));
      expect(await online()).to.equal(state);
    };
    try {
      await database.pool.query(`with s as (
          insert into seats (number, sip_password, web_password) select n::text, 'pw-' || n, 'x' from generate_series(5001, 5060) n
          returning id, number
        ), p as (insert into people (login, display_name, password_hash) values ('anna', 'Anna', 'x') returning id)
        insert into operators (person_id, seat_id, signed_in_at) select p.id, s.id, now() from p, s where s.number = '5001'`);
      await watch.provisionAll();
      watch.start();
      await becomes(false, 4_000);
      await phone.register(60);
      await becomes(true, 4_000);
      await phone.register(0);
      await becomes(false, 13_000);
    } finally {
      watch.stop();
      phone.close();
      await database.drop();
      for (let n = 5001; n <= 5060; n++) {
        for (const account of [String(n), `${n}-web`]) await removePhone(opened.connection, account);
      }
      await pushPhones(opened.connection, phones);
    }
  }).timeout(60_000);

  it("are written again when a setting changed, and can be removed", async () => {
    const { connection } = opened;
    const extra: Phone = { name: "292", password: "a", webrtc: false, callerId: "" };
    expect(await pushPhones(connection, [...phones, extra])).to.equal(true);
    expect(await pushPhones(connection, [...phones, { ...extra, password: "b" }])).to.equal(true);
    expect(await attributes("auth", "292")).to.include({ password: "b" });
    await removePhone(connection, "292");
    await removePhone(connection, "292");
    expect(await getEndpoint(connection, "292")).to.equal(null);
  });

  it("leave no address behind when they are written while a phone is registered", async () => {
    const { connection } = opened;
    const phone = await TestPhone.at(server.sip, "291", "pw-291");
    await phone.register(60);
    const extra: Phone = { name: "293", password: "a", webrtc: false, callerId: "" };
    expect(await pushPhones(connection, [...phones, extra])).to.equal(true);
    expect(await pushPhones(connection, phones)).to.equal(true);
    expect(await getEndpoint(connection, "291")).to.include({ state: "online" });
    await phone.register(0);
    expect(await server.console("pjsip show contacts")).not.to.match(/291\/sip/);
    phone.close();
    await removePhone(connection, "293");
  });

  it("tell when they come and go", async () => {
    await subscribe(opened.connection, "endpoint:PJSIP/291");
    const phone = await TestPhone.at(server.sip, "291", "pw-291");
    await phone.register(60);
    await opened.event((event) => event.type === "PeerStatusChange" && event.status === "Reachable");
    await opened.event((event) => event.type === "ContactStatusChange" && event.status === "Reachable");
    expect(await getEndpoint(opened.connection, "291")).to.include({ state: "online" });
    await phone.register(0);
    const removed = await opened.event((event) => event.type === "ContactStatusChange" && event.status === "Removed");
    expect(removed).to.include({ endpoint: "PJSIP/291", aor: "291" });
    expect(await getEndpoint(opened.connection, "291")).to.include({ state: "offline" });
    phone.close();
  });

  it("are written again after a crash of Asterisk, which the connection survives and tells", async () => {
    await pushPhones(opened.connection, phones);
    await server.kill();
    await opened.until(() => !opened.connection.connected);
    await server.restart();
    await opened.until(() => opened.connection.connected);
    expect(opened.repairs).to.deep.equal([false, true]);
    // Asterisk's own database is written behind by up to a second, so the crash may have taken the last accounts.
    expect(await phonesDiffer(opened.connection, phones)).to.equal(true);
    expect(await pushPhones(opened.connection, phones)).to.equal(true);
    expect(await getEndpoint(opened.connection, "291")).not.to.equal(null);
  });

  it("hear of a stopped Asterisk within two and a half seconds, and of its going on", async () => {
    const repairs = opened.repairs.length;
    process.kill(server.pid, "SIGSTOP");
    const stoppedAt = performance.now();
    try {
      await opened.until(() => !opened.connection.connected);
      expect(performance.now() - stoppedAt).to.be.lessThan(2_800);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
    await opened.until(() => opened.repairs.length === repairs + 1);
    expect(opened.repairs.at(-1)).to.equal(false);
    expect(opened.replacements).to.equal(0);
  });
});
