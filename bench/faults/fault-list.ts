import { spawnSync } from "node:child_process";
import { clockFaults } from "./clock-jump.ts";
import { databaseFaults } from "./database-faults.ts";
import type { FaultScene } from "./fault-scene.ts";
import { switchFaults } from "./switch-faults.ts";

/** How long the long faults last. */
export type Durations = {
  downMs: number;
  frozenMs: number;
  deadMs: number;
  slowMs: number;
  deafMs: number;
  cuts: number;
};
export const fullDurations: Durations = {
  ...{ downMs: 8_000, frozenMs: 30_000, deadMs: 60_000, slowMs: 15_000, deafMs: 8_000, cuts: 12 },
};
export const shortDurations: Durations = {
  ...{ downMs: 2_000, frozenMs: 4_000, deadMs: 4_000, slowMs: 3_000, deafMs: 4_000, cuts: 3 },
};

export type Fault = {
  name: string;
  /** Number in issue F: 1 copies, 2 the event socket, 3 Asterisk, 4 PostgreSQL. */
  group: number;
  /** Own network namespace needed: packets are dropped for everything in it. */
  inNamespace?: true;
  /** New callers of the round find no copy, so that the parachute takes them: all, or those it may. */
  parachute?: true | "some";
  /** Calls on Asterisk are lost by nature (run-switch-loss.ts). */
  losesCalls?: true;
  /** Injects; resolves with the moment from which recovery is counted (performance.now()). */
  run(scene: FaultScene, durations: Durations): Promise<number>;
};

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A lease lasts so long after its last renewal (node-store.ts). */
const leaseMs = 2_000;

const copyFaults: Fault[] = [
  {
    name: "copy killed (SIGKILL)",
    group: 1,
    run: async (scene) => {
      const { copy } = await scene.keeper.busiest();
      scene.victims.add(copy.node);
      scene.keeper.signal(copy, "SIGKILL");
      const at = performance.now();
      await scene.strike();
      return at;
    },
  },
  {
    name: "copy frozen, then woken (SIGSTOP, SIGCONT)",
    group: 1,
    run: async (scene, { frozenMs }) => {
      const { copy } = await scene.keeper.busiest();
      scene.victims.add(copy.node);
      scene.keeper.signal(copy, "SIGSTOP");
      const at = performance.now();
      await scene.strike();
      const woken = pause(frozenMs).then(() => {
        scene.keeper.signal(copy, "SIGCONT");
        return copy.ended;
      });
      scene.aftermath.push(woken);
      return at + leaseMs;
    },
  },
  {
    name: "copy leaves (SIGTERM)",
    group: 1,
    run: async (scene) => {
      const { copy } = await scene.keeper.busiest();
      scene.victims.add(copy.node);
      scene.keeper.signal(copy, "SIGTERM");
      await scene.strike();
      await copy.ended;
      return performance.now();
    },
  },
  {
    name: "all copies dead, then back",
    group: 1,
    parachute: true,
    run: async (scene, { deadMs }) => {
      for (const { node } of scene.keeper.alive) scene.victims.add(node);
      await scene.keeper.killAll();
      await scene.strike();
      await pause(deadMs);
      await scene.keeper.startAll();
      return performance.now();
    },
  },
];

const socketFaults: Fault[] = [
  {
    name: "event socket cut",
    group: 2,
    run: async (scene) => {
      const { gate } = await scene.keeper.busiest();
      gate.cut();
      const at = performance.now();
      await scene.strike();
      return at;
    },
  },
  {
    name: "event socket half-open",
    group: 2,
    run: async (scene, { deafMs }) => {
      const { gate } = await scene.keeper.busiest();
      gate.freeze();
      await scene.strike();
      await pause(deafMs);
      gate.thaw();
      return performance.now();
    },
  },
  {
    name: "event socket slow (500 ms)",
    group: 2,
    run: async (scene, { slowMs }) => {
      for (const { gate } of scene.keeper.places) gate.slow(500);
      await scene.strike();
      await pause(slowMs);
      for (const { gate } of scene.keeper.places) gate.slow(0);
      return performance.now();
    },
  },
  {
    name: "event socket cut in the middle of commands",
    group: 2,
    run: async (scene, { cuts }) => {
      for (let n = 0; n < cuts; n++) {
        for (const { gate } of scene.keeper.places) gate.cutAtCommand(n % 5, n % 2 === 0);
        if (n === 0) await scene.strike();
        await pause(1_000);
      }
      for (const { gate } of scene.keeper.places) gate.cutAtCommand(-1, false);
      return performance.now();
    },
  },
  {
    name: "5 % of the packets to Asterisk's events lost",
    group: 2,
    inNamespace: true,
    run: async (scene, { slowMs }) => {
      const ports = scene.keeper.places.map(({ gate }) => gate.port).join(",");
      nft("add table inet fault");
      nft("add chain inet fault out { type filter hook output priority 0; }");
      for (const way of ["dport", "sport"]) {
        nft(`add rule inet fault out tcp ${way} { ${ports} } numgen random mod 100 < 5 drop`);
      }
      await scene.strike();
      await pause(slowMs);
      nft("delete table inet fault");
      return performance.now();
    },
  },
];

/** In the order they are run: a failover leaves another server behind. */
export const faults: readonly Fault[] = [
  ...copyFaults,
  ...socketFaults,
  ...switchFaults,
  ...clockFaults,
  ...databaseFaults,
];

function nft(rule: string): void {
  const { status, stderr } = spawnSync("nft", rule.split(" "));
  if (status !== 0) throw new Error(`nft: ${String(stderr)}`);
}
