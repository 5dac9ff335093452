// `npm test` after bootstrap.mjs: gets ready what the tests need on this machine, then runs mocha, one file after the
// other, with the arguments given (`npm test -- test/start-ports.test.ts`). Its last line is `N passed, N failed`.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorText } from "../../src/errors.ts";
import { isRoot } from "../../src/start/machine/run-command.ts";
import { installPrograms } from "../../src/start/packages/apt.ts";
import { readSettings } from "../../src/start/settings.ts";
import { machineSteps, runSteps, type Step, soundsDir } from "../../src/start/steps.ts";

type Counts = { passed: number; failed: number };

/** After the last test mocha ends by itself; what keeps it alive longer is a leak, and a failure. */
const leakLimitMs = 20_000;

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const programs = {
  sipp: "sip-tester",
  baresip: "baresip",
  chromium: "chromium",
  setpriv: "util-linux",
  ip: "iproute2",
  nft: "nftables",
};

async function main(): Promise<number> {
  try {
    if (!isRoot) throw new Error("The tests start Asterisk in a root of its own: run them as root.");
    const settings = readSettings(checkout, process.env);
    const found = { asteriskRoot: null as string | null };
    await runSteps([programsStep, ...machineSteps(settings, found)], (text) => process.stdout.write(text));
    const environment = {
      ...process.env,
      ASTERISK_ROOT: found.asteriskRoot ?? "",
      TEST_SOUNDS_DIR: soundsDir(settings),
    };
    const counts = await runMocha(process.argv.slice(2), environment);
    console.log(`${counts.passed} passed, ${counts.failed} failed`);
    return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
  } catch (error) {
    console.error(errorText(error));
    console.log("0 passed, 1 failed");
    return 1;
  }
}

const programsStep: Step = {
  name: "Test programs",
  run: async () => {
    const installed = await installPrograms(programs);
    return installed.length === 0 ? "already there" : `installed ${installed.join(", ")}`;
  },
};

async function runMocha(args: string[], env: NodeJS.ProcessEnv): Promise<Counts> {
  // The file that bin/mocha.js would start in a process of its own, where the counts could not be told from.
  const mocha = join(checkout, "node_modules/mocha/lib/cli/cli.js");
  const reporter = join(checkout, "test/support/closing-line.ts");
  const files = args.some((arg) => arg.endsWith(".ts")) ? [] : ["test/**/*.test.ts"];
  const child = spawn(
    process.execPath,
    ["--import", "tsx", mocha, "--reporter", reporter, "--fail-zero", ...args, ...files],
    {
      cwd: checkout,
      env,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  process.on("disconnect", () => child.kill("SIGTERM"));
  const counts: Counts = { passed: 0, failed: 0 };
  let told = false;
  child.on("message", (message: Counts) => {
    Object.assign(counts, message);
    told = true;
    failOnLeak(child, counts);
  });
  const [code] = await once(child, "exit");
  // Mocha that fell over, or failed outside of any test, must never look green.
  if (!told || (code !== 0 && counts.failed === 0)) counts.failed++;
  return counts;
}

function failOnLeak(child: ChildProcess, counts: Counts): void {
  child.disconnect();
  setTimeout(() => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    console.error(
      `The tests ended ${leakLimitMs / 1000} s ago and something still runs: a timer, socket or process leaks.`,
    );
    counts.failed++;
    child.kill("SIGKILL");
  }, leakLimitMs).unref();
}

process.exitCode = await main();
if (process.connected) process.disconnect();
