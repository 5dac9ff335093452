import { AriError } from "../../asterisk/ari-error.ts";
import { createBridge } from "../../asterisk/bridge.ts";
import { createLeg, dialLeg } from "../../asterisk/leg.ts";
import { getEndpoint } from "../../asterisk/phones.ts";
import { LEG_VARIABLES } from "../../asterisk/wire-names.ts";
import { isAboutPage, type Signal } from "../../calls/live-call.ts";
import { killPoint } from "../kill-points.ts";
import { ringMs, type TransferResult } from "../transfer.ts";
import { bridgesOf, isUp, officeLegOf, operatorLegOf, settleOther, type TransferRun } from "../transfer-run.ts";
import { arrangeLegs } from "./arrange-legs.ts";

/** A leg that Asterisk made but did not hand over by then will not come. */
const readyMs = 2_000;

/** Both bridges end with the last of these legs; the office's counts once it is there. */
export function watchLegs(run: TransferRun): void {
  const { call, centre } = run;
  const { hold, consult } = bridgesOf(run);
  const office = officeLegOf(run);
  const state = call.legs.get(office);
  if (call.callerGone) return;
  const legs = [call.row.channelId];
  const operator = operatorLegOf(run);
  if (isUp(run, operator)) legs.push(operator);
  if (state !== undefined && state !== "down" && state !== "gone") legs.push(office);
  for (const bridge of [hold, consult]) centre.bridges.watch(call.link, bridge, legs);
}

/**
 * Music for the citizen, the ring-back tone for the operator, and the office's phone rings. Null when it does; else
 * why not.
 */
export async function ringOffice(run: TransferRun): Promise<TransferResult | null> {
  const { call, centre } = run;
  const { hold, consult } = bridgesOf(run);
  const leg = officeLegOf(run);
  const unable = await phoneProblem(run);
  if (unable) return unable;
  watchLegs(run);
  centre.live.addLeg(leg, call);
  try {
    await Promise.all([
      createBridge(call.link, hold, "holding"),
      createBridge(call.link, consult, "mixing,dtmf_events"),
      createLeg(call.link, newOfficeLeg(run)),
    ]);
    killPoint("leg_made");
    const [problem] = await Promise.all([dialWhenReady(run), arrangeLegs(run, "ringing")]);
    return problem;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    call.throwIfLeft();
    return "unreachable";
  }
}

/** A created leg may be dialled once it has entered the application (VOICE: sooner gives 409 or 422). */
async function dialWhenReady(run: TransferRun): Promise<TransferResult | null> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  const deadline = centre.clock.monotonicMs() + readyMs;
  const later: Signal[] = [];
  while (call.legs.get(leg) === "down") {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") break;
    // A page that is reloaded in this very moment is seen to once the phone rings.
    if (signal.kind === "command" && isAboutPage(signal.command)) later.push(signal);
    else if (signal.kind === "command") settleOther(run, signal.command);
  }
  for (const signal of later.reverse()) call.putBack(signal);
  if (call.legs.get(leg) === "down") return "unreachable";
  if (call.legs.get(leg) === "gone") return "unreachable";
  watchLegs(run);
  await dialLeg(call.link, leg, ringMs / 1_000 + 5);
  killPoint("dialled");
  return null;
}

/** The copy before this one may have died before it made them. */
export async function makeBridgesAgain(run: TransferRun): Promise<void> {
  const { hold, consult } = bridgesOf(run);
  for (const [id, type] of [
    [hold, "holding"],
    [consult, "mixing,dtmf_events"],
  ] as const) {
    try {
      await createBridge(run.call.link, id, type);
    } catch (error) {
      if (!(error instanceof AriError)) throw error;
      // 409: it is there, which is what was asked for; anything else shows when a leg is moved.
    }
  }
}

/** After a take-over: nobody knows whether the leg was dialled. Asterisk does, and refuses a second time. */
export async function dialAgain(run: TransferRun): Promise<void> {
  try {
    await dialLeg(run.call.link, officeLegOf(run), ringMs / 1_000 + 5);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    run.centre.log.info({ callId: run.call.id, status: error.status }, "the office's leg was dialled already");
  }
}

/** The office's leg as the row names it. */
export function newOfficeLeg(run: TransferRun): Parameters<typeof createLeg>[1] {
  const { call, transfer } = run;
  const { callerE164, callerName } = transfer;
  return {
    endpoint: transfer.endpoint,
    channelId: officeLegOf(run),
    originator: call.row.channelId,
    // The office sees the citizen's number (REQ 3.4); a withheld one stays withheld.
    callerId: callerE164
      ? { name: callerName ?? callerE164, number: callerE164 }
      : { name: "055055", number: "055055" },
    variables: {
      [LEG_VARIABLES.call]: call.id,
      [LEG_VARIABLES.transfer]: transfer.id,
      [LEG_VARIABLES.role]: "office",
      "PJSIP_HEADER(add,X-055055-Call)": call.id,
    },
  };
}

/** Asked before the leg is made: an unregistered phone only answers "Allocation failed" (VOICE). */
async function phoneProblem({ call, transfer }: TransferRun): Promise<TransferResult | null> {
  const account = /^PJSIP\/([^@]+)$/.exec(transfer.endpoint)?.[1];
  if (account === undefined) return null;
  try {
    const endpoint = await getEndpoint(call.link, account);
    if (!endpoint || endpoint.state === "offline") return "unreachable";
    return endpoint.channelIds.length > 0 ? "busy" : null;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    return "unreachable";
  }
}
