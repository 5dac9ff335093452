import Mocha from "mocha";

/**
 * Mocha's spec reporter that also tells set-up.ts the counts, which prints them as the very last line of the run.
 */
export default class ClosingLine extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      process.send?.({ passed: passes, failed: failures });
      // Whoever keeps the process alive is named before set-up.ts ends it.
      setTimeout(() => console.error(`still open: ${process.getActiveResourcesInfo().join(" ")}`), 15_000).unref();
    });
  }
}
