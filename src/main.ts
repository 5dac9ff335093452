import { Registry } from "prom-client";
import { BridgeSweeper } from "./calls/bridge-sweeper.ts";
import type { CallCentre } from "./calls/call-centre.ts";
import { CallCommands } from "./calls/call-commands.ts";
import { callRoutes } from "./calls/call-routes.ts";
import { FlowSteps } from "./calls/flow-steps.ts";
import { LiveCalls } from "./calls/live-calls.ts";
import { PhoneWatch } from "./calls/phone-watch.ts";
import { passOnOffers } from "./calls/reconcile-calls.ts";
import { SwitchLinks } from "./calls/switch-links.ts";
import { WaitingRooms } from "./calls/waiting-rooms.ts";
import { caseRoutes } from "./cases/case-routes.ts";
import { citizenRoutes } from "./citizens/citizen-routes.ts";
import { systemClock } from "./clock.ts";
import { NodeLease } from "./cluster/node-lease.ts";
import { type Config, readConfig } from "./config.ts";
import { DatabaseListener, type Notice } from "./database/listen.ts";
import { createPool } from "./database/pool.ts";
import { DeskStreams } from "./desk/desk-streams.ts";
import { feedRoutes } from "./desk/feed-routes.ts";
import { startWebServer } from "./desk/web-server.ts";
import { errorText } from "./errors.ts";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { flowRoutes } from "./ivr/editor/flow-routes.ts";
import { FlowCache } from "./ivr/flow-cache.ts";
import { openingHoursRoutes } from "./ivr/hours/opening-hours-routes.ts";
import { cardRoutes } from "./knowledge/card-routes.ts";
import { createLogger } from "./log.ts";
import { operatorRoutes } from "./operators/operator-routes.ts";
import { organisationRoutes } from "./organisation/organisation-routes.ts";
import { sessionRoutes } from "./people/sign-in/session-routes.ts";
import { Dispatcher } from "./queue/dispatcher.ts";
import { QueueBoard } from "./queue/queue-board.ts";
import { transferRoutes } from "./transfers/transfer-routes.ts";

const drainMs = 30_000;
/** A copy that can not reach its switches by then is announced all the same: its page works, calls follow. */
const connectMs = 5_000;

/** One copy of the program: everything it is made of, in the order of a call. */
async function main(config: Config): Promise<void> {
  const clock = systemClock;
  const log = createLogger(config.logLevel);
  const pool = createPool(config.databaseUrl, "calls", 12, log);
  const webPool = createPool(config.databaseUrl, "web", 10, log);
  const leasePool = createPool(config.databaseUrl, "calls", 1, log);

  const flows = new FlowCache(pool, log);
  await flows.start();
  const lease = new NodeLease(leasePool, clock, log);
  let leaving = false;
  const parts: { links?: SwitchLinks } = {};
  await lease.join(config.roles, {
    onLost: () => process.exit(75),
    onInherited: async ({ applications }) => {
      for (const application of applications) parts.links?.open(application);
    },
  });

  // The operator's screen.
  const streams = new DeskStreams({ pool: webPool, nodeId: lease.id, log });
  // The calls, and who answers them.
  const live = new LiveCalls();
  const commands = new CallCommands(pool, live, log);
  const dispatcher = new Dispatcher(
    pool,
    {
      nodeId: lease.id,
      mayAct: lease.mayAct,
      ring: (offer) => live.ofId(offer.callId)?.offer(offer),
      pop: (offer) => streams.push(offer.personId, { seq: offer.seq, kind: "offer", payload: offer.payload }),
    },
    log,
  );
  const centre: CallCentre = {
    ...{ pool, clock, log, lease, live, flows, dispatcher, commands },
    board: new QueueBoard(pool, clock.monotonicMs),
    bridges: new BridgeSweeper(() => lease.untilMayAct(), log),
    rooms: new WaitingRooms(),
    flowSteps: new FlowSteps(pool, log),
    isDraining: () => leaving,
  };
  const phones = new PhoneWatch(
    pool,
    () => links.own(),
    () => dispatcher.nudge(),
    log,
  );
  const links = new SwitchLinks({
    addresses: config.asterisks,
    catalogueDir: config.cacheDir,
    centre: () => centre,
    prepare: (link) => phones.provision(link),
  });
  parts.links = links;

  const heard = (notice: Notice) => route(notice, { centre, streams, lease, phones });
  const caughtUp = () => {
    streams.wakeAll();
    dispatcher.nudge();
    passOnOffers(centre).catch((error: unknown) => log.warn({ reason: errorText(error) }, "offers not read"));
  };
  const channels = ["desk", "queue", "offer", "call_command", "call_command_done", "flows", "phones"];
  const listener = new DatabaseListener(config.databaseUrl, channels, heard, caughtUp, log);
  await listener.start();

  const does = (role: Config["roles"][number]) => config.roles.includes(role);
  if (does("calls")) {
    links.open(lease.name);
    phones.start();
  }
  const housekeeping = startHousekeeping({ pool: webPool, cdrDir: config.cdrDir, links, clock, log });
  const registry = new Registry();
  streams.start();
  const web = await startWebServer({
    config,
    pool: webPool,
    log,
    streams,
    registry,
    routes: [
      ...sessionRoutes({ pool: webPool, clock }),
      ...feedRoutes({ streams }),
      ...operatorRoutes({ pool: webPool }),
      ...callRoutes({ pool: webPool, commands }),
      ...transferRoutes({ pool: webPool, commands }),
      ...caseRoutes({ pool: webPool }),
      ...citizenRoutes({ pool: webPool }),
      ...organisationRoutes({ pool: webPool }),
      ...cardRoutes({ pool: webPool, clock }),
      ...flowRoutes({ pool: webPool }),
      ...openingHoursRoutes({ pool: webPool, clock }),
    ],
    sipTarget: () => links.sipTarget(),
    asteriskConnected: () => !does("calls") || links.allConnected(),
  });
  await until(() => !does("calls") || links.allConnected(), connectMs);
  log.info({ node: lease.name, port: web.port }, "ready");
  process.send?.({ ready: true, node: lease.name, port: web.port });

  /** Takes no new call, lets those in progress end, hands over what is left, and goes. */
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    log.info({ calls: live.size }, "leaving");
    await lease.drain();
    await until(() => live.size === 0, drainMs);
    await web.close();
    dispatcher.stop();
    phones.stop();
    await stopAll(housekeeping, listener, flows);
    await links.close();
    for (const call of live.all()) call.release();
    await lease.leave();
    await Promise.all([pool.end(), webPool.end(), leasePool.end()]);
    process.exit(0);
  };
  process.on("SIGTERM", () => void leave());
  process.on("SIGINT", () => void leave());
  // The launcher is gone: so is everything it owned.
  process.on("disconnect", () => process.exit(0));
}

function route(
  notice: Notice,
  parts: { centre: CallCentre; streams: DeskStreams; lease: NodeLease; phones: PhoneWatch },
): void {
  const { centre, streams, lease, phones } = parts;
  const complain = (error: unknown) => centre.log.warn({ reason: errorText(error) }, "a notice was not followed");
  const { channel, payload } = notice;
  if (channel === "desk") streams.wake(payload);
  if (channel === "queue") centre.dispatcher.nudge();
  if (channel === "offer" && payload === lease.id) passOnOffers(centre).catch(complain);
  if (channel === "call_command" && payload === lease.id) centre.commands.collect(lease.id).catch(complain);
  if (channel === "call_command_done") centre.commands.done(payload);
  if (channel === "phones") phones.provisionAll().catch(complain);
  if (channel === "flows") centre.flows.reload().catch(complain);
}

async function until(done: () => boolean, limitMs: number): Promise<void> {
  const deadline = systemClock.monotonicMs() + limitMs;
  while (!done() && systemClock.monotonicMs() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function stopAll(housekeeping: Housekeeping, listener: DatabaseListener, flows: FlowCache): Promise<void> {
  housekeeping.stop();
  await listener.close();
  await flows.stop();
}

try {
  await main(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${errorText(error)}\n`);
  process.exit(1);
}
