import { expect } from "chai";
import { faults, shortDurations } from "../bench/faults/fault-list.ts";
import { FaultScene, fewCalls } from "../bench/faults/fault-scene.ts";
import { runFault } from "../bench/faults/run-fault.ts";

/** The short form of `npm run fault:calls`: these bite in other places than the rest. */
const chosen = [
  ...["copy killed", "copy frozen", "socket half-open", "in the middle of commands"],
  ...["Asterisk killed", "Asterisk reloaded", "PostgreSQL killed", "failover"],
];

describe("callers in all phases outlive", () => {
  let scene: FaultScene;
  before(async () => {
    scene = await FaultScene.start(fewCalls, 2);
  });
  after(async () => scene.close());

  for (const fault of faults.filter(({ name }) => chosen.some((word) => name.includes(word)))) {
    it(fault.name, async () => {
      const verdict = await runFault(scene, fault, shortDurations);
      expect(verdict.violations).to.deep.equal([]);
      expect(verdict.checks).greaterThan(50);
      expect([verdict.dropped, verdict.lostPlaces, verdict.callsWithoutCase, verdict.doubleOffers]).to.deep.equal([
        0, 0, 0, 0,
      ]);
    });
  }
});
