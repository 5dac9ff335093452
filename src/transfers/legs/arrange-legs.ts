import { AriError } from "../../asterisk/ari-error.ts";
import { moveLegs, musicOnBridge, stopMusicOnBridge, takeLegsOut } from "../../asterisk/bridge.ts";
import { hangUpLeg, ringing, stopRinging } from "../../asterisk/leg.ts";
import type { TransferState } from "../transfer.ts";
import {
  bridgesOf,
  isAwaited,
  isOfficeHere,
  isOperatorHere,
  isUp,
  officeLegOf,
  operatorLegOf,
  type TransferRun,
} from "../transfer-run.ts";

/** What is already decided and written passes without a fresh lease too (DESIGN, Lease). */
const always = { always: true } as const;

/**
 * Puts every leg where the transfer's state says (drawing in transfer.ts). Can be done twice: a leg that is there
 * already is only moved again. A leg that has just gone tells so by its own event, never by these commands (VOICE).
 */
export async function arrangeLegs(run: TransferRun, state: Exclude<TransferState, "asked" | "ended">): Promise<void> {
  const citizen = run.call.row.channelId;
  const { talk, consult } = bridgesOf(run);
  const operator = isOperatorHere(run) ? operatorLegOf(run) : null;
  const office = isOfficeHere(run) ? officeLegOf(run) : null;
  switch (state) {
    case "ringing":
    case "checking":
      await toMusic(run, citizen);
      if (operator) await attempt(run, () => ringing(run.call.link, operator, always));
      return;
    case "consulting":
      await toMusic(run, citizen);
      await quietOperator(run);
      return meet(run, consult, [operator, office]);
    case "swapped":
      await quietOperator(run);
      if (office) await toMusic(run, office);
      return meet(run, talk, [citizen, operator]);
    case "conference":
      await quietOperator(run);
      return meet(run, consult, [citizen, operator, office]);
    case "joined":
      await meet(run, consult, [citizen, office]);
      await quietOperator(run);
      // Alone in the old bridge until it is sure that the two talk.
      return together(run, talk, [operator]);
  }
}

/** Citizen and operator as before the transfer. */
export async function arrangeTalk(run: TransferRun): Promise<void> {
  await quietOperator(run);
  await meet(run, bridgesOf(run).talk, [run.call.row.channelId, isOperatorHere(run) ? operatorLegOf(run) : null]);
}

/**
 * A prompt is heard outside of bridges only: inside it would hold up every command for its bridge. Only one of the
 * bridges has the citizen; the others answer so.
 */
export async function takeCitizenOut(run: Scene, bridges: readonly string[]): Promise<void> {
  for (const bridge of bridges) {
    const out = () => takeLegsOut(run.call.link, bridge, run.call.row.channelId, always);
    if (await attempt(run, out, [400, 404, 422])) return;
  }
}

/** The citizen was on hold when the transfer was asked for: music stops, everybody is in the talk bridge again. */
export async function endHold(run: TransferRun): Promise<void> {
  const operator = operatorLegOf(run);
  await attempt(run, () => stopMusicOnBridge(run.call.link, bridgesOf(run).talk, always));
  await together(run, bridgesOf(run).talk, [operator]);
}

export async function hangUpOffice(run: TransferRun): Promise<void> {
  await hangUpKnown(run, officeLegOf(run));
}

export async function hangUpKnown(run: TransferRun, leg: string): Promise<void> {
  const state = run.call.legs.get(leg);
  if (state === undefined || state === "gone") return;
  await attempt(run, () => hangUpLeg(run.call.link, leg, always));
}

async function quietOperator(run: TransferRun): Promise<void> {
  const operator = operatorLegOf(run);
  if (isUp(run, operator)) await attempt(run, () => stopRinging(run.call.link, operator, always));
}

/** Music dies when the bridge empties, so every entry asks for it. */
async function toMusic(run: TransferRun, leg: string): Promise<void> {
  const { hold } = bridgesOf(run);
  if (run.onHold === leg) return;
  await together(run, hold, [leg]);
  const plays = await attempt(run, () => musicOnBridge(run.call.link, hold, always));
  run.onHold = plays ? leg : null;
}

/** Whoever would be alone because a page is being reloaded hears music until it is back. */
async function meet(run: TransferRun, bridge: string, wanted: (string | null)[]): Promise<void> {
  const { link } = run.call;
  // Most bridges never played any.
  if (run.musicIn.delete(bridge)) await attempt(run, () => stopMusicOnBridge(link, bridge, always), [404, 409]);
  await together(run, bridge, wanted);
  const alone = wanted.filter((leg) => leg !== null).length === 1;
  if (!alone || !(isAwaited(run, "operator") || isAwaited(run, "office"))) return;
  if (await attempt(run, () => musicOnBridge(link, bridge, always))) run.musicIn.add(bridge);
}

/** All in one command; if one of them has gone none moves, so then one by one. */
async function together(run: TransferRun, bridge: string, wanted: (string | null)[]): Promise<void> {
  const legs = wanted.filter((leg) => leg !== null);
  if (legs.length === 0) return;
  if (legs.some((leg) => leg === run.onHold)) run.onHold = null;
  const done = await attempt(run, () => moveLegs(run.call.link, bridge, legs, always));
  if (done || legs.length === 1) return;
  for (const leg of legs) await attempt(run, () => moveLegs(run.call.link, bridge, leg, always));
}

type Scene = Pick<TransferRun, "call" | "centre">;

async function attempt(run: Scene, command: () => Promise<void>, expected: number[] = []): Promise<boolean> {
  try {
    await command();
    return true;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    if (!expected.includes(error.status)) {
      run.centre.log.info({ callId: run.call.id, status: error.status, operation: error.operation }, "a leg has gone");
    }
    return false;
  }
}
