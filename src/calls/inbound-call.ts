import { AriError } from "../asterisk/ari-error.ts";
import { answerLeg, hangUpLeg } from "../asterisk/leg.ts";
import { promptMedia } from "../ivr/prompts.ts";
import { type FlowEnd, runFlow } from "../ivr/run-flow.ts";
import { waitForOperator } from "../queue/waiting-call.ts";
import type { CallOutcome } from "./call.ts";
import type { CallCentre } from "./call-centre.ts";
import { FlowCaller, speak } from "./flow-caller.ts";
import { insist } from "./insist.ts";
import { CallerLeft, CallReleased, type LiveCall } from "./live-call.ts";
import { persist } from "./persist.ts";
import { talk } from "./talk.ts";
import { loseOperator } from "./talk-store.ts";

const fallbackQueueName = "principale";

/**
 * One citizen's call, from the flow to the end. It can begin at any state: a copy that takes over goes on here with
 * the row as the dead one left it (reconcile-calls.ts). The caller's leaving is caught here, once.
 */
export async function inboundCall(call: LiveCall, choices: unknown[], centre: CallCentre): Promise<void> {
  try {
    await finish(call, await conversation(call, choices, centre), centre);
  } catch (error) {
    if (error instanceof CallReleased) centre.log.info({ callId: call.id }, "call goes on elsewhere");
    else if (error instanceof CallerLeft) await finish(call, outcomeOfLeaving(call), centre);
    else await failed(call, error, centre);
  } finally {
    centre.flowSteps.drop(call.id);
    centre.live.remove(call);
  }
}

/** What the citizen goes through, as a person would tell it. */
async function conversation(call: LiveCall, choices: unknown[], centre: CallCentre): Promise<CallOutcome> {
  if (call.row.state === "ivr") {
    const refused = await throughTheFlow(call, choices, centre);
    if (refused) return refused;
  }
  for (;;) {
    if (call.row.state !== "talking") {
      const end = await waitForOperator(call, centre);
      if (end === "too_long") return sayAndEnd(call, "all-busy", "overflow", centre);
      if (end === "nobody") return sayAndEnd(call, "nobody-on-duty", "overflow", centre);
    }
    const end = await talk(call, centre);
    if (end.kind === "ended") return "answered";
    if (end.kind === "operator_lost") await backInTheQueue(call, end.cause, centre);
  }
}

/** Greeting, hours, choices; then into the queue. A word back means that the call ends here. */
async function throughTheFlow(call: LiveCall, choices: unknown[], centre: CallCentre): Promise<CallOutcome | null> {
  if (call.row.answeredAt === null) {
    await insist(call, () => answerLeg(call.link, call.row.channelId));
    call.row = { ...call.row, answeredAt: centre.clock.now() };
  }
  const { flowId, flowVersion } = call.row;
  const document = flowId && flowVersion ? await centre.flows.versionOf(flowId, flowVersion) : null;
  const caller = new FlowCaller(call, choices, centre);
  const end: FlowEnd = document
    ? await runFlow(document, caller, {
        now: () => centre.clock.now(),
        calendar: (id) => centre.flows.calendar(id),
        agencies: () => centre.flows.agencies(),
        fallbackQueueName,
      })
    : { kind: "queue", queueName: fallbackQueueName, priority: 0, agencyId: null };
  if (end.kind === "hangup") return end.outcome;
  return joinQueue(call, end, choices, centre);
}

async function joinQueue(
  call: LiveCall,
  end: Extract<FlowEnd, { kind: "queue" }>,
  choices: unknown[],
  centre: CallCentre,
): Promise<CallOutcome | null> {
  const queue = await persist(centre.log, () => centre.board.queueNamed(end.queueName));
  if (!queue) return sayAndEnd(call, "system-failure", "system_failure", centre);
  centre.flowSteps.drop(call.id);
  const place = {
    queueId: queue.id,
    priority: end.priority,
    agencyId: end.agencyId,
    language: call.row.language,
    choices,
  };
  const entry = await persist(centre.log, () =>
    centre.writer.enterQueue({ ...place, callId: call.id, epoch: centre.lease.epoch }),
  );
  call.throwIfLeft();
  if ("refused" in entry) {
    if (entry.refused === "gone") throw new CallReleased();
    return sayAndEnd(call, entry.refused === "full" ? "all-busy" : "nobody-on-duty", "overflow", centre);
  }
  const { queueId, priority, agencyId } = place;
  call.row = { ...call.row, state: "waiting", queueId, priority, agencyId, queuedAt: entry.queuedAt, ivrNode: null };
  return null;
}

/** The operator's phone vanished: told to the citizen, who waits again at the head (REQ 3.4 in spirit). */
async function backInTheQueue(call: LiveCall, cause: number, centre: CallCentre): Promise<void> {
  const back = await persist(centre.log, () => loseOperator(centre.pool, call.id, centre.lease.epoch, cause));
  call.throwIfLeft();
  if (!back) throw new CallReleased();
  call.row = {
    ...call.row,
    state: "waiting",
    offerId: null,
    personId: null,
    operatorChannelId: null,
    held: false,
    muted: false,
  };
  await speak(call, promptMedia("operator-lost", call.row.language), centre);
}

async function sayAndEnd(
  call: LiveCall,
  prompt: string,
  outcome: CallOutcome,
  centre: CallCentre,
): Promise<CallOutcome> {
  await speak(call, promptMedia(prompt, call.row.language), centre);
  return outcome;
}

/** Both legs down, then the row: call, operator and case end in one transaction. */
async function finish(call: LiveCall, outcome: CallOutcome, centre: CallCentre): Promise<void> {
  for (const leg of [call.row.operatorChannelId, call.row.channelId]) {
    if (leg === null || call.legs.get(leg) === "gone") continue;
    if (leg === call.row.channelId && call.callerGone) continue;
    await hangUp(call, leg, centre);
  }
  const ended = await persist(centre.log, () =>
    centre.writer.endCall({ callId: call.id, epoch: centre.lease.epoch, outcome }),
  );
  if (ended && call.row.personId !== null) centre.dispatcher.nudge();
}

async function hangUp(call: LiveCall, leg: string, centre: CallCentre): Promise<void> {
  try {
    await insist(call, () => hangUpLeg(call.link, leg, { always: true }), true);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.warn({ callId: call.id, status: error.status }, "a leg was not hung up");
  }
}

/** A fault of ours: the citizen hears an apology and the case is closed as an error, never silence (REQ 1.4). */
async function failed(call: LiveCall, error: unknown, centre: CallCentre): Promise<void> {
  centre.log.error({ callId: call.id, error }, "call failed");
  try {
    await speak(call, promptMedia("system-failure", call.row.language), centre);
    await finish(call, call.row.talkAt ? "answered" : "system_failure", centre);
  } catch (second) {
    if (second instanceof CallReleased) return;
    await finish(call, outcomeOfLeaving(call), centre);
  }
}

function outcomeOfLeaving(call: LiveCall): CallOutcome {
  if (call.lostWithSwitch) return call.row.talkAt ? "answered" : "lost_with_switch";
  if (call.row.state === "talking") return "answered";
  return call.row.state === "ivr" ? "abandoned_ivr" : "abandoned_queue";
}
