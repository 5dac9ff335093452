import { resolve } from "node:path";

/** How long and how fine a run of the benchmark is. */
export type BenchPlan = {
  name: string;
  runs: number;
  /** calls/s between two steps. */
  step: number;
  seconds: number;
  coarseStart: number;
  coarseSeconds: number;
  timedSeconds: number;
  /** No rate above it is tried. */
  highest: number;
  /** After so long no second measurement of a contender is begun. */
  limitMs: number;
};

const full: BenchPlan = {
  name: "full run",
  runs: 3,
  step: 10,
  seconds: 60,
  coarseStart: 60,
  coarseSeconds: 6,
  timedSeconds: 60,
  highest: 400,
  limitMs: Number.POSITIVE_INFINITY,
};

/** Within five minutes: what a developer runs before and after a change. */
const short: BenchPlan = {
  ...full,
  name: "short run",
  runs: 1,
  seconds: 6,
  coarseStart: 60,
  coarseSeconds: 4,
  timedSeconds: 15,
  limitMs: 90_000,
};

/**
 * Two copies by default, as `npm start` runs them: a call may arrive at one and its operator's page hang on the other,
 * which is the dearer and the usual case. `--copies=N` tries another number. For who looks for what is slow: `--at=RATE`
 * runs this program alone for one step (with `--queue` Asterisk's own queue instead), `--profile=DIR` writes a CPU profile
 * of each copy there, `--statements` prints PostgreSQL's own account of its statements.
 */
export function benchOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): {
  plan: BenchPlan;
  copies: number;
  profileDir: string | null;
  at: number | null;
  queue: boolean;
  statements: boolean;
} {
  const argument = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.split("=")[1];
  const copies = Number(argument("copies") ?? environment.COPIES ?? 2);
  if (!Number.isInteger(copies) || copies < 1 || copies > 8) throw new Error("--copies must be a number from 1 to 8.");
  const profile = argument("profile");
  const at = argument("at");
  return {
    plan: args.includes("--short") ? short : full,
    copies,
    statements: args.includes("--statements"),
    queue: args.includes("--queue"),
    at: at === undefined ? null : Number(at),
    profileDir: profile === undefined ? null : resolve(profile),
  };
}
