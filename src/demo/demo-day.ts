// `npm run demo:day`: for some minutes citizens call the running centre, and people of the demo who are not signed in
// answer, write cases, pass calls on and close them, so that every screen lives. `-- --minutes=5` says how long, an
// open page of yours is left alone. Prints what happens and one JSON line at the end, leaves no phone and no call behind.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createPool, type Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import { silentLogger } from "../log.ts";
import { installPrograms } from "../start/packages/apt.ts";
import { readSettings } from "../start/settings.ts";
import { demoOperators, knownCaller } from "./demo-call-store.ts";
import { callAsCitizen, type DemoManner } from "./demo-citizen.ts";
import { DemoClerk, type DemoSite, pick } from "./demo-clerk.ts";
import { makeDemoSpeech } from "./demo-speech.ts";
import { checkout, onEnd, onStage, pause, type Ready, readReady } from "./demo-stage.ts";

const say = (line: string) => console.log(line);
const atOnce = 4;
const mostOperators = 3;
/** Most citizens are served; some lose patience before. */
const manners: readonly DemoManner[] = ["talks", "talks", "talks", "talks", "talks", "leaves_queue", "leaves_menu"];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { minutes: { type: "string", default: "3" } } });
  const minutes = Math.min(60, Math.max(0.5, Number(values.minutes) || 3));
  const settings = readSettings(checkout, process.env);
  const ready = await readReady(settings);
  await installPrograms({ baresip: "baresip", setpriv: "util-linux" });
  const { runDir, cacheDir, debianMirror, servedNumbers } = settings;
  const speech = await makeDemoSpeech(join(runDir, "demo"), { cacheDir, mirror: debianMirror });
  const pool = createPool(ready.db, "web", 4, silentLogger);
  onEnd(() => pool.end());
  const site: DemoSite = { web: ready.web, server: ready.sip, speech, say };
  const clerks = [...(await seat(pool, site, ready, "operator")), ...(await seat(pool, site, ready, "office_agent"))];
  const outcomes = await callsFor(minutes, pool, site, servedNumbers[0] ?? "055055");
  // What was said last is written before the desks are left.
  await pause(8_000);
  const done: Record<string, number> = {};
  for (const clerk of clerks) for (const [what, n] of Object.entries(clerk.done)) done[what] = (done[what] ?? 0) + n;
  say(JSON.stringify({ calls: outcomes.length, outcomes: countOf(outcomes), work: done }));
}

/** Who is at an open page stays there; the others of the demo come to work. */
async function seat(pool: Pool, site: DemoSite, ready: Ready, role: string): Promise<DemoClerk[]> {
  const logins = ready.demo.filter((one) => one.role === role);
  const people = await demoOperators(
    pool,
    logins.map(({ login }) => login),
  );
  const clerks: DemoClerk[] = [];
  for (const person of people.filter(({ present, system }) => !present && system === "idle").slice(0, mostOperators)) {
    const clerk = new DemoClerk(site, person, role === "office_agent");
    await clerk.arrive(logins.find(({ login }) => login === person.login)?.password ?? "");
    onEnd(() => clerk.leave());
    clerks.push(clerk);
  }
  return clerks;
}

/** Citizens one after another, a few on the line at once; none begins in the last half minute. */
async function callsFor(minutes: number, pool: Pool, site: DemoSite, called: string): Promise<(string | null)[]> {
  const lastAt = performance.now() + Math.max(5_000, minutes * 60_000 - 30_000);
  const outcomes: (string | null)[] = [];
  const onLine = new Set<Promise<void>>();
  for (let n = 0; performance.now() < lastAt; n++) {
    const known = n % 3 === 0 ? null : await knownCaller(pool);
    const number = known ?? `+39055${String(9_000_000 + Math.floor(Math.random() * 999_999))}`;
    const citizen = { number, called, manner: pick(manners), talkMs: 9_000 + Math.random() * 12_000 };
    const call = callAsCitizen(pool, site, citizen)
      .then((outcome) => void outcomes.push(outcome))
      .catch((error: unknown) => console.error(errorText(error)))
      .finally(() => onLine.delete(call));
    onLine.add(call);
    await pause(3_000 + Math.random() * 5_000);
    if (onLine.size >= atOnce) await Promise.race(onLine);
  }
  await Promise.all(onLine);
  return outcomes;
}

function countOf(outcomes: readonly (string | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome ?? "not_arrived"] = (counts[outcome ?? "not_arrived"] ?? 0) + 1;
  return counts;
}

await onStage(main);
