// `npm run fault:calls [-- --short] [-- --faults=3,4] [-- --only=TEXT]` (numbers of issue F; 6 takes --minutes=30 and
// --rate=30): callers in all phases at once, one fault after the other, judged from outside. Last line: JSON. Ends with
// 1 on a violation, or when nothing was checked. Runs in a network namespace of its own, since it drops packets.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { errorText } from "../src/errors.ts";
import { stopAsterisks } from "../test/support/asterisk.ts";
import { stopDatabaseServer } from "../test/support/database.ts";
import type { Verdict } from "./faults/fault-judge.ts";
import { faults, fullDurations, shortDurations } from "./faults/fault-list.ts";
import { FaultScene, fewCalls, hundredCalls } from "./faults/fault-scene.ts";
import { type OwnSceneOptions, ownSceneFaults } from "./faults/own-scene-faults.ts";
import { runFault } from "./faults/run-fault.ts";

const insideMark = "FAULT_NAMESPACE";

/** @throws TypeError for an option that is none of these */
const optionsOf = (args: string[]) =>
  parseArgs({
    args,
    options: {
      short: { type: "boolean", default: false },
      only: { type: "string", default: "" },
      faults: { type: "string", default: "1,2,3,4,5,6" },
      minutes: { type: "string" },
      rate: { type: "string", default: "30" },
    },
  }).values;

async function main(args: string[]): Promise<number> {
  const { short, only, faults: numbers, minutes = short ? "2" : "30", rate } = optionsOf(args);
  const groups = numbers.split(",").map(Number);
  const isWanted = ({ name, group }: { name: string; group: number }) => name.includes(only) && groups.includes(group);
  const { verdicts, failures } = await inCommonScene(faults.filter(isWanted), short);
  const options = { short, minutes: Number(minutes), rate: Number(rate) };
  try {
    await inOwnScenes(ownSceneFaults.filter(isWanted), options, verdicts, failures);
  } finally {
    await stopAsterisks();
    await stopDatabaseServer();
  }
  return report(verdicts, failures);
}

async function inOwnScenes(
  wanted: typeof ownSceneFaults,
  options: OwnSceneOptions,
  verdicts: Verdict[],
  failures: string[],
): Promise<void> {
  for (const fault of wanted) {
    console.log(`… ${fault.name}`);
    try {
      const verdict = await fault.run(options);
      verdicts.push(verdict);
      for (const violation of verdict.violations) console.log(`    ${violation}`);
    } catch (error) {
      failures.push(`${fault.name}: ${errorText(error)}`);
    }
  }
}

async function inCommonScene(
  wanted: typeof faults,
  short: boolean,
): Promise<{ verdicts: Verdict[]; failures: string[] }> {
  const verdicts: Verdict[] = [];
  const failures: string[] = [];
  if (wanted.length === 0) return { verdicts, failures };
  const scene = await FaultScene.start(short ? fewCalls : hundredCalls, 2);
  try {
    for (const fault of wanted) {
      console.log(`… ${fault.name}`);
      try {
        const verdict = await runFault(scene, fault, short ? shortDurations : fullDurations);
        verdicts.push(verdict);
        for (const violation of verdict.violations) console.log(`    ${violation}`);
      } catch (error) {
        // The scene is not what it should be: the faults after this one would be judged on it.
        failures.push(`${fault.name}: ${errorText(error)}`);
        break;
      }
    }
  } finally {
    await scene.close();
  }
  return { verdicts, failures };
}

function report(verdicts: Verdict[], failures: string[]): number {
  const heads = [
    "fault",
    "calls",
    "dropped",
    "places",
    "no case",
    "double",
    "lost w. switch",
    "recover ms",
    "silent ms",
    "checks",
    "violations",
  ];
  const lines = verdicts.map((v) => [
    v.fault,
    ...[
      v.calls,
      v.dropped,
      v.lostPlaces,
      v.callsWithoutCase,
      v.doubleOffers,
      v.lostWithSwitch,
      v.recoverMs,
      v.silentMs,
      v.checks,
    ],
    v.violations.length,
  ]);
  for (const line of [heads, ...lines]) {
    console.log(line.map((cell, n) => (n === 0 ? String(cell).padEnd(46) : String(cell).padStart(15))).join(""));
  }
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const violations = [...verdicts.flatMap((v) => v.violations.map((text) => `${v.fault}: ${text}`)), ...failures];
  const checks = sum((v) => v.checks);
  const result = {
    faults: verdicts.length,
    calls: sum((v) => v.calls),
    dropped: sum((v) => v.dropped),
    lost_places: sum((v) => v.lostPlaces),
    calls_without_case: sum((v) => v.callsWithoutCase),
    double_offers: sum((v) => v.doubleOffers),
    lost_with_switch: sum((v) => v.lostWithSwitch),
    recover_ms_max: Math.max(0, ...verdicts.map((v) => v.recoverMs)),
    checks,
    violations,
  };
  console.log(JSON.stringify(result));
  return violations.length > 0 || checks === 0 ? 1 : 0;
}

/** The same command once more, in a network of its own that has nothing but loopback. */
function inNamespace(): number {
  const self = fileURLToPath(import.meta.url);
  const script = 'ip link set lo up && exec "$@"';
  const command = [process.execPath, "--import", "tsx", self, ...process.argv.slice(2)];
  const { status, error } = spawnSync("unshare", ["--net", "sh", "-c", script, "sh", ...command], {
    stdio: "inherit",
    env: { ...process.env, [insideMark]: "1" },
  });
  if (error) console.error(errorText(error));
  return status ?? 1;
}

process.exitCode = process.env[insideMark] ? await main(process.argv.slice(2)) : inNamespace();
