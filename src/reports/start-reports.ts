import { setTimeout as delay } from "node:timers/promises";
import { type Runner, run, Logger as WorkerLogger } from "graphile-worker";
import { schedule } from "node-cron";
import type { Clock } from "../clock.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { MailSettings } from "../messages/message-settings.ts";
import { sweepDeliveries } from "./delivery/report-delivery-store.ts";
import { type ReportPost, sendReport } from "./delivery/send-report.ts";
import { enqueueDue } from "./enqueue-due.ts";
import { makeReport } from "./make-report.ts";
import { reportZone } from "./report-period.ts";
import { forgetOldReports, sweepReports } from "./report-store.ts";

const longestStopMs = 10_000;

export type ReportsOptions = {
  /** A pool of the purpose "reports", of at least six connections; the job runners use it too. */
  pool: Pool;
  mail: MailSettings | null;
  publicUrl: string | null;
  clock: Clock;
  log: Logger;
  /** Pause between two sweeps; tests shorten it. */
  sweepMs?: number;
};

export type Reports = { stop(): Promise<void> };

/**
 * What a copy with the role `jobs` does for reports: a tick every minute asks for what is due, the job runner makes
 * one report at a time and sends its post, a sweep picks up what a dead copy left. Any number of copies may do it.
 */
export async function startReports(options: ReportsOptions): Promise<Reports> {
  const { pool, clock, log } = options;
  const post: ReportPost = { pool, log, mail: options.mail, publicUrl: options.publicUrl };
  // The job runners hold connections of this pool for long: one that is lost must not end the process.
  pool.on("connect", (client) =>
    client.on("error", (error) => log.debug({ reason: errorText(error) }, "connection of reports lost")),
  );
  const tick = async () => {
    const asked = await enqueueDue(pool, clock.now());
    if (asked.length > 0) log.info({ reports: asked.length }, "reports asked for");
  };
  const quietly = (what: string, work: () => Promise<unknown>) => async () => {
    await work().catch((error: unknown) => log.warn({ reason: errorText(error) }, what));
  };
  const ticks = schedule("* * * * *", quietly("due reports were not asked for", tick), { timezone: reportZone });
  const nightly = schedule(
    "40 3 * * *",
    quietly("old reports were not removed", () => forgetOldReports(pool)),
    { timezone: reportZone },
  );
  const sweeps = repeat(
    options.sweepMs ?? 5_000,
    quietly("reports not swept", async () => {
      await sweepReports(pool);
      await sweepDeliveries(pool);
    }),
  );
  const workers = [keepWorking(options, "make_report", "reportId", (id) => makeReport({ pool, clock, log }, id))];
  // Apart, so that a long report does not hold up the post of the others.
  workers.push(keepWorking(options, "send_report", "deliveryId", (id) => sendReport(post, id)));
  for (const worker of workers) await worker.ready;
  // What was missed while nothing ran is not left for the next minute.
  await quietly("due reports were not asked for", tick)();
  return {
    stop: async () => {
      await ticks.destroy();
      await nightly.destroy();
      await sweeps.stop();
      for (const worker of workers) await worker.stop();
    },
  };
}

/** A job runner for one task, one job at a time; it ends when its database does and is started again until `stop`. */
function keepWorking(
  { pool, log }: ReportsOptions,
  task: string,
  idName: string,
  work: (id: string) => Promise<unknown>,
): { ready: Promise<void>; stop(): Promise<void> } {
  let stopping = false;
  let runner: Runner | null = null;
  let timer: NodeJS.Timeout | null = null;
  const taskList = {
    [task]: async (payload: unknown) => {
      await work(String((payload as Record<string, unknown>)[idName]));
    },
  };
  const logger = new WorkerLogger(() => (level, message) => {
    if (level === "error" || level === "warning") log.warn({ reason: message }, "job runner of reports");
  });
  const start = async (): Promise<void> => {
    const started = await run({
      ...{ pgPool: pool, concurrency: 1, pollInterval: 2_000, noHandleSignals: true },
      ...{ taskList, logger },
    });
    runner = started;
    started.promise.then(
      () => again("ended"),
      (error: unknown) => again(errorText(error)),
    );
  };
  const again = (reason: string): void => {
    runner = null;
    if (stopping) return;
    log.warn({ reason, task }, "the job runner of reports is started again");
    timer = setTimeout(() => {
      if (!stopping) start().catch((error: unknown) => again(errorText(error)));
    }, 2_000);
  };
  return {
    ready: start(),
    stop: async () => {
      stopping = true;
      if (timer) clearTimeout(timer);
      // A report that is being made is given up after a while: the sweep of another copy makes it again.
      await Promise.race([runner?.stop(), delay(longestStopMs, undefined, { ref: false })]);
    },
  };
}

/** Again and again, never twice at once. */
function repeat(pauseMs: number, work: () => Promise<void>): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = setTimeout(next, pauseMs);
  let running: Promise<void> = Promise.resolve();
  function next(): void {
    running = work().then(() => {
      if (timer) timer = setTimeout(next, pauseMs);
    });
  }
  return {
    stop: async () => {
      if (timer) clearTimeout(timer);
      timer = null;
      await running;
    },
  };
}
