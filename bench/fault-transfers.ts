// `npm run fault:transfers [-- --only=TEXT]`: every way in which passing a caller on can fail, on the whole product, judged
// from outside. Last line: JSON. Ends with 1 when a promise was broken, or when nothing was checked.
import { errorText } from "../src/errors.ts";
import { type KillPoint, killPoints } from "../src/transfers/kill-points.ts";
import { stopAsterisks } from "../test/support/asterisk.ts";
import { blindFaults } from "../test/support/blind-faults.ts";
import { Centre, type TestOperator } from "../test/support/centre.ts";
import { stopDatabaseServer } from "../test/support/database.ts";
import { judgeFault, type TransferFault, tones, transferFaults } from "../test/support/transfer-faults.ts";
import { judgeKill } from "../test/support/transfer-kills.ts";
import { nothingLeft, type TestOffice, talkReady, testOffice } from "../test/support/transfer-scene.ts";

type Case = { name: string; run(): Promise<number> };
type Verdict = { name: string; ms: number; checks: number; broken: string | null };

/** One product for the cases that do not kill it; a new one after a broken case, so that no case judges another. */
class Scene {
  private parts: { centre: Centre; operator: TestOperator; office: TestOffice } | null = null;

  async run(fault: TransferFault): Promise<number> {
    this.parts ??= await this.start();
    const { centre, operator, office } = this.parts;
    try {
      const checks = await judgeFault(await talkReady(centre, operator, office), fault);
      await nothingLeft(centre);
      return checks + 1;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** On copies of its own: those of this scene would take its calls. */
  async killed(point: KillPoint): Promise<number> {
    await this.close();
    return judgeKill(point);
  }

  async close(): Promise<void> {
    const { parts } = this;
    this.parts = null;
    await parts?.centre.close();
  }

  private async start() {
    const centre = await Centre.start({ wrapUpSeconds: 60 });
    const operator = await centre.operator("201", { tone: tones.operator });
    return { centre, operator, office: await testOffice(centre, "301", tones.office) };
  }
}

async function main(args: string[]): Promise<number> {
  const only = args.find((arg) => arg.startsWith("--only="))?.slice(7) ?? "";
  const scene = new Scene();
  const cases: Case[] = [
    ...[...transferFaults, ...blindFaults].map((fault) => ({ name: fault.name, run: () => scene.run(fault) })),
    ...killPoints.map((point) => ({ name: `killed at ${point}`, run: () => scene.killed(point) })),
  ];
  const verdicts: Verdict[] = [];
  try {
    for (const one of cases.filter(({ name }) => name.includes(only))) verdicts.push(await judged(one));
  } finally {
    await scene.close();
    await stopAsterisks();
    await stopDatabaseServer();
  }
  return report(verdicts);
}

async function judged({ name, run }: Case): Promise<Verdict> {
  const startedAt = performance.now();
  const verdict: Verdict = { name, ms: 0, checks: 0, broken: null };
  try {
    verdict.checks = await run();
  } catch (error) {
    verdict.broken = errorText(error).split("\n")[0] ?? "";
  }
  verdict.ms = Math.round(performance.now() - startedAt);
  return print(verdict);
}

function print(verdict: Verdict): Verdict {
  const { name, ms, checks, broken } = verdict;
  const kept = broken === null ? "kept" : `BROKEN: ${broken}`;
  console.log(`${name.padEnd(72)}${String(ms).padStart(7)} ms${String(checks).padStart(4)} checks  ${kept}`);
  return verdict;
}

function report(verdicts: Verdict[]): number {
  const checks = verdicts.reduce((sum, verdict) => sum + verdict.checks, 0);
  const broken = verdicts.flatMap(({ name, broken: why }) => (why === null ? [] : [`${name}: ${why}`]));
  console.log(`${verdicts.length} cases, ${checks} checks`);
  console.log(JSON.stringify({ cases: verdicts.length, promise_kept: verdicts.length - broken.length, broken }));
  return broken.length > 0 || checks === 0 ? 1 : 0;
}

process.exit(await main(process.argv.slice(2)));
