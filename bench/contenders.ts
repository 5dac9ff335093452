import { type CpuTimes, cpuPerCall, readCpuTimes } from "./cpu-times.ts";
import type { CitizensResult } from "./sipp/sipp-load.ts";
import type { OperatorsLog } from "./sipp/sipp-log.ts";
import { queueNumber, type Strategy } from "./site/app-queue.ts";
import type { BenchDatabase, CallCounts } from "./site/bench-database.ts";
import { countCalls, databaseNow } from "./site/bench-database.ts";
import type { BenchSite } from "./site/bench-site.ts";
import { Judge } from "./site/judge.ts";

export type Contender = { name: string; number: string; ours: boolean };

export const ours: Contender = { name: "055055", number: "055055", ours: true };
export const appQueue = (strategy: Strategy): Contender => {
  return { name: `app_queue ${strategy}`, number: queueNumber[strategy], ours: false };
};

export type StepResult = {
  rate: number;
  calls: number;
  /** Each citizen's call answered, joined with an operator, and (ours) in the rows as an answered call with its case. */
  lossFree: boolean;
  why: string;
  cpu: CpuTimes;
  /** From the citizen's INVITE to both legs in one bridge; only when judged. */
  joinedMs: number[];
  /** Distance between the pop's bytes and the INVITE at the operator's phone (ours). */
  popMs: number[];
};

const settleLimitMs = 30_000;

/** One step: calls at a rate for some seconds, then a wait until nothing is in progress, then the count. */
export async function runStep(
  site: BenchSite,
  contender: Contender,
  plan: { rate: number; seconds: number; judged: boolean },
): Promise<StepResult> {
  const since = await databaseNow(site.database.client);
  const before = await phonesLog(site);
  await site.desks?.pops();
  const judge = plan.judged ? await Judge.listen(site.asterisk) : null;
  try {
    const { result, cpu } = await callAndMeasure(site, contender, plan);
    const counts = await settle(site, contender, since);
    const after = await phonesLog(site);
    const answered = after.answered - before.answered;
    const why = lossOf(result, answered, counts);
    const { pops } = (await site.desks?.pops()) ?? { pops: new Map<string, number>() };
    return {
      rate: plan.rate,
      calls: result.calls,
      lossFree: why === "",
      why,
      cpu,
      joinedMs: joinedTimes(result, judge),
      popMs: contender.ours ? popTimes(after.invites.slice(before.invites.length), pops) : [],
    };
  } finally {
    judge?.close();
  }
}

async function callAndMeasure(
  site: BenchSite,
  contender: Contender,
  plan: { rate: number; seconds: number },
): Promise<{ result: CitizensResult; cpu: CpuTimes }> {
  const read = () => readCpuTimes(processesOf(site), { postgres: site.database.pid });
  const before = await read();
  let last: CpuTimes | null = null;
  let citizens = 0;
  // The citizens' own process is gone when its work is known: its time is what it was at the last look.
  const look = setInterval(() => {
    void readCpuTimes({ citizens }, {}).then(({ citizens: ms }) => {
      if (Number.isFinite(ms)) last = { citizens: ms ?? 0 };
    });
  }, 500);
  try {
    const result = await site.load.callFor(
      { number: contender.number, rate: plan.rate, seconds: plan.seconds },
      (pid) => {
        citizens = pid;
      },
    );
    const cpu = cpuPerCall(before, await read(), result.calls);
    const sipp = ((last as CpuTimes | null)?.citizens ?? 0) / result.calls;
    return { result, cpu: { ...cpu, "sipp citizens": sipp } };
  } finally {
    clearInterval(look);
  }
}

/** What is measured apart, by name: `copy N` is a copy of the program. */
export function processesOf(site: BenchSite): Record<string, number> {
  const copies = (site.copies?.ready() ?? []).map(({ pid }, index) => [`copy ${index + 1}`, pid] as const);
  return {
    asterisk: site.asterisk.pid,
    ...Object.fromEntries(copies),
    "desk client": site.desks?.pid ?? 0,
    "sipp operators": site.phones?.pid ?? 0,
  };
}

async function settle(site: BenchSite, contender: Contender, since: Date): Promise<CallCounts | null> {
  await site.untilReady(settleLimitMs, "the calls to end", async () => (await site.channels()) === 0);
  if (!contender.ours) return null;
  const client: BenchDatabase["client"] = site.database.client;
  const limit = performance.now() + 3_000;
  for (;;) {
    const counts = await countCalls(client, since);
    if (counts.open === 0 || performance.now() > limit) return counts;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Empty when nothing was lost; else what was. */
function lossOf(citizens: CitizensResult, answered: number, counts: CallCounts | null): string {
  const { calls } = citizens;
  const words: string[] = [];
  if (citizens.successful !== calls) words.push(`${calls - citizens.successful} citizens' calls failed`);
  if (answered !== calls) words.push(`${answered} of ${calls} reached an operator`);
  if (counts && (counts.answered !== calls || counts.cases !== calls || counts.parachute > 0)) {
    words.push(`rows: ${counts.calls} calls, ${counts.cases} cases, ${counts.parachute} parachute, ${counts.lost}`);
  }
  return words.join("; ");
}

function joinedTimes({ invites }: CitizensResult, judge: Judge | null): number[] {
  const joined = judge?.joined() ?? new Map<string, number>();
  return [...invites].flatMap(([callId, atMs]) => {
    const at = joined.get(callId);
    return at === undefined ? [] : [Math.max(0, at - atMs)];
  });
}

function popTimes(invites: OperatorsLog["invites"], pops: Map<string, number>): number[] {
  return invites.flatMap(({ callId, atMs }) => {
    const at = pops.get(callId);
    return at === undefined ? [] : [Math.abs(at - atMs)];
  });
}

async function phonesLog(site: BenchSite): Promise<OperatorsLog> {
  return (await site.phones?.log()) ?? { invites: [], answered: 0 };
}
