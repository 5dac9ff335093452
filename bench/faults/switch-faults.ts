import type { Fault } from "./fault-list.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** So that the last callers are at every step of their arrival. */
const arrivingMs = 40;
const bootPauseMs = 700;

export const switchFaults: Fault[] = [
  {
    name: "Asterisk killed (SIGKILL), then back",
    group: 3,
    losesCalls: true,
    run: async (scene) => {
      const { asterisk } = scene.centre;
      await scene.strike();
      await pause(arrivingMs);
      await asterisk.kill();
      scene.callsAreLost();
      await pause(bootPauseMs);
      await asterisk.restart();
      return performance.now();
    },
  },
  {
    name: "Asterisk reloaded (core reload)",
    group: 3,
    run: async (scene) => {
      const reload = scene.centre.asterisk.console("core reload");
      await scene.strike();
      await reload;
      return performance.now();
    },
  },
];
