import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";

export type Copy = { node: string; pid: number; port: number };

export type CopiesOptions = {
  count: number;
  /** The program's first file; it announces itself with process.send({ ready: true, node, port }). */
  program: string;
  cwd: string;
  environment: NodeJS.ProcessEnv;
  logDir: string;
  /** After each change of who is ready. */
  onChange: (copies: Copy[]) => void;
};

export type Copies = {
  ready(): Copy[];
  /**
   * SIGTERM; a copy ends by itself when its last call is over. Those still there after the drain, or once
   * `callsAreUp` says no, or when `atOnce` resolves, are killed.
   */
  stop(callsAreUp: () => Promise<boolean>, atOnce: Promise<void>): Promise<void>;
};

type Place = { index: number; child: ChildProcess | null; copy: Copy | null; startedAt: number; starts: number };

const firstReadyLimitMs = 30_000;
const drainMs = 30_000;
const graceMs = 3_000;
/** A copy that lived this long is started again at once, a younger one after the pause. */
const settledMs = 5_000;
const restartPauseMs = 700;

/**
 * Starts the copies and keeps them running: a dead one is started again within a second. Resolves when all have
 * announced themselves.
 * @throws Error with the copy's last words when one ends before it was ever ready.
 */
export async function startCopies(options: CopiesOptions): Promise<Copies> {
  await mkdir(options.logDir, { recursive: true });
  const places: Place[] = Array.from({ length: options.count }, (_, index) => emptyPlace(index));
  const ready = () => places.flatMap((place) => place.copy ?? []);
  const state = { stopping: false };
  const startPlace = async (place: Place): Promise<void> => {
    place.startedAt = Date.now();
    place.starts++;
    const child = await spawnCopy(options, place.index);
    place.child = child;
    child.on("message", (message) => {
      const announced = announcement(message);
      if (!announced || !child.pid) return;
      place.copy = { ...announced, pid: child.pid };
      options.onChange(ready());
    });
    child.on("exit", () => {
      place.child = null;
      place.copy = null;
      options.onChange(ready());
      if (state.stopping) return;
      const pause = Date.now() - place.startedAt > settledMs ? 0 : restartPauseMs;
      setTimeout(() => (state.stopping ? undefined : void startPlace(place)), pause).unref();
    });
  };
  const stop: Copies["stop"] = async (callsAreUp, atOnce) => {
    state.stopping = true;
    await endPlaces(places, callsAreUp, atOnce);
  };
  try {
    await Promise.all(places.map((place) => startPlace(place).then(() => firstReady(options, place))));
  } catch (error) {
    await stop(async () => false, Promise.resolve());
    throw error;
  }
  return { ready, stop };
}

const emptyPlace = (index: number): Place => ({ index, child: null, copy: null, startedAt: 0, starts: 0 });

async function spawnCopy(options: CopiesOptions, index: number): Promise<ChildProcess> {
  const log = await open(join(options.logDir, `copy-${index + 1}.log`), "a");
  try {
    return spawn(process.execPath, ["--import", "tsx", options.program], {
      cwd: options.cwd,
      // Port 0: the copy takes any and tells it; the forwarder is the address people know.
      env: { ...options.environment, PORT: "0" },
      stdio: ["ignore", log.fd, log.fd, "ipc"],
    });
  } finally {
    await log.close();
  }
}

function announcement(message: unknown): { node: string; port: number } | null {
  if (typeof message !== "object" || message === null || !("ready" in message)) return null;
  if (!("node" in message) || !("port" in message)) return null;
  return { node: String(message.node), port: Number(message.port) };
}

async function firstReady(options: CopiesOptions, place: Place): Promise<void> {
  const limit = Date.now() + firstReadyLimitMs;
  while (place.copy === null) {
    if (place.starts > 1 || place.child === null) throw new Error(await lastWords(options, place, "ended at once"));
    if (Date.now() > limit) throw new Error(await lastWords(options, place, "was not ready after 30 s"));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function lastWords(options: CopiesOptions, place: Place, what: string): Promise<string> {
  const file = join(options.logDir, `copy-${place.index + 1}.log`);
  const text = (await readFile(file, "utf8").catch(() => "")).trim().split("\n").slice(-8).join("\n");
  return `A copy of the program ${what} (${file}):\n${text}`;
}

async function endPlaces(places: Place[], callsAreUp: () => Promise<boolean>, atOnce: Promise<void>): Promise<void> {
  const alive = () => places.flatMap((place) => place.child ?? []);
  const gone = Promise.all(alive().map((child) => once(child, "exit")));
  for (const child of alive()) child.kill("SIGTERM");
  let hurry = false;
  void atOnce.then(() => {
    hurry = true;
  });
  const started = Date.now();
  while (alive().length > 0) {
    const waited = Date.now() - started;
    if (hurry || waited > drainMs || (waited > graceMs && !(await callsAreUp()))) {
      for (const child of alive()) child.kill("SIGKILL");
    }
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
}
