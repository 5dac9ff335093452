import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { opsRoot } from "./ops-root.ts";

export type OpsProgram = { child: ChildProcess; words(): string; ended: Promise<number | null> };

/** Starts a program of the root in namespaces of its own; `settings` is /run/settings to it. Killed with us. */
export async function startOpsProgram(settings: string, command: string[]): Promise<OpsProgram> {
  const script = fileURLToPath(new URL("ops-namespace.sh", import.meta.url));
  const namespaces = ["--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--propagation", "private"];
  const line = ["--pdeathsig", "KILL", "--", "unshare", ...namespaces, "sh", script, await opsRoot(), settings];
  const child = spawn("setpriv", [...line, ...command], { stdio: ["ignore", "pipe", "pipe"], detached: true });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (words += String(data)));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, words: () => words, ended };
}

/** Runs a program of the root to its end. */
export async function runOpsProgram(settings: string, command: string[]): Promise<{ code: number; words: string }> {
  const program = await startOpsProgram(settings, command);
  const code = await program.ended;
  return { code: code ?? -1, words: program.words() };
}
