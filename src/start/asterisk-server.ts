import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AsteriskFolders, type AsteriskOptions, writeAsteriskFiles } from "./asterisk-files.ts";

const bootLimitMs = 15_000;
const stopLimitMs = 5_000;

/** One Asterisk of ours on loopback, for the launcher, the tests and the bench alike. */
export type AsteriskServer = {
  /** http://127.0.0.1:port, without credentials. */
  url: string;
  user: string;
  password: string;
  /** host:port for SIP by UDP and TCP. */
  sip: string;
  readonly pid: number;
  /** Folder of calls.csv and parachute.csv (columns: head of dialplan/extensions.conf). */
  cdrDir: string;
  soundsDir: string;
  logDir: string;
  /** Runs one command of Asterisk's own console. */
  console(command: string): Promise<string>;
  /** Resolves with the exit code or signal when the process ends, wanted or not. */
  ended(): Promise<string>;
  /** Ends it in good order; SIGKILL after 5 s. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash. */
  kill(): Promise<void>;
  /** Same ports, accounts and records; also after stop() or kill(). Resolves when ARI answers. */
  restart(): Promise<void>;
};

/**
 * Starts Asterisk with the files of dialplan/ and resolves when ARI answers (about 1 s). With a root of its own it
 * needs to be root (mount namespace, chroot); the namespace and all its mounts end with the process.
 * @throws Error with the last lines of its log when it does not come up within 15 s.
 */
export async function startAsterisk(options: AsteriskOptions): Promise<AsteriskServer> {
  await mkdir(options.soundsDir, { recursive: true });
  const folders = await writeAsteriskFiles(options);
  const start = () => launch(options, folders);
  let child = await start();
  const end = async (signal: NodeJS.Signals) => {
    if (isRunning(child)) await endProcess(child, signal);
    await rm(join(folders.base, "run"), { recursive: true, force: true });
  };
  return {
    url: `http://127.0.0.1:${options.ports.http}`,
    user: options.ari.user,
    password: options.ari.password,
    sip: `127.0.0.1:${options.ports.sip}`,
    get pid() {
      return child.pid ?? 0;
    },
    cdrDir: join(folders.base, "cdr"),
    soundsDir: options.soundsDir,
    logDir: join(folders.base, "log"),
    console: (command) => runConsole(child, options, folders, command),
    ended: () => exitOf(child),
    stop: () => end("SIGTERM"),
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      child = await start();
    },
  };
}

async function launch(options: AsteriskOptions, folders: AsteriskFolders): Promise<ChildProcess> {
  // A leftover control socket of a killed Asterisk makes the next one say "already running".
  await rm(join(folders.base, "run"), { recursive: true, force: true });
  await mkdir(join(folders.base, "run"), { recursive: true });
  const console = await open(join(folders.base, "log", "console.log"), "w");
  try {
    const [command, ...rest] = startCommand(options, folders);
    // Its own session: Ctrl-C in the terminal is for the launcher, which ends Asterisk last. Its parent's death ends it.
    const child = spawn(command, rest, { stdio: ["ignore", console.fd, console.fd], detached: true });
    await Promise.race([once(child, "spawn"), once(child, "error").then(([error]) => Promise.reject(error))]);
    await untilReady(child, options, folders);
    return child;
  } finally {
    await console.close();
  }
}

function startCommand(options: AsteriskOptions, folders: AsteriskFolders): [string, ...string[]] {
  const dieWithParent: [string, ...string[]] = ["setpriv", "--pdeathsig", "KILL", "--"];
  if (options.cacheRoot === null)
    return [...dieWithParent, "asterisk", "-f", "-C", `${folders.base}/etc/asterisk.conf`];
  const script = fileURLToPath(new URL("asterisk-namespace.sh", import.meta.url));
  const namespace = ["unshare", "--mount", "--propagation", "private"];
  return [...dieWithParent, ...namespace, "sh", script, options.cacheRoot, folders.base, options.soundsDir];
}

async function untilReady(child: ChildProcess, options: AsteriskOptions, folders: AsteriskFolders): Promise<void> {
  const limit = Date.now() + bootLimitMs;
  while (isRunning(child) && Date.now() < limit) {
    const status = await pingStatus(options);
    if (status === 200) return;
    if (status === 401) {
      await endProcess(child, "SIGKILL");
      throw new Error(`Asterisk did not start: another one already uses port ${options.ports.http} of 127.0.0.1.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  if (isRunning(child)) await endProcess(child, "SIGKILL");
  throw new Error(`Asterisk did not start:\n${await lastLines(folders)}`);
}

/** HTTP status of ARI's ping, 0 while nobody listens; booting answers 404, then 503. */
function pingStatus({ ports, ari }: AsteriskOptions): Promise<number> {
  return new Promise((resolve) => {
    const request = get(
      {
        host: "127.0.0.1",
        port: ports.http,
        path: "/ari/asterisk/ping",
        auth: `${ari.user}:${ari.password}`,
        agent: false,
        timeout: 1000,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(0));
  });
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function exitOf(child: ChildProcess): Promise<string> {
  if (isRunning(child)) await once(child, "exit");
  return child.signalCode ?? String(child.exitCode);
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, "exit");
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), stopLimitMs);
  await gone;
  clearTimeout(late);
}

async function runConsole(
  child: ChildProcess,
  options: AsteriskOptions,
  folders: AsteriskFolders,
  command: string,
): Promise<string> {
  const asterisk = ["asterisk", "-C", `${folders.inside}/etc/asterisk.conf`, "-rx", command];
  const entered =
    options.cacheRoot === null
      ? asterisk
      : ["nsenter", "--target", String(child.pid), "--mount", "chroot", options.cacheRoot, ...asterisk];
  const run = spawn(entered[0]!, entered.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [run.stdout, run.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  await once(run, "close");
  return text;
}

async function lastLines(folders: AsteriskFolders): Promise<string> {
  const logs = join(folders.base, "log");
  const texts = await Promise.all(
    (await readdir(logs)).filter((name) => name !== "security.log").map((name) => readFile(join(logs, name), "utf8")),
  );
  return texts.join("\n").trim().split("\n").slice(-12).join("\n");
}
