import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { errorText } from "../errors.ts";
import type { DemoLogin } from "../people/demo-people.ts";
import type { LauncherSettings } from "../start/settings.ts";

export type Ready = { web: string; sip: string | null; db: string; demo: DemoLogin[] };

export const checkout = fileURLToPath(new URL("../../", import.meta.url));

/** What a demo started and has to end, last first. */
const endings: (() => Promise<void>)[] = [];
let ending: Promise<void> | null = null;

export function onEnd(stop: () => Promise<void>): void {
  endings.push(stop);
}

/** Where the running centre is. @throws Error for people when there is none, or its Asterisk is not ours */
export async function readReady(settings: LauncherSettings): Promise<Ready & { sip: string }> {
  const text = await readFile(join(settings.runDir, "ready.json"), "utf8").catch(() => null);
  if (text === null) throw new Error("The centre is not running: type `npm start` in another terminal first.");
  const ready: Ready = JSON.parse(text);
  const { sip } = ready;
  if (sip === null) throw new Error("The centre uses an Asterisk of yours: call it with a phone of yours.");
  return { ...ready, sip };
}

/** Runs a demo's program and leaves nothing behind, however it ends. */
export async function onStage(play: () => Promise<void>): Promise<never> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      ending ??= end();
      void ending.finally(() => process.exit(130));
    });
  }
  try {
    await play();
  } catch (error) {
    if (ending === null) console.error(errorText(error));
    process.exitCode = 1;
  } finally {
    ending ??= end();
    await ending;
  }
  process.exit();
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function end(): Promise<void> {
  for (const stop of endings.splice(0).reverse()) {
    await stop().catch((error: unknown) => console.error(`Something did not end in good order: ${errorText(error)}`));
  }
}
