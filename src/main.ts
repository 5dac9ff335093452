import { Registry } from "prom-client";
import { allRoutes } from "./all-routes.ts";
import { BridgeSweeper } from "./calls/bridge-sweeper.ts";
import type { Offer } from "./calls/call.ts";
import type { CallCentre } from "./calls/call-centre.ts";
import { CallCommands } from "./calls/call-commands.ts";
import { CallWriter } from "./calls/call-writer.ts";
import { FlowSteps } from "./calls/flow-steps.ts";
import { LiveCalls } from "./calls/live-calls.ts";
import { beginPlacedCalls } from "./calls/outbound/begin-placed-calls.ts";
import { PhoneWatch } from "./calls/phone-watch.ts";
import { passOnOffers } from "./calls/reconcile-calls.ts";
import { SwitchLinks } from "./calls/switch-links.ts";
import { WaitingRooms } from "./calls/waiting-rooms.ts";
import { systemClock } from "./clock.ts";
import { ClaimTurn } from "./cluster/claim-turn.ts";
import { NodeLease } from "./cluster/node-lease.ts";
import { type Config, readConfig } from "./config.ts";
import { DatabaseListener, type Notice } from "./database/listen.ts";
import { createPool, isDatabaseAway, type Pool } from "./database/pool.ts";
import { DeskStreams } from "./desk/desk-streams.ts";
import type { Route } from "./desk/route.ts";
import { startWebServer } from "./desk/web-server.ts";
import { errorText } from "./errors.ts";
import { startHousekeeping } from "./housekeeping.ts";
import { InvariantWatch } from "./invariants/watch-invariants.ts";
import { FlowCache } from "./ivr/flow-cache.ts";
import { createLogger, type Logger } from "./log.ts";
import { startMessages } from "./messages/start-messages.ts";
import type { WrittenOffer } from "./queue/dispatch-store.ts";
import { Dispatcher } from "./queue/dispatcher.ts";
import { QueueBoard } from "./queue/queue-board.ts";
import { type Reports, startReports } from "./reports/start-reports.ts";
import { startWebhooks } from "./webhooks/deliver-webhooks.ts";

/** Exit code of a copy that was declared dead: the launcher starts a new one, under a new name. */
const leaseLostExit = 75;
const drainMs = 30_000;
/** A copy that can not reach its switches by then is announced all the same: its page works, calls follow. */
const connectMs = 5_000;

/** One copy of the program: everything it is made of, in the order of a call. */
async function main(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const pools = openPools(config, log);
  const flows = new FlowCache(pools.calls, log);
  await flows.start();
  const copy = await makeCopy(config, pools, flows, log);
  const { lease, links, phones, streams, centre } = copy;

  const listener = await listen(config, copy);
  const does = (role: Config["roles"][number]) => config.roles.includes(role);
  if (does("calls")) {
    links.open(lease.name);
    phones.start();
  }
  const registry = new Registry();
  const invariants = watchInvariants(pools.web, copy, registry);
  const { cdrDir } = config;
  const housekeeping = startHousekeeping({
    pool: pools.web,
    cdrDir,
    links,
    phones,
    invariants,
    clock: centre.clock,
    log,
  });
  const messages = does("jobs") ? await startMessages({ pool: pools.web, config, log }) : null;
  const telling = does("jobs") ? await startTelling(pools, config, log) : null;
  streams.start();
  const web = await startWebServer({
    ...{ config, pool: pools.web, log, streams, registry },
    routes: routesOf(pools.web, copy, config),
    routesOver: (pool) => routesOf(pool, copy, config),
    sipTarget: () => config.sipProxy ?? links.sipTarget(),
    asteriskConnected: () => !does("calls") || links.allConnected(),
  });
  await until(() => !does("calls") || links.allConnected(), connectMs);
  log.info({ node: lease.name, port: web.port }, "ready");
  process.send?.({ ready: true, node: lease.name, port: web.port });

  const leave = () =>
    leaveOnce(copy, pools, [
      web.close,
      housekeeping.stop,
      () => messages?.stop(),
      () => telling?.stop(),
      () => listener.close(),
      () => flows.stop(),
    ]);
  process.on("SIGTERM", () => void leave());
  process.on("SIGINT", () => void leave());
  // The launcher is gone: so is everything it owned.
  process.on("disconnect", () => process.exit(0));
}

type Pools = { calls: Pool; web: Pool; lease: Pool; reports: Pool };

/** Apart, so that neither a report nor a burst of calls can starve the lease. */
function openPools(config: Config, log: Logger): Pools {
  return {
    calls: createPool(config.databaseUrl, "calls", 5, log),
    web: createPool(config.databaseUrl, "web", 10, log),
    lease: createPool(config.databaseUrl, "calls", 1, log),
    reports: createPool(config.databaseUrl, "reports", 6, log),
  };
}

type Copy = {
  lease: NodeLease;
  centre: CallCentre;
  links: SwitchLinks;
  phones: PhoneWatch;
  streams: DeskStreams;
  commands: CallCommands;
  state: { leaving: boolean };
};

/** Joins the cluster, then makes what serves calls: the desk's feed, the queue, the calls, the ways to the switches. */
async function makeCopy(config: Config, pools: Pools, flows: FlowCache, log: Logger): Promise<Copy> {
  const clock = systemClock;
  const lease = new NodeLease(pools.lease, clock, log);
  const state = { leaving: false };
  const parts: { links?: SwitchLinks } = {};
  await lease.join(config.roles, {
    onLost: () => process.exit(leaseLostExit),
    onInherited: async ({ applications }) => {
      for (const application of applications) parts.links?.open(application);
    },
  });
  const streams = new DeskStreams({ pool: pools.web, nodeId: lease.id, log });
  const live = new LiveCalls();
  const commands = new CallCommands(pools.calls, live, log);
  const targets = {
    nodeId: lease.id,
    mayAct: lease.mayAct,
    ring: (offer: Offer) => live.ofId(offer.callId)?.offer(offer),
    pop: (offer: WrittenOffer) =>
      streams.push(offer.personId, { seq: offer.seq, kind: "offer", payload: offer.payload }),
  };
  const dispatcher = new Dispatcher(pools.calls, targets, log);
  const centre: CallCentre = {
    ...{ pool: pools.calls, clock, log, lease, live, flows, dispatcher, commands },
    writer: new CallWriter(pools.calls),
    board: new QueueBoard(pools.calls, clock.monotonicMs),
    claimTurn: new ClaimTurn(),
    bridges: new BridgeSweeper(() => lease.untilMayAct(), log),
    rooms: new WaitingRooms(),
    flowSteps: new FlowSteps(pools.calls, log),
    isDraining: () => state.leaving,
  };
  const phones = new PhoneWatch({
    ...{ pool: pools.calls, links: () => links.own(), onChange: () => dispatcher.nudge(), log },
    registrar: config.sipProxy,
    isLooker: () => lease.callNodes[0]?.id === lease.id,
  });
  const links = new SwitchLinks({
    addresses: config.asterisks,
    catalogueDir: config.cacheDir,
    centre: () => centre,
    prepare: (link) => phones.provision(link),
  });
  parts.links = links;
  return { lease, centre, links, phones, streams, commands, state };
}

/** What is told of the past (reports, with a pool of their own) and of the moment (webhooks). */
async function startTelling(pools: Pools, { messages, publicUrl, demo }: Config, log: Logger): Promise<Reports> {
  const clock = systemClock;
  const reports = await startReports({ pool: pools.reports, mail: messages.mail, publicUrl, clock, log });
  const webhooks = startWebhooks({ pool: pools.web, clock, log, allowLoopback: demo });
  return {
    stop: async () => {
      await webhooks.stop();
      await reports.stop();
    },
  };
}

/** Looks once a minute for what must never be (one copy does). */
function watchInvariants(pool: Pool, { lease, links, centre: { log } }: Copy, registry: Registry): InvariantWatch {
  const heir = () => ({ id: lease.id, epoch: lease.epoch });
  const goOnWith = (application: string) => links.open(application);
  return new InvariantWatch({ pool, links: () => links.own(), heir, goOnWith, log }, registry);
}

/** What the doors of the page need of this copy. */
function routesOf(pool: Pool, copy: Copy, config: Config): Route[] {
  const { publicUrl, messages, sessionSecret, oidc, soundsDir } = config;
  const { streams, commands, phones, links } = copy;
  const { clock, log } = copy.centre;
  const writePhone = (account: string) => phones.writePassword(account);
  return allRoutes({
    pool,
    clock,
    log,
    publicUrl,
    sessionSecret,
    oidc,
    messages,
    streams,
    commands,
    links: () => links.own(),
    writePhone,
    soundsDir,
  });
}

/** Notices only nudge: after each (re)connection the rows are looked at again. */
async function listen(config: Config, copy: Copy): Promise<DatabaseListener> {
  const { centre, streams } = copy;
  const caughtUp = () => {
    streams.wakeAll();
    streams.listChanged("all");
    centre.dispatcher.nudge();
    passOnOffers(centre).catch((error: unknown) => centre.log.warn({ reason: errorText(error) }, "offers not read"));
  };
  const channels = ["desk", "queue", "offer", "call_command", "call_command_done", "flows", "phones", "lists"];
  const heard = (notice: Notice) => follow(notice, copy);
  const listener = new DatabaseListener(config.databaseUrl, channels, heard, caughtUp, centre.log);
  await listener.start();
  return listener;
}

function follow({ channel, payload }: Notice, { centre, streams, lease, phones, links }: Copy): void {
  const complain = (error: unknown) => centre.log.warn({ reason: errorText(error) }, "a notice was not followed");
  if (channel === "desk") streams.wake(payload);
  if (channel === "lists") streams.listChanged(payload);
  if (channel === "queue") centre.dispatcher.nudge();
  if (channel === "offer" && payload === lease.id) passOnOffers(centre).catch(complain);
  if (channel === "call_command" && payload === lease.id) {
    centre.commands.collect(lease.id).catch(complain);
    beginPlacedCalls(links.own(), centre).catch(complain);
  }
  if (channel === "call_command_done") centre.commands.done(payload);
  if (channel === "phones") phones.provisionAll().catch(complain);
  if (channel === "flows") centre.flows.reload().catch(complain);
}

/** Takes no new call, lets those in progress end, hands over what is left, and goes. */
async function leaveOnce(copy: Copy, pools: Pools, stops: (() => unknown)[]): Promise<void> {
  const { state, centre, lease, links, phones } = copy;
  if (state.leaving) return;
  state.leaving = true;
  centre.log.info({ calls: centre.live.size }, "leaving");
  await lease.drain();
  await until(() => centre.live.size === 0, drainMs);
  for (const stop of stops) await stop();
  centre.dispatcher.stop();
  phones.stop();
  // Before the sockets go: a command that fails with them must not be taken for the end of a call.
  for (const call of centre.live.all()) call.release();
  await links.close();
  await lease.leave();
  await Promise.all([pools.calls.end(), pools.web.end(), pools.lease.end(), pools.reports.end()]);
  process.exit(0);
}

async function until(done: () => boolean, limitMs: number): Promise<void> {
  const deadline = systemClock.monotonicMs() + limitMs;
  while (!done() && systemClock.monotonicMs() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
}

try {
  await main(readConfig(process.env));
} catch (error) {
  const away = "PostgreSQL can not be reached: check DATABASE_URL, and that the server runs";
  process.stderr.write(`${isDatabaseAway(error) ? `${away} (${errorText(error)}).` : errorText(error)}\n`);
  process.exit(1);
}
