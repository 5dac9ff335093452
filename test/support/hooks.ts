import { stopAsterisks } from "./asterisk.ts";
import { stopDatabaseServer } from "./database.ts";

/** Mocha's root hooks (named in .mocharc.json): what a run shares ends with the run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopAsterisks();
    await stopDatabaseServer();
  },
};
