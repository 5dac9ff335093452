import { readFile } from "node:fs/promises";
import { anyTcpPort } from "../../src/start/machine/free-ports.ts";
import { ownAsterisk } from "../../test/support/asterisk.ts";
import { Centre } from "../../test/support/centre.ts";
import { testDatabase } from "../../test/support/database.ts";
import { percentile } from "../figures.ts";
import { runFlood } from "../sipp/run-flood.ts";
import type { Verdict } from "./fault-judge.ts";
import { ServingDesk } from "./serving-desk.ts";

/** 1,000 calls in 10 s at a switch that takes 300 at once. */
const flood = { calls: 1_000, rate: 100, maxCalls: 300, desks: 16 };
const shortFlood = { calls: 300, rate: 100, maxCalls: 60, desks: 6 };
const refusedWithinMs = 1_000;
const drainedMs = 60_000;
/** A waiting call may cost the program 20 kB (issue F); the rest is what a burst leaves to the collector. */
const growthMb = 60;
/** Asterisk's buffers, music and media of a call; `maxcalls` is what bounds them. */
const switchMbACall = 1;
/** One decision writes many offers in one statement, in any order. */
const sameDecisionMs = 300;

/** More calls at once than there is room for: those taken are served in order, the others are told so at once. */
export async function callFlood(short: boolean): Promise<Verdict> {
  const size = short ? shortFlood : flood;
  const asterisk = await ownAsterisk({ maxCalls: size.maxCalls });
  const centre = await Centre.start({
    ...{ copies: 0, wrapUpSeconds: 0, maxWaiting: 5_000 },
    ...{ database: await testDatabase(), asterisk },
  });
  const violations: string[] = [];
  let checks = 0;
  const expect = (holds: boolean, what: string) => {
    checks++;
    if (!holds) violations.push(what);
  };
  const desks: ServingDesk[] = [];
  try {
    await centre.startCopy();
    await centre.startCopy();
    for (let n = 0; n < size.desks; n++) desks.push(await ServingDesk.at(centre, String(401 + n)));
    const processes = [...centre.copies.map(({ pid }) => pid), asterisk.pid];
    const before = await Promise.all(processes.map(residentMb));
    let peak = before;
    const looking = setInterval(() => {
      void Promise.all(processes.map(residentMb)).then((now) => {
        peak = now.map((mb, n) => Math.max(mb, peak[n] ?? 0));
      });
    }, 500);
    const { accepted, refused, other, refusedMs } = await runFlood(asterisk.sip, await anyTcpPort("127.0.0.9"), size);
    clearInterval(looking);
    const since = performance.now();
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0, drainedMs);
    const recoverMs = Math.round(performance.now() - since);
    expect(accepted > 0 && refused > 0, `both kinds were seen: ${accepted} taken, ${refused} refused`);
    expect(other === 0, `${other} calls got neither 200 nor 503`);
    const slowest = Math.round(percentile(refusedMs, 0.99));
    expect(slowest <= refusedWithinMs, `503 came after ${slowest} ms (p99)`);
    const { rows } = await centre.pool.query<{ calls: number; cases: number; parachute: number; served: number }>(
      `select count(*)::int as calls, count(s.id)::int as cases, (count(*) filter (where c.parachute))::int as parachute,
        (count(*) filter (where c.outcome = 'answered'))::int as served
      from calls c left join cases s on s.opened_by_call_id = c.id`,
    );
    const { calls = 0, cases = 0, parachute = 0, served = 0 } = rows[0] ?? {};
    expect(calls === accepted, `${accepted} calls taken, ${calls} rows`);
    expect(cases === calls, `${calls} calls, ${cases} cases`);
    expect(parachute === 0, `${parachute} calls fell into the parachute`);
    expect(served === accepted, `${served} of ${accepted} were served`);
    const late = await servedOutOfTurn(centre);
    expect(late.count === 0, `${late.count} were served out of turn, by up to ${late.worstMs} ms`);
    const grown = peak.map((mb, n) => Math.round(mb - (before[n] ?? 0)));
    const switchGrowth = grown.pop() ?? 0;
    expect(Math.max(...grown) <= growthMb, `a copy grew by ${Math.max(...grown)} MB`);
    expect(switchGrowth <= switchMbACall * size.maxCalls, `Asterisk grew by ${switchGrowth} MB`);
    const doubleOffers = desks.filter((desk) => desk.overlaps() > 0).length;
    expect(doubleOffers === 0, `${doubleOffers} phones were rung for two calls`);
    const legs = await centre.ari<unknown[]>("channels");
    expect(legs.length === 0, `${legs.length} legs are left over`);
    const megabytes = peak.map((mb, n) => `${Math.round(before[n] ?? 0)}→${Math.round(mb)}`).join(", ");
    console.log(
      `    ${accepted} taken, ${refused} refused (503 p99 ${slowest} ms), drained after ${recoverMs} ms, MB ${megabytes}`,
    );
    return {
      ...{ fault: `flood: ${size.calls} calls at ${size.rate}/s`, calls, dropped: 0, lostPlaces: late.count },
      ...{ callsWithoutCase: calls - cases, doubleOffers, lostWithSwitch: 0, recoverMs: 0, silentMs: 0 },
      ...{ checks, violations },
    };
  } finally {
    for (const desk of desks) await desk.close();
    await centre.close();
    await asterisk.stop();
  }
}

/** By the first offer of each: all came with the same priority, and who is offered again is put before the others. */
async function servedOutOfTurn(centre: Centre): Promise<{ count: number; worstMs: number }> {
  const { rows } = await centre.pool.query<{ at: Date }>(
    `select min(f.created_at) as at from calls c join offers f on f.call_id = c.id
    group by c.id order by c.queued_at, c.id`,
  );
  let latest = 0;
  let count = 0;
  let worstMs = 0;
  for (const { at } of rows) {
    const earlyMs = latest - at.getTime();
    if (earlyMs > sameDecisionMs) count++;
    worstMs = Math.max(worstMs, earlyMs);
    latest = Math.max(latest, at.getTime());
  }
  return { count, worstMs };
}

export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
