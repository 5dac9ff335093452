import { stopAsterisks } from "./asterisk.ts";

/** Mocha's root hooks (named in .mocharc.json): what a run shares ends with the run. */
export const mochaHooks = {
  async afterAll(): Promise<void> {
    await stopAsterisks();
  },
};
