import { once } from "node:events";
import { parseCitizenLog } from "../sipp/sipp-log.ts";
import { BenchSite } from "../site/bench-site.ts";
import { orderFaults } from "./ring-order.ts";

const callsASecond = 20;

export type RealQueue = {
  waiting: number;
  /** Of those who wait, against the places they had when all of them waited. */
  orderFaults: string[];
  /** Pairs of neighbours whose INVITEs came in the other order than their places: no place was lost, two copies raced. */
  swappedAtEntry: number;
  ringMs: number[];
};

/**
 * Real callers who wait on the real Asterisk for one operator, and are served one by one: whoever talks is hung up on,
 * and the operator, free again, gets the next.
 */
export async function serveRealQueue(callers: number, say: (line: string) => void): Promise<RealQueue> {
  const site = await BenchSite.create({ operators: 1, copies: 2, profileDir: null, statements: false, say });
  const stop = () => void site.stop().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  try {
    await site.start();
    await site.startProgram();
    return await serve(site, callers, say);
  } catch (error) {
    if (site.database) await tellState(site, say);
    throw error;
  } finally {
    for (const failure of await site.stop()) say(failure);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, stop);
  }
}

/** For who looks for why nobody was served any more. */
async function tellState({ database }: BenchSite, say: (line: string) => void): Promise<void> {
  const { rows } = await database.client.query(
    `select (select jsonb_object_agg(state, n) from (select state, count(*) as n from calls group by 1) c) as calls,
      (select jsonb_object_agg(outcome, n) from (select outcome, count(*) as n from calls group by 1) c
        where outcome is not null) as outcomes,
      (select jsonb_object_agg(state, n) from (select state, count(*) as n from offers group by 1) f) as offers,
      (select jsonb_agg(jsonb_build_object('chosen', o.chosen, 'system', o.system, 'page', o.stream_lost_at is null,
        'phones', (select jsonb_agg(account || ' ' || online) from seat_contacts))) from operators o) as operators`,
  );
  say(`  it stands so: ${JSON.stringify(rows[0])}`);
}

async function serve(site: BenchSite, callers: number, say: (line: string) => void): Promise<RealQueue> {
  const { client } = site.database;
  await client.query(
    "update operators set chosen = 'pause', pause_reason = (select code from pause_reasons order by code limit 1)",
  );
  const citizens = await site.load.callAndWait({ number: "055055", rate: callsASecond, calls: callers });
  const states = async () => {
    const { rows } = await client.query(
      `select (count(*) filter (where state = 'waiting'))::int as waiting,
        (count(*) filter (where outcome = 'answered'))::int as served from calls`,
    );
    return rows[0];
  };
  await site.untilReady(60_000, "all callers to wait", async () => (await states()).waiting === callers);
  const { rows: places } = await client.query<{ id: string; sipCallId: string }>(
    `select id, sip_call_id as "sipCallId" from calls where state = 'waiting' order by queued_at`,
  );
  say(`${callers} real callers wait; ${await site.channels()} channels`);
  await client.query("update operators set chosen = 'available', pause_reason = null, idle_since = now()");
  await client.query("select pg_notify('queue', '')");
  for (let n = 1; n <= callers; n++) {
    await hangUpTalk(site);
    await site.untilReady(10_000, `call ${n} to end`, async () => (await states()).served === n);
  }
  await Promise.race([citizens.ended, once(AbortSignal.timeout(10_000), "abort")]);
  const log = (await site.phones?.log()) ?? { invites: [] };
  const rung = log.invites.map(({ callId }) => callId);
  const invites = parseCitizenLog(await citizens.log());
  const calledAt = places.map(({ sipCallId }) => invites.get(sipCallId) ?? Number.NaN);
  const swappedAtEntry = calledAt.filter((at, n) => n > 0 && !(at > (calledAt[n - 1] ?? 0))).length;
  const faults = orderFaults(
    places.map(({ id }) => id),
    rung,
  );
  return { waiting: callers, orderFaults: faults, swappedAtEntry, ringMs: await ringTimes(site) };
}

/** The citizen who talks now is hung up on, as if by the operator: the switch ends the leg. */
async function hangUpTalk(site: BenchSite): Promise<void> {
  const { client } = site.database;
  let channel = "";
  await site.untilReady(20_000, "the next caller to talk", async () => {
    const { rows } = await client.query("select channel_id from calls where state = 'talking'");
    channel = rows[0]?.channel_id ?? "";
    return channel !== "";
  });
  const { url, user, password } = site.asterisk;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const answer = await fetch(`${url}/ari/channels/${channel}`, { method: "DELETE", headers: { authorization } });
  if (!answer.ok) throw new Error(`A caller could not be hung up on: ${answer.status}.`);
}

/** From the end of one talk to the next caller's offer, milliseconds, by the rows. */
async function ringTimes(site: BenchSite): Promise<number[]> {
  const { rows } = await site.database.client.query(
    `select extract(epoch from f.created_at - lag(c.ended_at) over (order by f.created_at))::float * 1000 as ms
    from offers f join calls c on c.id = f.call_id order by f.created_at offset 1`,
  );
  return rows.map(({ ms }) => ms);
}
