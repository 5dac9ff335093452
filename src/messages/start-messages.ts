import { type Runner, run, Logger as WorkerLogger } from "graphile-worker";
import { schedule } from "node-cron";
import { systemClock } from "../clock.ts";
import { createPool, type Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { forgetOldNotices } from "./bounces/bounce-store.ts";
import { demoMailbox } from "./bounces/demo-mailbox.ts";
import { imapMailbox } from "./bounces/imap-mailbox.ts";
import { readBounces } from "./bounces/read-bounces.ts";
import { smtpProvider } from "./email/smtp-mailer.ts";
import type { MessageSettings } from "./message-settings.ts";
import { deliverSending, type Outbox, outboxTiming, type Provider, sweepOutbox } from "./outbox/outbox.ts";
import { type ReconcileTiming, reconcileOpen, reconcileTiming, reconcileUnknown } from "./sms/reconcile-sms.ts";
import { bodyOf } from "./sms/sms-store.ts";
import { statusCallbackUrl } from "./sms/status-route.ts";
import { type SmsCarrier, twilioCarrier } from "./sms/twilio-carrier.ts";

export type MessagesOptions = {
  pool: Pool;
  config: { databaseUrl: string; messages: MessageSettings };
  log: Logger;
  /** Tests shorten them. */
  timing?: Partial<{ outbox: Partial<Outbox["timing"]>; reconcile: Partial<ReconcileTiming>; sweepMs: number }>;
};

export type Messages = {
  stop(): Promise<void>;
  /** The nightly question to the carrier, at once. */
  reconcileNow(): Promise<number>;
};

/**
 * What a copy with the role `jobs` does for messages: runs the outbox's jobs, sweeps it every 5 s, follows the bounce
 * mailbox, asks the carrier about unknown outcomes and, every night at 03:10 in Rome, about those never told. Any
 * number of copies may do it: each piece of work is claimed in the database.
 */
export async function startMessages({ pool, config, log, timing }: MessagesOptions): Promise<Messages> {
  const settings = config.messages;
  const carrier = settings.sms && twilioCarrier(settings.sms, (id) => statusCallbackUrl(settings, id), log);
  const outbox: Outbox = {
    ...{ pool, log, clock: systemClock },
    providers: { sms: smsProvider(pool, carrier), email: settings.mail ? smtpProvider(pool, settings.mail) : notSet },
    timing: { ...outboxTiming, ...timing?.outbox },
  };
  const worker = keepWorking(config.databaseUrl, outbox);
  const reconcile = { ...reconcileTiming, ...timing?.reconcile };
  const sweepMs = timing?.sweepMs ?? 5_000;
  const stopSweep = repeat(sweepMs, log, async () => {
    await sweepOutbox(outbox, sweepMs / 2);
    if (carrier) await reconcileUnknown({ pool, log, carrier }, reconcile);
  });
  const bounces = followBounces(pool, settings, log);
  const reconcileNow = async () => (carrier ? reconcileOpen({ pool, log, carrier }) : 0);
  const nightly = schedule("10 3 * * *", () => atNight(pool, log, reconcileNow), { timezone: "Europe/Rome" });
  await worker.ready;
  return {
    reconcileNow,
    stop: async () => {
      await nightly.destroy();
      await stopSweep();
      await bounces?.stop();
      await worker.stop();
    },
  };
}

const notSet: Provider = async () => ({ kind: "not_taken", code: "not_set", detail: "no account is set" });

function smsProvider(pool: Pool, carrier: SmsCarrier | null): Provider {
  if (!carrier) return notSet;
  return async (sending) => carrier.send(sending, await bodyOf(pool, sending.messageId));
}

function followBounces(pool: Pool, settings: MessageSettings, log: Logger): { stop(): Promise<void> } | null {
  const { bounceUrl, mail } = settings;
  if (!bounceUrl || !mail) return null;
  const mailbox = /^imaps?:/.test(bounceUrl) ? imapMailbox(bounceUrl, pool, log) : demoMailbox(bounceUrl);
  return readBounces({ pool, log, mailbox, verpSecret: mail.verpSecret });
}

async function atNight(pool: Pool, log: Logger, reconcile: () => Promise<number>): Promise<void> {
  try {
    const asked = await reconcile();
    await forgetOldNotices(pool);
    if (asked > 0) log.info({ asked }, "open SMS were asked about");
  } catch (error) {
    log.warn({ reason: errorText(error) }, "the nightly question about SMS was not asked");
  }
}

/** The job runner ends when its database does: it is started again until `stop`. */
function keepWorking(databaseUrl: string, outbox: Outbox): { ready: Promise<void>; stop(): Promise<void> } {
  let stopping = false;
  let runner: Runner | null = null;
  const pgPool = createPool(databaseUrl, "jobs", 4, outbox.log);
  const start = async (): Promise<void> => {
    runner = await run({
      ...{ pgPool, concurrency: 4, pollInterval: 2_000, noHandleSignals: true },
      logger: quietLogger(outbox.log),
      taskList: {
        send_message: async (payload) => {
          const { sendingId } = payload as { sendingId: string };
          await deliverSending(outbox, sendingId);
        },
      },
    });
    runner.promise.then(
      () => again("ended"),
      (error: unknown) => again(errorText(error)),
    );
  };
  const again = (reason: string): void => {
    runner = null;
    if (stopping) return;
    outbox.log.warn({ reason }, "the job runner is started again");
    setTimeout(() => {
      if (!stopping) start().catch((error: unknown) => again(errorText(error)));
    }, 2_000);
  };
  return {
    ready: start(),
    stop: async () => {
      stopping = true;
      await runner?.stop();
      await pgPool.end();
    },
  };
}

/** Its words at debug, its troubles as warnings; no payloads. */
function quietLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message) => {
    if (level === "error" || level === "warning") log.warn({ reason: message }, "job runner");
    else log.trace({ reason: message }, "job runner");
  });
}

/** Again and again, never twice at once; what fails is tried again next time. */
function repeat(pauseMs: number, log: Logger, work: () => Promise<void>): () => Promise<void> {
  let timer: NodeJS.Timeout | null = setTimeout(next, pauseMs);
  let running: Promise<void> = Promise.resolve();
  function next(): void {
    running = work()
      .catch((error: unknown) => log.warn({ reason: errorText(error) }, "outbox not swept"))
      .then(() => {
        if (timer) timer = setTimeout(next, pauseMs);
      });
  }
  return async () => {
    if (timer) clearTimeout(timer);
    timer = null;
    await running;
  };
}
