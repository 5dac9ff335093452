import { spawn } from "node:child_process";

export type CommandResult = { code: number; output: string };

/** Runs a program to its end; output holds stdout and stderr as they came. A program that is not there has code 127. */
export function runCommand(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; input?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: options.env ?? process.env,
      cwd: options.cwd,
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
    child.stdin?.end(options.input);
  });
}

/** @throws Error: the sentence, then the last lines the program printed. */
export async function mustRun(command: string, args: string[], sentence: string): Promise<string> {
  const result = await runCommand(command, args);
  if (result.code === 0) return result.output;
  throw new Error(`${sentence}\n${result.output.trim().split("\n").slice(-6).join("\n")}`);
}

export async function isInstalled(program: string): Promise<boolean> {
  return (await runCommand("sh", ["-c", `command -v ${program}`])).code === 0;
}

export const isRoot = process.getuid?.() === 0;
