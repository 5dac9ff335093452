import { v7 as uuid } from "uuid";
import { AriError } from "../asterisk/ari-error.ts";
import { createLeg, dialLeg } from "../asterisk/leg.ts";
import { legIdOf } from "../asterisk/wire-names.ts";
import { pagePhoneOf, replaceOperatorLeg } from "../calls/away-store.ts";
import { isLegLost } from "../calls/call.ts";
import { type CallCommand, isAboutPage, type Signal } from "../calls/live-call.ts";
import { isPagePhone, pageGraceMs } from "../calls/page-away.ts";
import { persist } from "../calls/persist.ts";
import { legVariables } from "../queue/offer-call.ts";
import { arrangeLegs, hangUpKnown } from "./legs/arrange-legs.ts";
import { newOfficeLeg, watchLegs } from "./legs/ring-office.ts";
import { ringMs } from "./transfer.ts";
import { isAwaited, isUp, legOf, noteOperator, type Party, type TransferRun } from "./transfer-run.ts";
import { noteOperatorEnd, replaceOfficeLeg } from "./transfer-store.ts";

const parties: readonly Party[] = ["operator", "office"];
/** The page answers by itself: longer than that, it was not there. */
const answerSeconds = 5;
const anHourMs = 3_600_000;

/**
 * A page that is the phone of the operator or of the office was reloaded, or its browser fell over, while a call is
 * passed on. Nobody is hung up for that: whoever would be alone hears music, and the page that is there again is
 * called, answers by itself and is back where the transfer stands by then. Looked at before each step of the machine.
 */
export async function watchPages(run: TransferRun): Promise<void> {
  for (const party of parties) await watchPage(run, party);
  await noteOperator(run);
}

/**
 * "away" is said by the page that leaves, "rejoin" by the one that took its place; "hangup" is the operator's click,
 * the same as hanging up a desk phone (list in transfer.ts). False: another command.
 * @throws CallerLeft, CallReleased
 */
export async function obeyPage(run: TransferRun, command: CallCommand): Promise<boolean> {
  if (command.kind === "hangup") return hangUpOperator(run, command);
  if (!isAboutPage(command)) return false;
  const { commands } = run.centre;
  const party = partyOf(run, command.personId);
  if (!party || !(await isPage(run, party))) {
    commands.settle(command, false);
    return true;
  }
  const former = legOf(run, party);
  const { asked } = begin(run, party, former);
  if (asked) commands.settle(asked, false);
  if (former !== null) await hangUpKnown(run, former);
  if (command.kind === "rejoin") await callAgain(run, party, command);
  else commands.settle(command, true);
  await arrange(run);
  return true;
}

async function hangUpOperator(run: TransferRun, command: CallCommand): Promise<boolean> {
  const leg = legOf(run, "operator");
  if (partyOf(run, command.personId) !== "operator" || leg === null) return false;
  forgetPage(run, "operator");
  run.transfer = { ...run.transfer, operatorEnd: "hung_up" };
  await persist(run.centre.log, () =>
    noteOperatorEnd(run.centre.pool, run.transfer.id, run.centre.lease.epoch, "hung_up"),
  );
  run.centre.commands.settle(command, true);
  await hangUpKnown(run, leg);
  return true;
}

/** The next thing that happens to the call, or "timeout" after `timeoutMs` or when a page is given up. */
export function nextSignal(run: TransferRun, timeoutMs = anHourMs): Promise<Signal | "timeout"> {
  const now = run.centre.clock.monotonicMs();
  const pages = parties.flatMap((party) => (isAwaited(run, party) ? [(run.away[party]?.until ?? now) - now] : []));
  return run.call.next(Math.min(timeoutMs, ...pages));
}

/** Nobody will wait for this page any more. */
export function forgetPage(run: TransferRun, party: Party): void {
  const asked = run.away[party]?.asked;
  if (asked) run.centre.commands.settle(asked, false);
  run.away[party] = null;
}

async function watchPage(run: TransferRun, party: Party): Promise<void> {
  const leg = legOf(run, party);
  if (leg === null) return forgetPage(run, party);
  const away = run.away[party];
  if (!away) {
    if (!isLost(run, party, leg) || !(await isPage(run, party))) return;
    const state = run.call.legs.get(leg);
    // Taken over while the page was being called: that leg is the one to wait for.
    begin(run, party, state === "ready" || state === "ringing" ? null : leg);
    return arrange(run);
  }
  if (leg === away.former) return;
  const state = run.call.legs.get(leg);
  if (state === "ready" && !away.dialled) {
    away.dialled = true;
    await dial(run, leg, party);
  } else if (state === "up" || (state === "ringing" && ringsAnew(run, party))) {
    run.away[party] = null;
    if (away.asked) run.centre.commands.settle(away.asked, true);
    watchLegs(run);
    await arrange(run);
  } else if (state === "gone" && away.asked) {
    run.centre.commands.settle(away.asked, false);
    run.away[party] = { ...away, former: leg, asked: null };
  }
}

/** From now on it is waited for; the `former` leg counts no longer, however it still looks, the one after it will. */
function begin(run: TransferRun, party: Party, former: string | null): NonNullable<TransferRun["away"][Party]> {
  const asked = run.away[party]?.asked ?? null;
  const until = run.centre.clock.monotonicMs() + pageGraceMs;
  const away = { until, former, asked, dialled: false };
  run.away[party] = away;
  return away;
}

/**
 * A page never hangs up for its operator, it asks the program to. An office's page does: what ends otherwise was an
 * accident. A phone that rings there is no talk yet.
 */
function isLost(run: TransferRun, party: Party, leg: string): boolean {
  const { state, operatorEnd } = run.transfer;
  const cause = run.call.legCauses.get(leg);
  if (isUp(run, leg)) return false;
  if (party === "operator") return operatorEnd === null;
  return !["asked", "ringing", "checking"].includes(state) && (cause === undefined || isLegLost(cause));
}

async function isPage(run: TransferRun, party: Party): Promise<boolean> {
  return party === "operator" ? isPagePhone(run.call, run.centre) : isOfficePage(run);
}

function isOfficePage({ transfer }: TransferRun): boolean {
  return transfer.personId !== null && transfer.endpoint.endsWith("-web");
}

function partyOf({ transfer }: TransferRun, personId: string): Party | null {
  // Who was given up has no place on the line any more.
  const onLine = transfer.settledAt === null && transfer.operatorEnd === null;
  if (personId === transfer.operatorId && onLine) return "operator";
  return personId === transfer.personId ? "office" : null;
}

/** The office's page came back before anybody answered there: its phone rings again. */
function ringsAnew(run: TransferRun, party: Party): boolean {
  return party === "office" && run.transfer.state === "ringing";
}

/** The row first, then the switch, so that a copy that takes over knows the leg. */
async function callAgain(run: TransferRun, party: Party, command: CallCommand): Promise<void> {
  const { call, centre } = run;
  const leg = legIdOf(uuid());
  const endpoint = await write(run, party, leg);
  if (endpoint === null) return centre.commands.settle(command, false);
  const former = run.away[party]?.former ?? null;
  run.away[party] = { until: centre.clock.monotonicMs() + pageGraceMs, former, asked: command, dialled: false };
  centre.live.addLeg(leg, call);
  const itself = legVariables(call.id, !ringsAnew(run, party));
  try {
    if (party === "office") {
      const made = newOfficeLeg(run);
      await createLeg(call.link, { ...made, variables: { ...made.variables, ...itself } });
    } else {
      await createLeg(call.link, { endpoint, channelId: leg, originator: call.row.channelId, variables: itself });
    }
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    call.legs.set(leg, "gone");
    centre.log.info({ callId: call.id, status: error.status }, "the page's phone was not called again");
  }
}

/** Where to call; null when the call is over, another copy's, or its person works with another phone by now. */
async function write(run: TransferRun, party: Party, leg: string): Promise<string | null> {
  const { call, centre, transfer } = run;
  const { epoch } = centre.lease;
  if (party === "office") {
    if (!(await persist(centre.log, () => replaceOfficeLeg(centre.pool, transfer.id, epoch, leg)))) return null;
    run.transfer = { ...run.transfer, officeLeg: leg };
    if (transfer.settledAt !== null) call.row = { ...call.row, operatorChannelId: leg };
    return transfer.endpoint;
  }
  const account = await persist(centre.log, () => pagePhoneOf(centre.pool, call.id, transfer.operatorId));
  if (account === null) return null;
  if (!(await persist(centre.log, () => replaceOperatorLeg(centre.pool, call.id, epoch, leg)))) return null;
  call.row = { ...call.row, operatorChannelId: leg };
  return `PJSIP/${account}`;
}

async function dial(run: TransferRun, leg: string, party: Party): Promise<void> {
  try {
    await dialLeg(run.call.link, leg, ringsAnew(run, party) ? ringMs / 1_000 + 5 : answerSeconds);
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    // The copy before this one dialled it, or it has just gone: its own events tell.
    run.centre.log.info({ callId: run.call.id, status: error.status }, "the page's phone was not dialled");
  }
}

async function arrange(run: TransferRun): Promise<void> {
  const { state } = run.transfer;
  if (state !== "asked" && state !== "ended") await arrangeLegs(run, state);
}
