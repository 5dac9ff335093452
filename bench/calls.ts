// `npm run bench:calls [-- --short]`: the highest rate without a lost call of Asterisk's own queue and of this program,
// on the same machine, in the same run, under the same load. No test: it asserts nothing and compares what it measured.
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import { errorText } from "../src/errors.ts";
import { appQueue, type Contender, ours, runStep, type StepResult } from "./contenders.ts";
import { highestPassing, median, percentile, rounded, tableLines } from "./figures.ts";
import { type BenchPlan, benchOptions } from "./plan.ts";
import { strategies } from "./site/app-queue.ts";
import { dearestStatements, forgetStatements } from "./site/bench-database.ts";
import { BenchSite, endWithSignals } from "./site/bench-site.ts";

const say = (line: string) => console.log(line);

const warmUp = { rate: 50, seconds: 5 };

/** The rate of one measurement, with the last step that passed. */
type Measured = { rate: number; best: StepResult | null };

class Bench {
  private readonly site: BenchSite;
  private readonly plan: BenchPlan;
  private calls = 0;

  constructor(site: BenchSite, plan: BenchPlan) {
    this.site = site;
    this.plan = plan;
  }

  async run(): Promise<void> {
    const { site, plan } = this;
    await site.start();
    const chosen = await this.fasterQueue();
    const found = new Map<Contender, Measured[]>([
      [chosen.contender, []],
      [ours, []],
    ]);
    const starts = new Map([[chosen.contender, Math.max(plan.step, chosen.rate - plan.step)]]);
    const startAt = performance.now();
    for (let run = 1; run <= plan.runs; run++) {
      for (const contender of [chosen.contender, ours, ours, chosen.contender]) {
        if (performance.now() - startAt > plan.limitMs && found.get(contender)?.length) continue;
        const start = starts.get(contender) ?? (await this.coarse(contender)).rate;
        const measured = await this.climb(contender, Math.max(plan.step, start), plan.seconds);
        found.get(contender)?.push(measured);
        starts.set(contender, Math.max(plan.step, measured.rate - plan.step));
        say(`  → run ${run}, ${contender.name}: ${measured.rate} calls/s without a loss`);
      }
    }
    const quiet = await this.timed(ours, 20);
    const rateOf = (contender: Contender) => median((found.get(contender) ?? []).map(({ rate }) => rate));
    const half = await this.timed(ours, Math.max(5, Math.round(rateOf(chosen.contender) / 2)));
    const queueHalf = await this.timed(chosen.contender, half.rate);
    await this.report({ chosen: chosen.contender, found, rateOf, quiet, half, queueHalf });
  }

  /** One step of one contender alone, for who looks for what is slow. */
  async runAt(rate: number, contender: Contender): Promise<void> {
    const { site } = this;
    await site.start();
    await this.takeOver(contender);
    const { client } = site.database;
    if (site.options.statements) await forgetStatements(client);
    await this.step(contender, { rate, seconds: this.plan.timedSeconds, judged: false });
    const statements = site.options.statements ? await dearestStatements(client) : [];
    for (const { calls, totalMs, rows, text } of statements) {
      say(
        `${String(totalMs).padStart(7)} ms ${String(calls).padStart(6)} × ${rounded(totalMs / calls, 2)} ms, ${rows} rows: ${text}`,
      );
    }
    if (contender.ours) await site.stopProgram();
  }

  /** Both strategies in a quick look; the faster one is what is to be beaten. */
  private async fasterQueue(): Promise<{ contender: Contender; rate: number }> {
    const looks: { contender: Contender; rate: number }[] = [];
    for (const strategy of strategies) {
      const contender = appQueue(strategy);
      looks.push({ contender, rate: (await this.coarse(contender)).rate });
    }
    return looks.reduce((best, look) => (look.rate > best.rate ? look : best));
  }

  private coarse(contender: Contender): Promise<Measured> {
    return this.climb(contender, this.plan.coarseStart, this.plan.coarseSeconds, 2 * this.plan.step);
  }

  private async climb(contender: Contender, start: number, seconds: number, step = this.plan.step): Promise<Measured> {
    let best: StepResult | null = null;
    const rate = await highestPassing(start, step, this.plan.highest, async (at) => {
      const result = await this.step(contender, { rate: at, seconds, judged: false });
      if (result.lossFree && (best === null || result.rate > best.rate)) best = result;
      return result.lossFree;
    });
    return { rate, best };
  }

  /** A step in which times count: with the judge on, at a rate far from the limit. */
  private timed(contender: Contender, rate: number): Promise<StepResult> {
    return this.step(contender, { rate, seconds: this.plan.timedSeconds, judged: true });
  }

  private async step(
    contender: Contender,
    plan: { rate: number; seconds: number; judged: boolean },
  ): Promise<StepResult> {
    await this.takeOver(contender);
    const result = await runStep(this.site, contender, plan);
    if (contender.ours) this.calls += result.calls;
    const cpu = Object.entries(result.cpu).map(([name, ms]) => `${name} ${rounded(ms, 2)}`);
    const of = (what: string, ms: number[]) =>
      ms.length > 0 ? `, ${what} p50 ${rounded(percentile(ms, 0.5))} p99 ${rounded(percentile(ms, 0.99))} ms` : "";
    const times = of("joined", result.joinedMs) + of("pop to ring", result.popMs);
    say(
      `  ${contender.name} ${plan.rate}/s × ${plan.seconds} s: ${result.why || "no loss"}${times} (ms a call: ${cpu.join(", ")})`,
    );
    return result;
  }

  /**
   * The copies run only while it is their turn: idle ones would take from the queue's CPU. So they are new processes at
   * each turn, and take some calls that do not count: what is measured is a program at work, not its first seconds.
   */
  private async takeOver(contender: Contender): Promise<void> {
    if (!contender.ours && this.site.copies) await this.site.stopProgram();
    if (!contender.ours || this.site.copies) return;
    await this.site.startProgram();
    const { calls } = await runStep(this.site, contender, { ...warmUp, judged: false });
    this.calls += calls;
  }

  private async report(results: {
    chosen: Contender;
    found: Map<Contender, Measured[]>;
    rateOf: (contender: Contender) => number;
    quiet: StepResult;
    half: StepResult;
    queueHalf: StepResult;
  }): Promise<void> {
    const { chosen, found, rateOf, quiet, half, queueHalf } = results;
    const bestOf = (contender: Contender) => {
      const measured = found.get(contender) ?? [];
      return measured.find(({ rate }) => rate === rateOf(contender))?.best ?? null;
    };
    const { calls, cases, exceptions } = await this.callsAndCases();
    const columns = [
      { name: `app_queue at ${rateOf(chosen)}/s`, cpu: bestOf(chosen)?.cpu ?? {} },
      { name: `055055 at ${rateOf(ours)}/s`, cpu: bestOf(ours)?.cpu ?? {} },
      { name: `app_queue at ${half.rate}/s`, cpu: queueHalf.cpu },
      { name: `055055 at ${half.rate}/s`, cpu: half.cpu },
    ];
    const names = [...new Set(columns.flatMap(({ cpu }) => Object.keys(cpu)))];
    const rows = names.map((name) => [name, ...columns.map(({ cpu }) => rounded(cpu[name] ?? Number.NaN, 2))]);
    say(`\nCPU, milliseconds a call (${cpus().length} cores; ${chosen.name} was the faster queue):`);
    for (const line of tableLines(["process", ...columns.map(({ name }) => name)], rows)) say(line);
    const all = (contender: Contender) => (found.get(contender) ?? []).map(({ rate }) => rate).join(", ");
    say(`\ncalls/s without a loss: ${chosen.name} ${all(chosen)}; 055055 ${all(ours)}`);
    say(
      `from INVITE to both in one bridge at ${half.rate}/s: 055055 p50 ${rounded(percentile(half.joinedMs, 0.5))} p99 ` +
        `${rounded(percentile(half.joinedMs, 0.99))} ms; app_queue p50 ${rounded(percentile(queueHalf.joinedMs, 0.5))} p99 ` +
        `${rounded(percentile(queueHalf.joinedMs, 0.99))} ms`,
    );
    say(
      `pops matched at 20/s: ${quiet.popMs.length} of ${quiet.calls}; calls without their one contact and case: ${exceptions}`,
    );
    const controller = Object.entries(bestOf(ours)?.cpu ?? {}).filter(([name]) => name.startsWith("copy "));
    const line = {
      app_queue_cps: rateOf(chosen),
      ours_cps: rateOf(ours),
      ratio: rounded(rateOf(ours) / rateOf(chosen), 2),
      arrival_to_bridged_ms_p50: rounded(percentile(half.joinedMs, 0.5)),
      arrival_to_bridged_ms_p99: rounded(percentile(half.joinedMs, 0.99)),
      pop_to_ring_ms_p50: rounded(percentile(quiet.popMs, 0.5)),
      pop_to_ring_ms_p99: rounded(percentile(quiet.popMs, 0.99)),
      controller_cpu_ms_per_call: rounded(
        controller.reduce((sum, [, ms]) => sum + ms, 0),
        2,
      ),
      calls,
      cases,
    };
    say(JSON.stringify(line));
  }

  /** All calls that citizens made to the program, lost ones too, and the cases there are for them. */
  private async callsAndCases(): Promise<{ calls: number; cases: number; exceptions: number }> {
    const count = `select (select count(*) from cases)::int as cases, (select count(*) from v_call_audit
      where contacts <> 1 or cases <> 1 or opened_cases <> 1)::int as exceptions`;
    const read = async () => (await this.site.database.client.query(count)).rows[0];
    // Calls of the parachute become rows once Asterisk's own records are read, some seconds later.
    const limit = performance.now() + 15_000;
    let counted = await read();
    while (counted.cases < this.calls && performance.now() < limit) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      counted = await read();
    }
    return { calls: this.calls, cases: counted.cases, exceptions: counted.exceptions };
  }
}

async function main(): Promise<number> {
  const { plan, at, queue, ...options } = benchOptions(process.argv.slice(2), process.env);
  const site = await BenchSite.create({ operators: 300, ...options, say });
  const ending = endWithSignals(site);
  try {
    const kernel = (await promisify(execFile)("uname", ["-r"])).stdout.trim();
    say(
      `${plan.name}: 300 operators, 1 s talk, ${options.copies} copies, ${cpus().length} × ${cpus()[0]?.model}, Linux ${kernel}`,
    );
    const bench = new Bench(site, plan);
    await (at === null ? bench.run() : bench.runAt(at, queue ? appQueue("rrmemory") : ours));
    return 0;
  } catch (error) {
    if (!ending.begun) console.error(errorText(error));
    return 1;
  } finally {
    for (const failure of await ending.stop()) console.error(failure);
  }
}

process.exit(await main());
