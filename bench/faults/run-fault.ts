import { FaultJudge, type Verdict } from "./fault-judge.ts";
import type { Durations, Fault } from "./fault-list.ts";
import type { FaultScene } from "./fault-scene.ts";
import { runSwitchLoss } from "./run-switch-loss.ts";

/** From the kill, the lease's end or the part's return (issue F). */
const recoverLimitMs = 3_000;
const serveLimitMs = 30_000;
const leftMs = 12_000;
const minuteCheckMs = 80_000;
const sameDecisionMs = 300;

/** One fault from full phases to an empty centre; throws only when the scene itself could not be set. */
export async function runFault(scene: FaultScene, fault: Fault, durations: Durations): Promise<Verdict> {
  if (fault.losesCalls) return runSwitchLoss(scene, fault, durations);
  const judge = new FaultJudge(scene);
  await judge.open();
  await scene.prepare();
  await judge.begin();
  const since = await fault.run(scene, durations);
  const recoverMs = await judge.recovered(since);
  judge.expect(recoverMs <= recoverLimitMs, `recovered after ${recoverMs} ms`);
  const verdict = { fault: fault.name, recoverMs, ...(await judge.judge(fault.parachute ?? false)) };
  await Promise.all(scene.aftermath.splice(0));
  await scene.keeper.allUp();
  await serveAll(scene, judge);
  await windDown(scene, judge);
  return { ...verdict, checks: judge.checks };
}

/** Everybody who waits is answered, in the order of the places. */
async function serveAll(scene: FaultScene, judge: FaultJudge): Promise<void> {
  const { pool } = scene.centre;
  const waiting = scene.of("waiting").filter(({ call }) => !call.ended);
  const numbers = waiting.map(({ number }) => number);
  const { rows: places } = await pool.query<{ number: string }>(
    `select caller_raw as number from calls where state = 'waiting' and caller_raw = any($1)
    order by priority desc, queued_at, id`,
    [numbers],
  );
  for (const desk of scene.desks) desk.manner = "serve";
  for (const { desk, ring } of scene.of("talking", "held", "answering", "ringing")) {
    if (!desk || !ring || ring.ended) continue;
    if (ring.status === 0) desk.phone.answer(ring);
    desk.phone.hangUp(ring);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  await scene.endWrapUps();
  await pool.query("update queues set wrap_up_seconds = 0");
  await Promise.all(scene.desks.map((desk) => desk.choose("available")));
  const served = `select c.caller_raw, c.state, c.node_id, o.chosen, o.system from calls c
    left join operators o on o.person_id = c.person_id
    where c.state in ('waiting', 'offered', 'talking') and c.caller_raw = any($1)`;
  await scene.centre
    .rows(served, (rows) => rows.length === 0, serveLimitMs, [numbers])
    .catch((error: Error) => {
      judge.violations.push(`not everybody was served: ${error.message.slice(0, 500)}`);
    });
  const { rows: order } = await pool.query<{ number: string; at: Date }>(
    `select c.caller_raw as number, min(f.created_at) as at from offers f join calls c on c.id = f.call_id
    where c.caller_raw = any($1) group by 1`,
    [places.map(({ number }) => number)],
  );
  const offeredAt = new Map(order.map(({ number, at }) => [number, at.getTime()]));
  let latest = 0;
  for (const { number } of places) {
    const at = offeredAt.get(number) ?? Number.NaN;
    // One decision writes many offers in one statement, in any order.
    judge.expect(at >= latest - sameDecisionMs, `${number} was served out of turn`);
    latest = Math.max(latest, at);
  }
}

/** All hang up: nothing may be left anywhere. */
async function windDown(scene: FaultScene, judge: FaultJudge): Promise<void> {
  for (const { call, phone } of scene.calls) if (!call.ended) phone.hangUp(call);
  const { centre } = scene;
  const gone = async () => {
    const { rowCount } = await centre.pool.query("select from calls where state <> 'ended'");
    const channels = await centre.ari<{ id: string }[]>("channels");
    const bridges = await centre.ari<{ id: string }[]>("bridges");
    const left = bridges.filter(({ id }) => !id.startsWith("055055-wait-"));
    return [rowCount === 0, channels.length === 0, left.length === 0];
  };
  const since = performance.now();
  let ends = await gone();
  // A command that lay in a half-open connection may make a bridge long after: the check of the minute takes it away.
  const limitMs = () => (ends[0] && ends[1] ? minuteCheckMs : leftMs);
  while (ends.includes(false) && performance.now() - since < limitMs()) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    ends = await gone();
  }
  for (const [n, what] of ["calls", "legs", "bridges"].entries())
    judge.expect(ends[n] === true, `${what} are left over`);
  await judge.invariants();
  judge.doubleOffers();
  for (const { phone, silence } of scene.calls) {
    silence.stop();
    await phone.close();
  }
  await centre.pool.query("update queues set wrap_up_seconds = 300");
}
