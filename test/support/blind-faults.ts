import type { PhoneCall } from "./sip-phone.ts";
import { registerAgain, type TransferFault } from "./transfer-faults.ts";
import { command, switchboardCase, type Talk, transferState } from "./transfer-scene.ts";
import { machineAnswers, personAnswers } from "./voice.ts";

type Policy = "press_one" | "detect" | "trust";

/** The switchboard's direct transfer to an entry whose phone is the office's; resolves when that has rung. */
async function ringEntry(talk: Talk, policy: Policy, changes = {}): Promise<PhoneCall> {
  const before = talk.office.phone.invited.length;
  const answer = await command(talk, "transfer", await switchboardCase(talk, policy, changes));
  if (answer.status !== 202) throw new Error(`transfer: ${answer.status} ${JSON.stringify(answer.body)}`);
  return talk.office.phone.nextInvite(before);
}

/** The person hears "press one" before a key means anything. */
async function asked(talk: Talk, ring: PhoneCall): Promise<void> {
  talk.office.phone.answer(ring);
  await transferState(talk, "checking");
  const deadline = performance.now() + 5_000;
  while (!ring.rtp.takeSound()) {
    if (performance.now() > deadline) throw new Error("nobody was asked to press one");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What the operator's page is told to say to the citizen. */
async function toldNumber(talk: Talk, number: string | null): Promise<void> {
  await talk.operator.feed.until("the number to tell", (feed) =>
    feed.events("transfer").some(({ data }) => {
      const told = data as { callId: string; state: string; target: { numberToTell: string | null } };
      return told.callId === talk.callId && told.state === "ended" && told.target.numberToTell === number;
    }),
  );
}

function back(name: string, result: string, run: TransferFault["run"], more: Partial<TransferFault> = {}) {
  return { name: `switchboard: ${name}`, place: "operator", result, status: "draft", run, ...more } as TransferFault;
}

const refusals: [status: number, result: string][] = [
  [486, "busy"],
  [603, "refused"],
  [480, "no_answer"],
  [404, "unreachable"],
];

const unanswered: TransferFault[] = [
  ...refusals.map(([status, result]) =>
    back(`the entry answers ${status}, the number is told`, result, async (talk) => {
      talk.office.phone.refuse(await ringEntry(talk, "trust", { phone: "+39055276111" }), status);
      await transferState(talk, "ended", result);
      await toldNumber(talk, "+39055276111");
      return null;
    }),
  ),
  back("a confidential number is not told", "busy", async (talk) => {
    talk.office.phone.refuse(await ringEntry(talk, "trust", { disclosable: false }), 486);
    await transferState(talk, "ended", "busy");
    await toldNumber(talk, null);
    return null;
  }),
  back("the entry's phone is not registered", "unreachable", async (talk) => {
    const wish = await switchboardCase(talk, "trust");
    await talk.office.phone.close();
    try {
      const { status } = await command(talk, "transfer", wish);
      if (status !== 202) throw new Error(`transfer: ${status}`);
      await transferState(talk, "ended", "unreachable");
    } finally {
      await registerAgain(talk);
    }
    return null;
  }),
  back("the operator takes the citizen back while it rings", "withdrawn", async (talk) => {
    const ring = await ringEntry(talk, "trust");
    const answer = await command(talk, "return");
    if (answer.status !== 200) throw new Error(`return: ${answer.status}`);
    await ring.until("ended");
    return null;
  }),
];

const answered: TransferFault[] = [
  back(
    "trusted, the human who answers talks",
    "",
    async (talk) => {
      const ring = await ringEntry(talk, "trust");
      talk.office.phone.answer(ring);
      await transferState(talk, "joined");
      return ring;
    },
    { place: "office", result: null },
  ),
  back(
    "one is pressed",
    "",
    async (talk) => {
      const ring = await ringEntry(talk, "press_one");
      await asked(talk, ring);
      ring.rtp.press("1");
      await transferState(talk, "joined");
      return ring;
    },
    { place: "office", result: null },
  ),
  back("press one is ignored", "voicemail", async (talk) => {
    const ring = await ringEntry(talk, "press_one");
    await asked(talk, ring);
    ring.rtp.press("5");
    await ring.until("ended", 50_000);
    return null;
  }),
  back("hangs up when asked to press one", "office_left", async (talk) => {
    const ring = await ringEntry(talk, "press_one");
    await asked(talk, ring);
    talk.office.phone.hangUp(ring);
    return null;
  }),
  back("a machine answers with its greeting and a beep", "voicemail", async (talk) => {
    const greeting = await machineAnswers(talk.centre.asterisk.soundsDir);
    const ring = await ringEntry(talk, "detect");
    ring.rtp.say(greeting);
    talk.office.phone.answer(ring);
    await ring.until("ended", 20_000);
    return null;
  }),
  back(
    "a person says a word, and is not taken for a machine",
    "",
    async (talk) => {
      const greeting = await personAnswers(talk.centre.asterisk.soundsDir);
      const ring = await ringEntry(talk, "detect");
      ring.rtp.say(greeting);
      talk.office.phone.answer(ring);
      await transferState(talk, "joined");
      return ring;
    },
    { place: "office", result: null },
  ),
];

const somebodyLeaves: TransferFault[] = [
  back(
    "the citizen hangs up while it rings",
    "citizen_left",
    async (talk) => {
      const ring = await ringEntry(talk, "trust");
      talk.citizen.phone.hangUp(talk.citizen);
      await ring.until("ended");
      return null;
    },
    { place: "left", status: "cancelled" },
  ),
  back(
    "the citizen hangs up while the answer is looked at",
    "citizen_left",
    async (talk) => {
      const ring = await ringEntry(talk, "press_one");
      await asked(talk, ring);
      talk.citizen.phone.hangUp(talk.citizen);
      await ring.until("ended");
      return null;
    },
    { place: "left", status: "cancelled" },
  ),
  back(
    "the operator hangs up while it rings, the entry is busy",
    "busy",
    async (talk) => {
      const ring = await ringEntry(talk, "trust");
      talk.operator.phone.hangUp(talk.desk);
      await new Promise((resolve) => setTimeout(resolve, 300));
      talk.office.phone.refuse(ring, 486);
      return null;
    },
    { place: "recalled" },
  ),
];

/** Every way in which the switchboard's direct transfer can go (REQ 7.2, 7.3). */
export const blindFaults: TransferFault[] = [...unanswered, ...answered, ...somebodyLeaves];
