import { SilenceWatch } from "./silence-watch.ts";
import type { PhoneCall } from "./sip-phone.ts";
import { checked, command, hearEachOther, registered, ringOffice, type Talk, transferState } from "./transfer-scene.ts";

/** Hz of each party. */
export const tones = { citizen: 600, operator: 1_000, office: 1_400 } as const;

/** Where the citizen must be in the end; told from outside, by who hears whom. */
export type Place =
  /** Talks with the office. */
  | "office"
  /** Talks with the operator, who never left the line. */
  | "operator"
  /** Talks with the operator, whose phone rang again. */
  | "recalled"
  /** First in the queue, with music. */
  | "queue"
  /** Hung up by their own hand. */
  | "left"
  /** The talk with the office ended by a person's hand. */
  | "over";

export type TransferFault = {
  name: string;
  place: Place;
  /** Result in the row; the last transfer's. */
  result: string | null;
  /** Status of the case when all is settled. */
  status: "draft" | "transferred" | "cancelled";
  run(talk: Talk): Promise<PhoneCall | null>;
  /** Longer than usual where a cable is pulled: Asterisk hears of it after rtp_timeout, 5 s. */
  silentMs?: number;
};

type Stage = "ringing" | "consulting" | "swapped" | "conference" | "joined" | "settled";

/** Brings a consultation to a stage (the joined ones by its completion). */
async function consultUntil(talk: Talk, stage: Stage): Promise<PhoneCall> {
  const ring = await ringOffice(talk, "consult");
  if (stage === "ringing") return ring;
  talk.office.phone.answer(ring);
  await transferState(talk, "consulting");
  if (stage === "swapped") await told(talk, "swap");
  if (stage === "conference") await told(talk, "conference");
  if (stage === "joined" || stage === "settled") await told(talk, "complete");
  if (stage === "settled") await talk.desk.until("ended");
  return ring;
}

async function transferUntil(talk: Talk, stage: "ringing" | "joined" | "settled"): Promise<PhoneCall> {
  const ring = await ringOffice(talk, "transfer");
  if (stage === "ringing") return ring;
  talk.office.phone.answer(ring);
  await transferState(talk, "joined");
  if (stage === "settled") await talk.desk.until("ended");
  return ring;
}

async function told(talk: Talk, name: string): Promise<void> {
  const answer = await command(talk, name);
  if (answer.status !== 200) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

const refusals: [status: number, result: string][] = [
  [486, "busy"],
  [600, "busy"],
  [603, "refused"],
  [480, "no_answer"],
  [404, "unreachable"],
  [503, "unreachable"],
];

const refused: TransferFault[] = refusals.flatMap(([status, result]) =>
  (["transfer", "consult"] as const).map((kind) => ({
    name: `${kind}: the office answers ${status}`,
    place: "operator" as const,
    result,
    status: "draft" as const,
    run: async (talk: Talk) => {
      talk.office.phone.refuse(await ringOffice(talk, kind), status);
      return null;
    },
  })),
);

const unanswered: TransferFault[] = [
  {
    name: "transfer: nobody answers for 20 s",
    place: "operator",
    result: "no_answer",
    status: "draft",
    run: async (talk) => {
      const ring = await ringOffice(talk, "transfer");
      await ring.until("ended", 25_000);
      return null;
    },
  },
  {
    name: "transfer: the phone is not registered",
    place: "operator",
    result: "unreachable",
    status: "draft",
    run: async (talk) => {
      try {
        const answer = await unregistered(talk);
        if (answer !== 202) throw new Error(`transfer: ${answer}`);
        await transferState(talk, "ended", "unreachable");
      } finally {
        await registerAgain(talk);
      }
      return null;
    },
  },
  ...(["transfer", "consult"] as const).map(
    (kind): TransferFault => ({
      name: `${kind}: answered and dropped at once`,
      place: "operator",
      result: kind === "transfer" ? "voice_lost" : "office_left",
      status: kind === "transfer" ? "transferred" : "draft",
      run: async (talk) => {
        const ring = await ringOffice(talk, kind);
        talk.office.phone.answer(ring);
        setTimeout(() => talk.office.phone.hangUp(ring), 200);
        await ring.until("ended");
        return null;
      },
    }),
  ),
];

async function unregistered(talk: Talk): Promise<number> {
  const checkId = await checked(talk);
  await talk.office.phone.close();
  const { status } = await command(talk, "transfer", { officeId: talk.office.id, checkId });
  return status;
}

function hangUp(
  name: string,
  place: Place,
  result: string,
  status: TransferFault["status"],
  run: TransferFault["run"],
) {
  return { name, place, result, status, run };
}

const citizenLeaves: TransferFault[] = [
  hangUp("transfer: the citizen hangs up while it rings", "left", "citizen_left", "draft", async (talk) => {
    const ring = await transferUntil(talk, "ringing");
    talk.citizen.phone.hangUp(talk.citizen);
    await ring.until("ended");
    return null;
  }),
  ...(["ringing", "consulting", "swapped", "conference", "joined", "settled"] as const).map((stage) => {
    const joined = stage === "joined" || stage === "settled";
    return hangUp(
      `consult: the citizen hangs up (${stage})`,
      "left",
      joined ? "completed" : "citizen_left",
      joined ? "transferred" : "draft",
      async (talk) => {
        const ring = await consultUntil(talk, stage);
        talk.citizen.phone.hangUp(talk.citizen);
        await ring.until("ended");
        return null;
      },
    );
  }),
];

const officeLeaves: TransferFault[] = [
  ...(["consulting", "swapped", "conference"] as const).map((stage) =>
    hangUp(`consult: the office hangs up (${stage})`, "operator", "office_left", "draft", async (talk) => {
      talk.office.phone.hangUp(await consultUntil(talk, stage));
      return null;
    }),
  ),
  hangUp("transfer: the office hangs up after the talk", "over", "completed", "transferred", async (talk) => {
    talk.office.phone.hangUp(await transferUntil(talk, "settled"));
    return null;
  }),
  {
    ...hangUp(
      "transfer: the office's phone vanishes in the talk",
      "queue",
      "voice_lost",
      "transferred",
      async (talk) => {
        const ring = await transferUntil(talk, "settled");
        await hearEachOther(talk.citizen, ring, tones.citizen, tones.office);
        await vanish(talk);
        return null;
      },
    ),
    silentMs: 9_000,
  },
  hangUp("consult: the office's phone vanishes", "operator", "office_left", "draft", async (talk) => {
    await consultUntil(talk, "consulting");
    await vanish(talk);
    return null;
  }),
];

async function vanish(talk: Talk): Promise<void> {
  talk.office.phone.vanish();
  const ended = "select from transfers where call_id = $1 and state = 'ended'";
  try {
    await talk.centre.rows(ended, (rows) => rows.length > 0, 20_000, [talk.callId]);
  } finally {
    await registerAgain(talk);
  }
}

/** The office has a phone again, whatever was found: the next case must not be judged by this one. */
export async function registerAgain(talk: Talk): Promise<void> {
  talk.office.phone = await registered(talk.centre, talk.office.seat, tones.office);
  talk.centre.citizens.push(talk.office.phone);
}

const operatorLeaves: TransferFault[] = [
  hangUp("transfer: the operator hangs up, the office answers", "office", "", "transferred", async (talk) => {
    const ring = await transferUntil(talk, "ringing");
    talk.operator.phone.hangUp(talk.desk);
    await new Promise((resolve) => setTimeout(resolve, 300));
    talk.office.phone.answer(ring);
    return ring;
  }),
  hangUp("transfer: the operator hangs up, the office is busy", "recalled", "busy", "draft", async (talk) => {
    const ring = await transferUntil(talk, "ringing");
    talk.operator.phone.hangUp(talk.desk);
    await new Promise((resolve) => setTimeout(resolve, 300));
    talk.office.phone.refuse(ring, 486);
    return null;
  }),
  ...(["ringing", "consulting", "swapped"] as const).map((stage) =>
    hangUp(`consult: the operator hangs up (${stage})`, "recalled", "operator_left", "draft", async (talk) => {
      const ring = await consultUntil(talk, stage);
      talk.operator.phone.hangUp(talk.desk);
      await ring.until("ended");
      return null;
    }),
  ),
  hangUp("consult: the operator leaves the conference", "office", "", "transferred", async (talk) => {
    const ring = await consultUntil(talk, "conference");
    talk.operator.phone.hangUp(talk.desk);
    await transferState(talk, "joined");
    return ring;
  }),
  ...(["joined", "settled"] as const).map((stage) =>
    hangUp(`transfer: completed, the operator's leg ends (${stage})`, "office", "", "transferred", async (talk) => {
      const ring = await transferUntil(talk, stage);
      if (stage === "joined") talk.operator.phone.hangUp(talk.desk);
      return ring;
    }),
  ),
  hangUp("the operator hangs up the moment the citizen is back", "recalled", "busy", "draft", async (talk) => {
    const ring = await transferUntil(talk, "ringing");
    talk.office.phone.refuse(ring, 486);
    setTimeout(() => talk.operator.phone.hangUp(talk.desk), 30);
    await talk.desk.until("ended");
    return null;
  }),
];

export const transferFaults: TransferFault[] = [
  ...refused,
  ...unanswered,
  ...citizenLeaves,
  ...officeLeaves,
  ...operatorLeaves,
];

/** Longest time in which a citizen may hear nothing at all. */
const silentMs = 2_500;

/**
 * Runs one fault and judges from outside: who hears whom, who hung up on whom, rows by raw SQL. Throws with the first
 * promise broken. How many things were looked at.
 */
export async function judgeFault(talk: Talk, fault: TransferFault): Promise<number> {
  const watch = new SilenceWatch(talk.citizen.rtp);
  try {
    return await judge(talk, fault, watch);
  } finally {
    watch.stop();
    await hangUpAll(talk);
  }
}

async function judge(talk: Talk, fault: TransferFault, watch: SilenceWatch): Promise<number> {
  const calls = talk.operator.phone.invited.length;
  const ring = await fault.run(talk);
  await judgePlace(talk, fault.place, ring, calls);
  watch.stop();
  if (watch.longestMs > (fault.silentMs ?? silentMs))
    throw new Error(`the citizen heard nothing for ${Math.round(watch.longestMs)} ms`);
  if (fault.result) await transferState(talk, "ended", fault.result);
  const { rows } = await talk.centre.pool.query("select status from cases where id = $1", [talk.caseId]);
  if (rows[0]?.status !== fault.status) throw new Error(`the case is ${rows[0]?.status}, not ${fault.status}`);
  // Place, silence, status, and the result where one is named.
  return fault.result ? 4 : 3;
}

async function judgePlace(talk: Talk, place: Place, ring: PhoneCall | null, calls: number): Promise<void> {
  const { citizen, desk, operator } = talk;
  const stays = place !== "left" && place !== "over";
  if (place === "operator") await hearEachOther(citizen, desk, tones.citizen, tones.operator);
  if (place === "office" && ring) await hearEachOther(citizen, ring, tones.citizen, tones.office);
  if (place === "recalled") {
    const again = await operator.phone.nextInvite(calls, 15_000);
    operator.phone.answer(again);
    await hearEachOther(citizen, again, tones.citizen, tones.operator);
  }
  if (place === "queue") {
    await talk.centre.rows(
      "select from calls where id = $1 and state = 'waiting' and priority >= 100",
      (rows) => rows.length === 1,
      20_000,
      [talk.callId],
    );
  }
  if (place === "over") await citizen.until("ended");
  if (place === "left" && citizen.ended?.by !== "us") throw new Error("the citizen was hung up");
  if (stays && citizen.ended) throw new Error("the citizen was hung up");
}

async function hangUpAll(talk: Talk): Promise<void> {
  if (!talk.citizen.ended) talk.citizen.phone.hangUp(talk.citizen);
  for (const phone of [talk.operator.phone, talk.office.phone]) {
    for (const call of phone.invited) if (!call.ended && call.status === 200) phone.hangUp(call);
  }
  await talk.operator.phone.settled();
  await talk.office.phone.settled();
}
