// `npm run demo:call`: a citizen calls the running centre and speaks; if no operator's phone is there, one answers
// after 3 s, so that the page only has to be watched. Prints call and case, ends within a minute, leaves nothing behind.
import { join } from "node:path";
import { createPool, type Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import { silentLogger } from "../log.ts";
import { installPrograms } from "../start/packages/apt.ts";
import { readSettings } from "../start/settings.ts";
import {
  type DemoOperator,
  type DemoProgress,
  databaseTime,
  demoOperators,
  demoProgress,
  knownCaller,
} from "./demo-call-store.ts";
import { DemoDesk } from "./demo-desk.ts";
import { DemoPhone } from "./demo-phone.ts";
import { type DemoSpeech, makeDemoSpeech } from "./demo-speech.ts";
import { checkout, onEnd, onStage, pause, type Ready, readReady } from "./demo-stage.ts";

const limitMs = 55_000;
const answerAfterMs = 3_000;
const lookMs = 100;
/** Between the last word and the hang-up: time for an operator to say goodbye. */
const goodbyeMs = 1_500;

const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  const settings = readSettings(checkout, process.env);
  const ready = await readReady(settings);
  await installPrograms({ baresip: "baresip", setpriv: "util-linux" });
  const speech = await makeDemoSpeech(join(settings.runDir, "demo"), {
    cacheDir: settings.cacheDir,
    mirror: settings.debianMirror,
  });
  const pool = createPool(ready.db, "web", 2, silentLogger);
  onEnd(() => pool.end());
  const phone = await haveOperator(pool, ready, ready.sip, speech);
  await call(pool, { server: ready.sip, number: settings.servedNumbers[0] ?? "055055", speech, operatorPhone: phone });
}

/**
 * Sees to it that somebody can answer: an operator whose page and phone are there is left alone; else the operator
 * whose page is open, or the first one of the demo, gets a phone of ours. Null: a person's own phone rings.
 */
async function haveOperator(pool: Pool, ready: Ready, server: string, speech: DemoSpeech): Promise<DemoPhone | null> {
  const logins = ready.demo.filter(({ role }) => role === "operator");
  const operators = await demoOperators(
    pool,
    logins.map(({ login }) => login),
  );
  const free = operators.find(
    (one) => one.present && one.phoneOnline && one.chosen === "available" && one.system === "idle",
  );
  if (free) {
    say(`${free.login} is available at seat ${free.seat}: answer there.`);
    return null;
  }
  const operator = whoAnswers(operators);
  const login = logins.find((one) => one.login === operator?.login);
  if (!operator || !login) throw new Error("Every demo operator has a call already.");
  const desk = new DemoDesk(ready.web);
  onEnd(() => desk.leave(!operator.present));
  await desk.signIn(operator.login, login.password, operator.seat);
  if (!operator.present) await desk.openFeed();
  const phone = operator.present && operator.phoneOnline ? null : await operatorPhone(pool, operator, server, speech);
  if (operator.system === "wrap_up") await desk.endWrapUp();
  await desk.chooseAvailable();
  say(
    `${operator.login} is available at seat ${operator.seat}${phone ? ", a phone of the demo answers after 3 s" : ""}.`,
  );
  return phone;
}

/** Who sits at an open page before others, who has no call before who is still in wrap-up. */
function whoAnswers(operators: readonly DemoOperator[]): DemoOperator | undefined {
  const without = operators.filter(({ system }) => system !== "ringing" && system !== "on_call");
  const atPage = without.filter(({ present }) => present);
  const ready = (one: DemoOperator) => one.system !== "wrap_up";
  return atPage.find(ready) ?? atPage[0] ?? without.find(ready) ?? without[0];
}

async function operatorPhone(
  pool: Pool,
  operator: DemoOperator,
  server: string,
  speech: DemoSpeech,
): Promise<DemoPhone> {
  const phone = await DemoPhone.start({
    ...{ server, user: operator.seat, password: operator.sipPassword, address: "127.0.0.1", sound: speech.silence },
  });
  onEnd(() => phone.stop());
  const limit = performance.now() + 8_000;
  for (;;) {
    const [now] = await demoOperators(pool, [operator.login]);
    if (now?.phoneOnline) return phone;
    if (performance.now() > limit)
      throw new Error(`Seat ${operator.seat}'s phone could not register:\n${phone.lastWords}`);
    await pause(lookMs);
  }
}

async function call(
  pool: Pool,
  demo: { server: string; number: string; speech: DemoSpeech; operatorPhone: DemoPhone | null },
): Promise<void> {
  const caller = (await knownCaller(pool)) ?? "+390550001234";
  const since = await databaseTime(pool);
  const limit = performance.now() + limitMs;
  const citizen = await DemoPhone.start({
    ...{ server: demo.server, user: caller, address: "127.0.0.9", sound: demo.speech.silence },
    dial: `sip:${demo.number}@${demo.server}`,
  });
  onEnd(() => citizen.stop());
  let before: DemoProgress | null = null;
  let hangUpAt = limit - 3_000;
  while (performance.now() < limit) {
    const now = await demoProgress(pool, caller, since);
    if (now && !before) say(`Call ${now.callId}, case ${now.caseNumber}, from ${caller}`);
    if (now && now.state !== before?.state) tell(now);
    if (now?.state === "ended") return;
    if (now && now.node !== before?.node && pressable(now)) await citizen.command("sndcode 1");
    if (now?.state === "offered" && before?.state !== "offered" && demo.operatorPhone) answerLater(demo.operatorPhone);
    if (now?.state === "talking" && before?.state !== "talking") {
      await citizen.say(demo.speech.sentence);
      hangUpAt = Math.min(hangUpAt, performance.now() + demo.speech.sentenceMs + goodbyeMs);
    }
    if (performance.now() > hangUpAt) {
      hangUpAt = Number.POSITIVE_INFINITY;
      await citizen.command("hangup");
    }
    before = now;
    await pause(lookMs);
  }
  if (!before) throw new Error(`The call did not arrive:\n${citizen.lastWords}`);
}

/** Where the flow asks for a key; everything else is listened to. */
function pressable({ nodeType }: DemoProgress): boolean {
  return nodeType === "menu" || nodeType === "language";
}

function answerLater(phone: DemoPhone): void {
  const timer = setTimeout(() => {
    phone.command("accept").catch((error: unknown) => console.error(errorText(error)));
  }, answerAfterMs);
  onEnd(async () => clearTimeout(timer));
}

function tell(now: DemoProgress): void {
  const seat = now.seat ? ` (seat ${now.seat})` : "";
  const words: Record<string, string> = {
    ivr: "the citizen hears the greeting",
    waiting: "the citizen waits in the queue",
    offered: `an operator's phone rings${seat}: the case is on the page`,
    talking: `they talk${seat}`,
    ended: `ended: ${now.outcome}, case ${now.caseNumber}`,
  };
  say(`  ${words[now.state] ?? now.state}`);
}

await onStage(main);
