import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { opsRoot } from "../../test/support/ops/ops-root.ts";
import { testClient } from "../../test/support/web.ts";
import type { Clicked } from "./fault-desk.ts";
import type { Fault } from "./fault-list.ts";
import type { FaultScene } from "./fault-scene.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** libfaketime looks at its file again after a second. */
const seenMs = 1_500;
const library = "usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/** Two copies, each with a clock of its own that is moved while they work; the machine's clock is left alone. */
export const clockFaults: Fault[] = [
  {
    name: "clocks jump: one copy an hour ahead, one behind",
    group: 5,
    run: async (scene, { slowMs }) => {
      const folder = await mkdtemp("/var/tmp/055055-clock-");
      const files = scene.keeper.places.map((_, n) => join(folder, `copy-${n}`));
      const set = (hours: number[]) =>
        Promise.all(files.map((file, n) => writeFile(file, `${sign(hours[n] ?? 0)}h\n`)));
      await set([0, 0]);
      const preload = join(await opsRoot(), library);
      await restartWith(scene, (place) => ({
        ...{ LD_PRELOAD: preload, FAKETIME_TIMESTAMP_FILE: files[place] ?? "" },
        ...{ FAKETIME_CACHE_DURATION: "1", FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" },
      }));
      await set([1, -1]);
      await pause(seenMs);
      await scene.readyToClick();
      await scene.strike();
      scene.click();
      // Who is signed in stays so at both copies, and who signs in now is.
      for (const desk of scene.desks) scene.clicks.push(desk.click("PUT", "/me/language", { language: "it" }));
      for (const [n, { url }] of scene.keeper.alive.entries()) {
        const talker = scene.of("talking")[n]?.desk;
        if (talker) scene.clicks.push(signIn(url, `op${talker.seat}`));
      }
      await pause(slowMs);
      // And back again, the other way about first.
      await set([-1, 1]);
      await pause(seenMs);
      await set([0, 0]);
      await pause(seenMs);
      scene.aftermath.push(restartWith(scene, () => ({})).then(() => rm(folder, { recursive: true, force: true })));
      return performance.now();
    },
  },
];

const sign = (hours: number) => `${hours < 0 ? "" : "+"}${hours}`;

/** One copy after the other, so that its calls find the other one alive. */
async function restartWith(scene: FaultScene, environmentOf: (place: number) => Record<string, string>): Promise<void> {
  scene.keeper.environmentOf = environmentOf;
  for (const place of scene.keeper.places) {
    const { copy } = place;
    if (!copy) continue;
    scene.victims.add(copy.node);
    scene.keeper.signal(copy, "SIGKILL");
    await copy.ended;
    await pause(100);
    while (place.copy === null) await pause(50);
  }
}

async function signIn(url: string, login: string): Promise<Clicked> {
  const since = performance.now();
  const told = { what: "signing in, then GET /me", type: "" };
  const status = await testClient(url, login).then(
    async (client) => (await client.call("GET", "/me")).status,
    () => 0,
  );
  return { ...told, status, ms: Math.round(performance.now() - since) };
}
