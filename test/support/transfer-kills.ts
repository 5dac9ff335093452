import type { KillPoint } from "../../src/transfers/kill-points.ts";
import { Centre, type Copy } from "./centre.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { PhoneCall } from "./sip-phone.ts";
import { tones } from "./transfer-faults.ts";
import { checked, command, nothingLeft, switchboardCase, type Talk, talkReady, testOffice } from "./transfer-scene.ts";
import { testClient } from "./web.ts";

/** What is done until the copy dies at a point: the kind of transfer, what the office and the operator do. */
const ways: Record<
  KillPoint,
  { kind: "consult" | "transfer" | "blind"; office: "answers" | "refuses" | "rings"; after?: string[] }
> = {
  asked: { kind: "transfer", office: "answers" },
  ringing_written: { kind: "transfer", office: "answers" },
  leg_made: { kind: "transfer", office: "answers" },
  dialled: { kind: "transfer", office: "answers" },
  answered: { kind: "transfer", office: "answers" },
  checking_written: { kind: "blind", office: "answers" },
  consulting_written: { kind: "consult", office: "answers" },
  consulting_arranged: { kind: "consult", office: "answers" },
  swapped_written: { kind: "consult", office: "answers", after: ["swap"] },
  conference_written: { kind: "consult", office: "answers", after: ["conference"] },
  joined_written: { kind: "transfer", office: "answers" },
  joined_arranged: { kind: "consult", office: "answers", after: ["complete"] },
  settled_written: { kind: "transfer", office: "answers" },
  settled: { kind: "transfer", office: "answers" },
  ended_written: { kind: "transfer", office: "refuses" },
  recalled_written: { kind: "transfer", office: "refuses", after: ["leave"] },
};

/** A take-over needs the lease to run out (2 s) and an heir whose own has held as long. */
const longestSilenceMs = 8_000;

/**
 * The program is killed at a point of a transfer, another copy goes on; judged from outside. Throws with the first
 * promise broken. How many things were looked at.
 */
export async function judgeKill(point: KillPoint): Promise<number> {
  const centre = await Centre.start({ wrapUpSeconds: 60, copies: 0 });
  try {
    const doomed = await centre.startCopy({ TEST_STOP_AT: point });
    const operator = await centre.operator("201", { tone: tones.operator });
    const office = await testOffice(centre, "301", tones.office);
    const talk = await talkReady(centre, operator, office);
    const heir = await centre.startCopy();
    const watch = new SilenceWatch(talk.citizen.rtp);
    await runUntilKilled(talk, point, doomed, heir);
    // Throws when the citizen is with nobody.
    await whereIs(talk);
    watch.stop();
    if (talk.citizen.ended) throw new Error("the citizen was hung up");
    if (watch.longestMs > longestSilenceMs) throw new Error(`silence of ${Math.round(watch.longestMs)} ms`);
    talk.citizen.phone.hangUp(talk.citizen);
    await nothingLeft(centre);
    const { rowCount } = await centre.pool.query("select from transfers where state <> 'ended'");
    if (rowCount !== 0) throw new Error(`${rowCount} transfers live on`);
    return 5;
  } finally {
    await centre.close();
  }
}

/** Drives a transfer until the copy that has the call is dead, and signs the operator in at the one that is left. */
async function runUntilKilled(talk: Talk, point: KillPoint, doomed: Copy, heir: Copy): Promise<void> {
  const way = ways[point];
  const office = officeThat(talk, way.office, way.after?.includes("leave") ?? false);
  const body =
    way.kind === "blind"
      ? await switchboardCase(talk, "press_one")
      : { officeId: talk.office.id, checkId: await checked(talk) };
  // The answer of a copy that dies on it is lost with it.
  void command(talk, way.kind === "consult" ? "consult" : "transfer", body).catch(() => undefined);
  for (const name of way.after ?? []) await next(talk, name);
  await deadOr(doomed, 12_000);
  office.stop();
  await talk.centre.rows(
    "select from calls c join nodes n on n.id = c.node_id where c.id = $1 and n.name = $2",
    (rows) => rows.length === 1,
    15_000,
    [talk.callId, heir.node],
  );
  talk.operator.url = heir.url;
  talk.operator.client = await testClient(heir.url, `op${talk.operator.seat}`);
}

async function next(talk: Talk, name: string): Promise<void> {
  if (name === "leave") {
    await talk.office.phone.nextInvite(0);
    return talk.operator.phone.hangUp(talk.desk);
  }
  await talk.centre.rows("select from transfers where state = 'consulting'", (rows) => rows.length === 1, 10_000);
  void command(talk, name).catch(() => undefined);
}

/** Answers or refuses whatever rings at the office, also after the take-over. */
function officeThat(talk: Talk, does: "answers" | "refuses" | "rings", slowly: boolean): { stop(): void } {
  const timer = setInterval(() => {
    for (const ring of talk.office.phone.invited) {
      if (ring.ended || ring.status !== 0) continue;
      if (performance.now() - (ring.at.invite ?? 0) < (slowly ? 800 : 150)) continue;
      if (does === "answers") talk.office.phone.answer(ring);
      if (does === "refuses") talk.office.phone.refuse(ring, 486);
    }
  }, 20);
  return { stop: () => clearInterval(timer) };
}

async function deadOr(copy: Copy, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the copy did not die where it should")), limitMs);
  });
  await Promise.race([copy.ended, late]);
  clearTimeout(timer);
}

/** With whom the citizen ends; a phone of the operator that rings again is answered. Throws when with nobody. */
async function whereIs(talk: Talk): Promise<"office" | "operator" | "queue" | "music"> {
  const deadline = performance.now() + 30_000;
  for (const call of allCalls(talk)) call.rtp.forgetHeard();
  while (performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    await pressOneIfAsked(talk);
    await endConsultation(talk);
    if (talk.citizen.ended) break;
    for (const ring of talk.operator.phone.invited) {
      if (!ring.ended && ring.status === 0) talk.operator.phone.answer(ring);
    }
    for (const ring of talk.office.phone.invited) {
      if (!ring.ended && ring.status === 0) talk.office.phone.answer(ring);
    }
    if (talk.citizen.rtp.heard(tones.office) > 0.3 && heardCitizen(talk.office.phone.invited)) return "office";
    if (talk.citizen.rtp.heard(tones.operator) > 0.3 && heardCitizen(talk.operator.phone.invited)) return "operator";
    // A consultation goes on where it was.
    const consult = [
      hears(talk.operator.phone.invited, tones.office),
      hears(talk.office.phone.invited, tones.operator),
    ];
    if (!consult.includes(false)) return hearsMusic(talk.citizen);
    const { rows } = await talk.centre.pool.query("select state, priority from calls where id = $1", [talk.callId]);
    if (rows[0]?.state === "waiting" && rows[0].priority >= 100) return "queue";
  }
  const { rows } = await talk.centre.pool.query("select state, result from transfers where call_id = $1", [
    talk.callId,
  ]);
  throw new Error(`the citizen is with nobody: ${JSON.stringify({ rows, ended: talk.citizen.ended })}`);
}

/** A consultation outlives the copy: once the office hears the operator again, the citizen is taken back. */
async function endConsultation(talk: Talk): Promise<void> {
  const { rowCount } = await talk.centre.pool.query("select from transfers where state = 'consulting'");
  const goesOn = talk.office.phone.invited.some((ring) => !ring.ended && ring.rtp.heard(tones.operator) > 0.3);
  if (rowCount === 1 && goesOn) await command(talk, "return");
}

async function hearsMusic(citizen: PhoneCall): Promise<"music"> {
  const deadline = performance.now() + 6_000;
  // The watch takes the same notice every 100 ms.
  while (!citizen.rtp.takeSound()) {
    if (performance.now() > deadline) throw new Error("no music during the consultation");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return "music";
}

async function pressOneIfAsked(talk: Talk): Promise<void> {
  const { rowCount } = await talk.centre.pool.query("select from transfers where state = 'checking'");
  if (rowCount !== 1) return;
  for (const ring of talk.office.phone.invited) if (!ring.ended && ring.status === 200) ring.rtp.press("1");
  await new Promise((resolve) => setTimeout(resolve, 600));
}

function allCalls(talk: Talk): PhoneCall[] {
  return [talk.citizen, ...talk.office.phone.invited, ...talk.operator.phone.invited];
}

function heardCitizen(calls: PhoneCall[]): boolean {
  return hears(calls, tones.citizen);
}

function hears(calls: PhoneCall[], tone: number): boolean {
  return calls.some((call) => !call.ended && call.rtp.heard(tone) > 0.3);
}
