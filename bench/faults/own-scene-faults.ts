import { callFlood } from "./call-flood.ts";
import type { Verdict } from "./fault-judge.ts";
import { longRun } from "./long-run.ts";
import { vanishingPeople } from "./vanishing-people.ts";

export type OwnSceneOptions = { short: boolean; minutes: number; rate: number };

/** Faults whose people and switches are not those of the common scene: each makes its own centre. */
export type OwnSceneFault = {
  name: string;
  /** Number in issue F. */
  group: number;
  run(options: OwnSceneOptions): Promise<Verdict>;
};

export const ownSceneFaults: readonly OwnSceneFault[] = [
  { name: "phones and pages vanish in each state", group: 5, run: ({ short }) => vanishingPeople(short) },
  { name: "flood of calls at the trunk", group: 5, run: ({ short }) => callFlood(short) },
  { name: "long run", group: 6, run: longRun },
];
