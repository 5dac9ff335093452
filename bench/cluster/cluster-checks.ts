import { SipPhone } from "../../test/support/sip-phone.ts";
import type { ClusterCall, ClusterDesk, ClusterSite } from "./cluster-site.ts";
import { PageLine } from "./page-line.ts";

/** Says each thing that was looked at; what does not hold is kept. */
export class ClusterReport {
  checks = 0;
  readonly violations: string[] = [];
  readonly figures: Record<string, number> = {};

  expect(holds: boolean, what: string): void {
    this.checks++;
    if (!holds) this.violations.push(what);
    console.log(`${holds ? "  ok   " : "  WRONG"} ${what}`);
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Each Asterisk asks each phone every three seconds, and gives it two. */
const seenMs = 12_000;
const recordedMs = 15_000;

/** New callers go to both Asterisks in turn, and each has its case. */
export async function callsSpread(site: ClusterSite, report: ClusterReport): Promise<void> {
  const calls = await site.answeredCalls(10);
  const at = await site.switchesOf(calls);
  const counts = [0, 1].map((n) => at.filter((one) => one === n).length);
  report.expect(counts[0] === 5 && counts[1] === 5, `10 calls are spread 5 and 5 (${counts.join(", ")})`);
  await site.hangUp(calls);
}

/** A phone at Kamailio is known to the program as long as it answers, and rung from both Asterisks. */
export async function rungFromBoth(site: ClusterSite, report: ClusterReport, desk: ClusterDesk): Promise<void> {
  await online(site, desk.seat, true);
  report.expect(true, `the phone of seat ${desk.seat}, registered at Kamailio, is known to be there`);
  await site.choose(desk, "available");
  const rungBy = new Set<number>();
  for (let n = 0; n < 4; n++) {
    const [made] = (await site.answeredCalls(1)) as [ClusterCall];
    const ring = await desk.phone.nextInvite(n, 8_000).catch(() => null);
    if (!ring) {
      report.expect(false, `call ${n + 1} rings at the desk`);
      return;
    }
    await pause(1_200);
    const heard = [made.call.rtp.heard(1_500), ring.rtp.heard(400)];
    report.expect(Math.min(...heard) > 0.4, `call ${n + 1}: the two hear each other`);
    rungBy.add((await site.switchesOf([made]))[0] ?? -1);
    await site.hangUp([made]);
    await ring.until("ended", 5_000);
  }
  report.expect(rungBy.has(0) && rungBy.has(1), "the same operator was rung from either Asterisk");
  await site.choose(desk, "offline");
}

/** The page's phone: its WebSocket goes through a copy to Kamailio, whichever Asterisk has the call. */
export async function pageRungFromBoth(site: ClusterSite, report: ClusterReport): Promise<void> {
  const desk = await site.desk("232", "web");
  const { status, body } = await desk.client.call("POST", "/me/phone", {});
  const account = body as { account?: string; password?: string };
  report.expect(status < 300 && account.account === "232-web", `the page gets its account (${status})`);
  const credentials = { user: "232-web", password: account.password ?? "" };
  const line = await PageLine.open(site.centre.url, desk.client, credentials);
  report.expect((await line.register()) === 200, "the page registers at Kamailio, with a password made a moment ago");
  await online(site, "232-web", true);
  const rungBy = new Set<number>();
  for (let n = 0; n < 4 && rungBy.size < 2; n++) {
    await site.choose(desk, "available");
    const [made] = (await site.answeredCalls(1)) as [ClusterCall];
    const until = performance.now() + 4_000;
    const before = line.rung.length;
    while (line.rung.length === before && performance.now() < until) await pause(20);
    if (line.rung.length > before) rungBy.add((await site.switchesOf([made]))[0] ?? -1);
    await site.hangUp([made]);
    await pause(300);
  }
  report.expect(rungBy.size === 2, `the page was rung from either Asterisk (${[...rungBy].join(", ")})`);
  await site.choose(desk, "offline");
  line.close();
  const since = performance.now();
  await online(site, "232-web", false);
  report.figures.page_gone_ms = Math.round(performance.now() - since);
  report.expect(true, "a page whose connection is cut is known to have gone");
}

/** Kamailio is the door: who may register, who may call. */
export async function strangersRefused(site: ClusterSite, report: ClusterReport): Promise<void> {
  const account = { user: "231", password: "wrong" };
  const liar = new SipPhone({ server: site.kamailio.sip, address: "127.0.0.31", account });
  const problem = await liar.open().then(
    () => "",
    (error: Error) => error.message,
  );
  report.expect(problem === "registration refused", `a wrong password is refused (${problem})`);
  liar.vanish();
  const stranger = await new SipPhone({ server: site.kamailio.sip, address: "127.0.0.32" }).open();
  const call = await stranger.dial("055055");
  await call.until("ended", 5_000);
  report.expect(call.status === 403, `a call from elsewhere than the provider is refused (${call.status})`);
  await stranger.close();
}

/** One Asterisk dies in the middle of talks: its callers are told, the others talk on, new calls go on. */
export async function switchDies(site: ClusterSite, report: ClusterReport, desks: ClusterDesk[]): Promise<void> {
  for (const desk of desks) await online(site, desk.seat, true);
  for (const desk of desks) await site.choose(desk, "available");
  const talks = await site.answeredCalls(desks.length);
  await site.centre.rows("select from calls where state = 'talking'", (rows) => rows.length === desks.length);
  const at = await site.switchesOf(talks);
  const [lost, kept] = [talks.filter((_, n) => at[n] === 0), talks.filter((_, n) => at[n] === 1)];
  report.expect(lost.length > 0 && kept.length > 0, `talks on both Asterisks (${lost.length}, ${kept.length})`);
  await site.switches[0].kill();
  const since = performance.now();
  const fresh: ClusterCall[] = [];
  for (let n = 0; n < 20; n++) {
    fresh.push(await site.call(800));
    await pause(100);
  }
  const answered = fresh.map(({ call }) =>
    call.until("answered", 6_000).then(() => (call.at.answered ?? 0) - (call.at.invite ?? 0)),
  );
  const times = (await Promise.allSettled(answered)).map((one) => (one.status === "fulfilled" ? one.value : -1));
  report.figures.new_calls_lost = times.filter((ms) => ms < 0).length;
  report.figures.new_call_answer_ms_max = Math.round(Math.max(...times));
  report.expect(
    report.figures.new_calls_lost === 0,
    `20 new calls after the death are answered (${times.filter((ms) => ms >= 0).length})`,
  );
  await Promise.all(lost.map(({ call }) => call.until("ended", 15_000).catch(() => undefined)));
  const told = lost.filter(({ call }) => call.ended?.by === "them");
  report.figures.bye_ms_max = Math.round(Math.max(0, ...told.map(({ call }) => (call.at.ended ?? 0) - since)));
  report.expect(told.length === lost.length, "callers of the dead Asterisk get a BYE");
  const rings = desks.flatMap(({ phone }) => phone.invited.slice(-1));
  await pause(500);
  report.expect(rings.filter(({ ended }) => ended?.by === "them").length >= lost.length, "so do their operators");
  report.expect(
    kept.every(({ call }) => !call.ended),
    "talks on the other Asterisk go on",
  );
  await site.hangUp([...kept, ...fresh]);
  await lostAreClosed(site, report, lost, since);
}

async function lostAreClosed(
  site: ClusterSite,
  report: ClusterReport,
  lost: ClusterCall[],
  since: number,
): Promise<void> {
  const numbers = lost.map(({ from }) => from);
  const open = "select from calls where state <> 'ended' and caller_raw = any($1)";
  const closed = await site.centre
    .rows(open, (rows) => rows.length === 0, 30_000, [numbers])
    .then(
      () => true,
      () => false,
    );
  report.figures.lost_closed_ms = Math.round(performance.now() - since);
  report.expect(closed, "calls lost with the dead Asterisk are closed though it does not come back");
  const busy = "select system, chosen from operators where system <> 'idle' and chosen = 'available'";
  const free = await site.centre
    .rows(busy, (rows) => rows.length === 0, 10_000)
    .then(
      () => true,
      () => false,
    );
  report.expect(free, "their operators are free");
}

/** The dead one is back: it takes calls again, and rings the phones as before. */
export async function switchReturns(site: ClusterSite, report: ClusterReport, desk: ClusterDesk): Promise<void> {
  await site.switches[0].restart();
  const since = performance.now();
  let both = false;
  while (!both && performance.now() - since < 20_000) {
    const calls = await site.answeredCalls(2);
    both = new Set(await site.switchesOf(calls)).size === 2;
    await site.hangUp(calls);
  }
  report.figures.back_ms = Math.round(performance.now() - since);
  report.expect(both, "an Asterisk that is back gets calls again");
  await online(site, desk.seat, true);
}

/** What must hold at the end, whatever happened. */
export async function oneCaseEach(site: ClusterSite, report: ClusterReport): Promise<void> {
  // A call of the parachute becomes a row some seconds later, from Asterisk's own records.
  const rows = await site.centre
    .rows<{ n: number; copies: number }>(
      "select count(*)::int as n, count(distinct node_id)::int as copies from calls where direction = 'inbound'",
      ([found]) => found?.n === site.calls.length,
      recordedMs,
    )
    .catch((error: Error) => [{ n: error.message, copies: 0 }]);
  // Whoever is quicker takes a call: of ten in a row one copy may get all.
  report.expect(rows[0]?.copies === 2, "both copies have had calls");
  report.expect(rows[0]?.n === site.calls.length, `calls = callers (${rows[0]?.n}, ${site.calls.length})`);
  const exceptions = await site.centre.exceptions();
  report.expect(exceptions.length === 0, `every call has one contact and one case (${exceptions.length} have not)`);
}

async function online(site: ClusterSite, account: string, wanted: boolean): Promise<void> {
  const sql = "select from seat_contacts where account = $1 and online = $2";
  await site.centre.rows(sql, (rows) => rows.length === 1, seenMs, [account, wanted]);
}
