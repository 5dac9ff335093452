import { subscribe } from "../../asterisk/application.ts";
import { AriError } from "../../asterisk/ari-error.ts";
import { continueInDialplan, setLegVariables } from "../../asterisk/leg.ts";
import { playOnLeg, stopPlayback } from "../../asterisk/playback.ts";
import { MACHINE_DETECTION, playbackIdOf, STASIS_DETECTED } from "../../asterisk/wire-names.ts";
import type { Signal } from "../../calls/live-call.ts";
import { promptMedia } from "../../ivr/prompts.ts";
import { officeLegOf, type TransferRun } from "../transfer-run.ts";

/** "Press one" is said so often, with a pause for the key; then nobody who could press it is there. */
const sayings = 3;
const pauseMs = 3_000;
const longestSayingMs = 15_000;
/** AMD decides within 5.5 s; a leg that is not back by then was answered by something odd. */
const detectionMs = 9_000;

export type Human = "human" | "machine" | "stopped";
/** Whatever else happens meanwhile; true: nobody wants to know any more. */
export type Aside = (signal: Signal) => Promise<boolean>;

/**
 * Is it a person? Voicemail is an answer for SIP (REQ 7.3): either the person presses 1, or the greeting is listened
 * to. A leg that ends counts as a machine; the caller looks at its state.
 */
export async function detectHuman(run: TransferRun, aside: Aside): Promise<Human> {
  try {
    return run.transfer.voicemail === "detect" ? await listen(run, aside) : await askForKey(run, aside);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    // Rather back to the operator than into a voicemail.
    run.centre.log.warn({ callId: run.call.id, status: error.status }, "the office's answer could not be checked");
    return "machine";
  }
}

async function askForKey(run: TransferRun, aside: Aside): Promise<Human> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  for (let said = 0; said < sayings && call.legs.get(leg) === "up"; said++) {
    const playbackId = playbackIdOf(`${said}-${run.transfer.id}`);
    centre.live.addPlayback(playbackId, call);
    try {
      await playOnLeg(call.link, leg, playbackId, promptMedia("transfer-press-one", "it"), "it");
      const answer = await keyPressed(run, playbackId, aside);
      if (answer === null) continue;
      // A leg that still speaks would hold up the bridge it is put into.
      await stopPlayback(call.link, playbackId, { always: true });
      return answer;
    } finally {
      centre.live.removePlayback(playbackId);
    }
  }
  return "machine";
}

/** Null: not yet, say it again. */
async function keyPressed(run: TransferRun, playbackId: string, aside: Aside): Promise<Human | null> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  let deadline = centre.clock.monotonicMs() + longestSayingMs;
  while (call.legs.get(leg) === "up") {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") return null;
    if (signal.kind === "digit" && signal.channelId === leg) {
      if (signal.digit === "1") return "human";
    } else if (signal.kind === "playback_finished" && signal.playbackId === playbackId) {
      deadline = centre.clock.monotonicMs() + pauseMs;
    } else if (await aside(signal)) return "stopped";
  }
  return null;
}

/** The leg goes through AMD() in the dialplan and comes back with what that found. */
async function listen(run: TransferRun, aside: Aside): Promise<Human> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  // Outside of the application its end would not be told otherwise.
  await subscribe(call.link, `channel:${leg}`);
  await setLegVariables(call.link, leg, { [MACHINE_DETECTION.application]: call.link.application });
  await continueInDialplan(call.link, leg, MACHINE_DETECTION.place);
  return detected(run, centre.clock.monotonicMs() + detectionMs, aside);
}

async function detected(run: TransferRun, deadline: number, aside: Aside): Promise<Human> {
  const { call, centre } = run;
  const leg = officeLegOf(run);
  while (call.legs.get(leg) === "up") {
    const signal = await call.next(deadline - centre.clock.monotonicMs());
    if (signal === "timeout") return "machine";
    if (signal.kind === "leg_ready" && signal.channelId === leg && signal.args[0] === STASIS_DETECTED) {
      return signal.args[1] === "HUMAN" ? "human" : "machine";
    }
    if (await aside(signal)) return "stopped";
  }
  return "machine";
}
