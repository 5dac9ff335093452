import { FaultJudge, type Verdict } from "./fault-judge.ts";
import type { Durations, Fault } from "./fault-list.ts";
import type { FaultScene, SceneCall } from "./fault-scene.ts";

/** Asterisk itself has gone: from its return. */
const recoverLimitMs = 10_000;
const giveUpMs = 25_000;
const newcomers = 4;
/** A page has so long to show what a row says. */
const toldMs = 1_000;

/**
 * A fault that takes every call with it. What is asked afterwards: each of them is ended once, with its case and the
 * reason, whoever was on it is free and told, every phone is there, and who calls now is served.
 */
export async function runSwitchLoss(scene: FaultScene, fault: Fault, durations: Durations): Promise<Verdict> {
  const judge = new FaultJudge(scene);
  await judge.open();
  await scene.prepare();
  await judge.begin();
  const before = scene.calls.filter(({ call }) => !call.ended);
  const since = await fault.run(scene, durations);
  const lost = [...before, ...scene.of("arrived").filter((made) => !before.includes(made))];
  for (const desk of scene.desks) desk.manner = "answer";
  const late: SceneCall[] = [];
  for (let n = 0; n < newcomers; n++) late.push(await scene.dial("late", true));
  const recoverMs = await recovered(scene, late, since, judge);
  judge.expect(recoverMs <= recoverLimitMs, `recovered after ${recoverMs} ms`);
  await endings(scene, judge, lost);
  await serveNewcomers(scene, judge, late);
  for (const { call, phone } of late) if (!call.ended) phone.hangUp(call);
  const calls = "select from calls where state <> 'ended'";
  await scene.centre.rows(calls, (rows) => rows.length === 0, giveUpMs).catch(() => undefined); // the next line says it
  judge.expect((await scene.centre.pool.query(calls)).rowCount === 0, "calls are left over");
  await scene.endWrapUps();
  await judge.invariants();
  const doubleOffers = judge.doubleOffers();
  for (const { phone, silence } of scene.calls) {
    silence.stop();
    await phone.close();
  }
  const { checks, violations } = judge;
  const nothing = { dropped: 0, lostPlaces: 0, silentMs: 0 };
  const callsWithoutCase = violations.filter((text) => / has \d+ calls, /.test(text)).length;
  return {
    ...{ fault: fault.name, calls: scene.calls.length, lostWithSwitch: lost.length },
    ...{ ...nothing, callsWithoutCase, doubleOffers, recoverMs, checks, violations },
  };
}

/** Milliseconds until no row speaks of the old calls, all phones are there, and newcomers hear us. */
async function recovered(scene: FaultScene, late: SceneCall[], since: number, judge: FaultJudge): Promise<number> {
  const { pool } = scene.centre;
  const numbers = late.map(({ number }) => number);
  for (;;) {
    const elapsed = Math.round(performance.now() - since);
    const { rows } = await pool.query<Record<"open" | "busy" | "phones" | "known", number>>(
      `select (select count(*)::int from calls where state <> 'ended' and not caller_raw = any($1)) as open,
        (select count(*)::int from operators o where system in ('ringing', 'on_call') and not exists
          (select from calls c where c.id = o.call_id and c.caller_raw = any($1))) as busy,
        (select count(*)::int from seat_contacts where online) as phones,
        (select count(*)::int from calls where caller_raw = any($1)) as known`,
      [numbers],
    );
    const now = rows[0] ?? { open: -1, busy: -1, phones: -1, known: -1 };
    const heard = late.filter(({ call }) => call.status === 200).length;
    const right =
      now.open === 0 &&
      now.busy === 0 &&
      now.phones === scene.desks.length &&
      now.known === newcomers &&
      heard === newcomers;
    if (right) return elapsed;
    if (elapsed > giveUpMs) {
      judge.violations.push(`not recovered: ${JSON.stringify({ ...now, heard })}`);
      return elapsed;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

type Ending = {
  number: string;
  id: string;
  person: string;
  outcome: string;
  talked: boolean;
  status: string;
  reason: string;
};

async function endings(scene: FaultScene, judge: FaultJudge, lost: SceneCall[]): Promise<void> {
  const { rows } = await scene.centre.pool.query<Ending>(
    `select c.caller_raw as number, c.id, c.person_id as person, c.outcome, c.talk_at is not null as talked, s.status,
      s.cancel_reason as reason
    from calls c join cases s on s.opened_by_call_id = c.id where c.started_at >= $1`,
    [judge.startedAt],
  );
  for (const made of lost) {
    const found = rows.filter(({ number }) => number === made.number);
    // Asterisk may have gone before it saw the INVITE: then there was no call.
    if (made.phase === "arrived" && found.length === 0 && made.call.status !== 200) continue;
    if (!judge.expect(found.length === 1, `${made.number} has ${found.length} calls, ${found.length} cases`)) continue;
    const [row] = found;
    const rightly = row?.talked
      ? row.outcome === "answered" && row.status === "draft"
      : row?.outcome === "lost_with_switch" && row.status === "cancelled" && row.reason === "error";
    judge.expect(rightly === true, `${made.phase} ${made.number} ended as ${JSON.stringify(row)}`);
    await told(judge, made, row);
  }
  await judge.writtenOnce();
}

async function told(judge: FaultJudge, { phase, desk, number }: SceneCall, row: Ending | undefined): Promise<void> {
  if (!desk || !row) return;
  const isEnd = (data: Record<string, unknown>) => data.callId === row.id && (!row.talked || data.state === "ended");
  const kind = row.talked ? "call" : "offer_ended";
  if (row.talked && phase === "wrap_up") return;
  const limit = performance.now() + toldMs;
  while (!desk.wasTold(kind, isEnd) && performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const what = row.talked ? "ended" : "rings no more";
  judge.expect(desk.wasTold(kind, isEnd), `the page of ${desk.seat} was not told that ${number} ${what}`);
}

/** Desks are free: the newcomers' calls ring there and are answered, on phones that did nothing about the fault. */
async function serveNewcomers(scene: FaultScene, judge: FaultJudge, late: SceneCall[]): Promise<void> {
  await scene.endWrapUps();
  await Promise.all(scene.desks.map((desk) => desk.choose("available")));
  const served = "select from calls where state = 'talking' and caller_raw = any($1)";
  const numbers = late.map(({ number }) => number);
  const all = await scene.centre
    .rows(served, (rows) => rows.length === newcomers, 10_000, [numbers])
    .then(
      () => true,
      () => false,
    );
  judge.expect(all, "not all who called afterwards were served");
}
