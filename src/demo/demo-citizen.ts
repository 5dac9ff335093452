import type { Pool } from "../database/pool.ts";
import { type DemoProgress, databaseTime, demoProgress } from "./demo-call-store.ts";
import type { DemoSite } from "./demo-clerk.ts";
import { DemoPhone } from "./demo-phone.ts";
import { onEnd, pause } from "./demo-stage.ts";

/** How a citizen behaves on the line. */
export type DemoManner = "talks" | "leaves_menu" | "leaves_queue";

const lookMs = 250;
const limitMs = 150_000;
const patienceMs = 7_000;

/**
 * One citizen's call from the first ring to its end: keys where the flow asks for them, a sentence to whoever answers,
 * and a hang-up in character. Resolves with the outcome that the program wrote; null when the call did not arrive.
 */
export async function callAsCitizen(
  pool: Pool,
  site: DemoSite,
  citizen: { number: string; called: string; manner: DemoManner; talkMs: number },
): Promise<string | null> {
  const since = await databaseTime(pool);
  const phone = await DemoPhone.start({
    ...{ server: site.server, user: citizen.number, address: "127.0.0.9", sound: site.speech.silence },
    dial: `sip:${citizen.called}@${site.server}`,
  });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= phone.stop();
    return stopped;
  };
  onEnd(stop);
  try {
    return await conversation(pool, site, citizen, { phone, since });
  } finally {
    await stop();
  }
}

async function conversation(
  pool: Pool,
  site: DemoSite,
  { number, manner, talkMs }: { number: string; manner: DemoManner; talkMs: number },
  { phone, since }: { phone: DemoPhone; since: Date },
): Promise<string | null> {
  const limit = performance.now() + limitMs;
  let before: DemoProgress | null = null;
  let hangUpAt = limit - 5_000;
  while (performance.now() < limit) {
    const now = await demoProgress(pool, number, since);
    if (now?.state === "ended") return now.outcome;
    if (now && now.state !== before?.state) {
      site.say(`  ${number}: ${now.state}${now.seat ? ` (seat ${now.seat})` : ""}`);
      if (now.state === "waiting" && manner === "leaves_queue") hangUpAt = performance.now() + patienceMs;
      if (now.state === "talking") {
        await phone.say(site.speech.sentence);
        hangUpAt = performance.now() + talkMs;
      }
    }
    if (now && now.node !== before?.node && (now.nodeType === "menu" || now.nodeType === "language")) {
      if (manner === "leaves_menu" && now.nodeType === "menu") hangUpAt = performance.now() + 1_500;
      else await phone.command("sndcode 1");
    }
    if (performance.now() > hangUpAt) {
      hangUpAt = Number.POSITIVE_INFINITY;
      await phone.command("hangup");
    }
    before = now;
    await pause(lookMs);
  }
  return null;
}
