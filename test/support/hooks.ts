import { stopAsterisks } from "./asterisk.ts";
import { stopDatabaseServer } from "./database.ts";
import { citizensOfTests } from "./written/citizens-of-tests.ts";
import { beginKeeping, judgeWritten } from "./written/written.ts";

/** Mocha's root hooks (named in .mocharc.json): what a run shares ends with the run. */
export const mochaHooks = {
  beforeAll(): void {
    beginKeeping();
  },
  async afterAll(): Promise<void> {
    await stopAsterisks();
    await stopDatabaseServer();
    await judgeWritten(citizensOfTests());
  },
};
