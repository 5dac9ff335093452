import type { Durations, Fault } from "./fault-list.ts";
import type { FaultScene } from "./fault-scene.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What goes on while nothing can be written: phones are lifted, callers come and go, people click. */
async function lifeGoesOn(scene: FaultScene): Promise<void> {
  await scene.strike();
  scene.leave("talking", "waiting");
  scene.click();
}

function fault(name: string, run: (scene: FaultScene, durations: Durations) => Promise<void>): Fault {
  return {
    name,
    group: 4,
    parachute: "some",
    run: async (scene, durations) => {
      await scene.readyToClick();
      await run(scene, durations);
      return performance.now();
    },
  };
}

export const databaseFaults: Fault[] = [
  fault("PostgreSQL killed (SIGKILL), then back", async (scene, { downMs }) => {
    const { first } = scene.database;
    await first.kill();
    await lifeGoesOn(scene);
    await pause(downMs);
    await first.begin();
  }),
  fault("PostgreSQL restarted", async (scene) => {
    const { first } = scene.database;
    const [, life] = await Promise.all([first.stop(), lifeGoesOn(scene)]);
    await first.begin();
    return life;
  }),
  fault("PostgreSQL's connections cut, again and again", async (scene, { cuts }) => {
    for (let n = 0; n < cuts; n++) {
      await scene.database.cutConnections();
      if (n === 0) await lifeGoesOn(scene);
      await pause(300);
    }
  }),
  fault("PostgreSQL frozen (SIGSTOP, SIGCONT)", async (scene, { frozenMs }) => {
    const { first } = scene.database;
    await first.signalAll("SIGSTOP");
    await lifeGoesOn(scene);
    await pause(frozenMs);
    await first.signalAll("SIGCONT");
  }),
  fault("database pools exhausted (every statement waits)", async (scene, { downMs }) => {
    const unlock = await scene.database.lockCalls();
    await lifeGoesOn(scene);
    await pause(downMs);
    await unlock();
  }),
  fault("PostgreSQL takes no more connections", async (scene, { downMs }) => {
    const giveBack = await scene.database.takeAllConnections();
    await lifeGoesOn(scene);
    await pause(downMs);
    await giveBack();
  }),
  fault("PostgreSQL's disk full, then with room again", async (scene, { downMs }) => {
    const { first } = scene.database;
    await first.fillDisk();
    await lifeGoesOn(scene);
    await pause(downMs / 2);
    // The log needs a new file: now the whole server falls, and can not come up.
    await first.ask("select pg_switch_wal()").catch(() => undefined);
    await pause(downMs / 2);
    await first.emptyDisk();
    await first.recovered();
  }),
  fault("failover to a synchronous standby", async (scene) => {
    const { database } = scene;
    const standby = await database.addStandby();
    await database.first.kill();
    await lifeGoesOn(scene);
    await standby.ask("select pg_promote()");
  }),
];
