import { type AsteriskServer, ownAsterisk } from "../../test/support/asterisk.ts";
import { Centre, type Copy } from "../../test/support/centre.ts";
import { type Kamailio, startKamailio } from "../../test/support/ops/kamailio.ts";
import { type PhoneCall, SipPhone } from "../../test/support/sip-phone.ts";
import { type TestClient, TestFeed, testClient, testPerson } from "../../test/support/web.ts";

/** The Asterisks take what comes from this address for the provider's calls: Kamailio is the only one to call them. */
const kamailioAddress = "127.0.0.9";
const providerAddress = "127.0.0.20";
const phonesAddress = "127.0.0.30";

export type ClusterCall = { call: PhoneCall; phone: SipPhone; from: string };

/** An operator whose phone is registered at Kamailio. */
export type ClusterDesk = { seat: string; personId: string; client: TestClient; phone: SipPhone; feed: TestFeed };

/** Kamailio in front of two Asterisks, two copies of the program that know both, one PostgreSQL. */
export class ClusterSite {
  readonly desks: ClusterDesk[] = [];
  readonly calls: ClusterCall[] = [];
  readonly centre: Centre;
  readonly switches: [AsteriskServer, AsteriskServer];
  readonly kamailio: Kamailio;

  private constructor(centre: Centre, switches: [AsteriskServer, AsteriskServer], kamailio: Kamailio) {
    this.centre = centre;
    this.switches = switches;
    this.kamailio = kamailio;
  }

  static async start(): Promise<ClusterSite> {
    const centre = await Centre.start({ copies: 0, wrapUpSeconds: 0 });
    let kamailio: Kamailio | null = null;
    try {
      const switches: [AsteriskServer, AsteriskServer] = [centre.asterisk, await ownAsterisk()];
      kamailio = await startKamailio({
        ...{ address: kamailioAddress, provider: providerAddress, database: centre.database.url },
        switches: switches.map(({ sip }) => sip),
      });
      const site = new ClusterSite(centre, switches, kamailio);
      await site.startCopy();
      await site.startCopy();
      return site;
    } catch (error) {
      await centre.close();
      await kamailio?.stop();
      throw error;
    }
  }

  get pool() {
    return this.centre.pool;
  }

  startCopy(): Promise<Copy> {
    const urls = this.switches.map(({ url, user, password }) => url.replace("://", `://${user}:${password}@`));
    return this.centre.startCopy({ ASTERISK_URLS: urls.join(","), SIP_PROXY: this.kamailio.sip });
  }

  /** Signed in at one of the copies, phone registered at Kamailio, page open; not yet available. */
  async desk(seat: string, phone: "sip" | "web" = "sip"): Promise<ClusterDesk> {
    const { url } = this.centre;
    const personId = await testPerson(this.pool, `op${seat}`, "operator", seat);
    await this.pool.query("update operators set phone = $2 where person_id = $1", [personId, phone]);
    await this.pool.query("select pg_notify('phones', '')");
    const client = await testClient(url, `op${seat}`);
    const feed = await TestFeed.open(url, client);
    const account = { user: seat, password: "sip-secret" };
    const tone = 1_500 + 100 * this.desks.length;
    const sip = new SipPhone({ server: this.kamailio.sip, address: phonesAddress, account, tone, onInvite: answer });
    const desk = { seat, personId, client, feed, phone: sip };
    this.desks.push(desk);
    if (phone === "sip") await sip.open();
    function answer(call: PhoneCall): void {
      sip.ring(call);
      sip.answer(call);
    }
    return desk;
  }

  async choose(desk: ClusterDesk, state: "available" | "offline"): Promise<void> {
    const { status, body } = await desk.client.call("PUT", "/me/state", { state });
    if (status >= 300) throw new Error(`desk ${desk.seat}: ${status} ${JSON.stringify(body)}`);
  }

  /** A citizen who calls over the provider. */
  async call(tone = 400): Promise<ClusterCall> {
    const phone = await new SipPhone({ server: this.kamailio.sip, address: providerAddress, tone }).open();
    const from = `0550${String(100_000 + this.calls.length)}`;
    const made = { call: await phone.dial("055055", from), phone, from };
    this.calls.push(made);
    return made;
  }

  /** Some citizens, all answered; throws when one is not within the time. */
  async answeredCalls(count: number): Promise<ClusterCall[]> {
    const made: ClusterCall[] = [];
    for (let n = 0; n < count; n++) made.push(await this.call(400 + 20 * n));
    await Promise.all(made.map(({ call }) => call.until("answered", 8_000)));
    return made;
  }

  /** Which Asterisk has each of these calls: 0, 1, or -1 when none is known. */
  async switchesOf(calls: ClusterCall[]): Promise<number[]> {
    const ids = await Promise.all(this.switches.map(entityOf));
    const { rows } = await this.pool.query<{ from: string; id: string }>(
      `select caller_raw as "from", asterisk_id as id from calls where caller_raw = any($1)`,
      [calls.map(({ from }) => from)],
    );
    return calls.map(({ from }) => ids.indexOf(rows.find((row) => row.from === from)?.id ?? ""));
  }

  async hangUp(calls: ClusterCall[]): Promise<void> {
    for (const { call, phone } of calls) if (!call.ended) phone.hangUp(call);
    const live = "select from calls where state <> 'ended' and caller_raw = any($1)";
    await this.centre.rows(live, (rows) => rows.length === 0, 15_000, [calls.map(({ from }) => from)]);
  }

  async close(): Promise<void> {
    for (const { phone } of this.calls) await phone.close();
    for (const { phone, feed } of this.desks) {
      feed.close();
      phone.vanish();
    }
    await this.centre.close();
    await this.kamailio.stop();
  }
}

const entities = new Map<string, string>();

/** Remembered: a dead Asterisk can not be asked. */
export async function entityOf({ url, user, password }: AsteriskServer): Promise<string> {
  const known = entities.get(url);
  if (known) return known;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const answer = await fetch(`${url}/ari/asterisk/info`, { headers: { authorization } });
  const { system } = (await answer.json()) as { system: { entity_id: string } };
  entities.set(url, system.entity_id);
  return system.entity_id;
}
