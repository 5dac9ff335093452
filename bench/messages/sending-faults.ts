import type { MailFault } from "../../src/messages/demo/smtp-stand-in.ts";
import type { CarrierFault } from "../../src/messages/demo/twilio-stand-in.ts";
import { resendEmail } from "../../src/messages/email/resend-email.ts";
import { sendKillPoints } from "../../src/messages/outbox/send-kill-points.ts";
import type { Asked, MessageScene } from "./message-scene.ts";
import { judgeMessage, type MessageTally } from "./message-tally.ts";

const carrierFaults: CarrierFault[] = ["refuse_429", "fail_500", "garbage", "take_and_drop", "take_and_500"];
const mailFaults: MailFault[] = ["rcpt_450", "drop_at_rcpt", "data_451", "data_554", "take_and_drop"];

/** Copies that die at each point of a sending, SMS and e-mail, each followed by one that lives. @returns checks */
export async function killRounds(scene: MessageScene, tally: MessageTally, rounds: number): Promise<number> {
  let checks = 0;
  for (let round = 0; round < rounds; round++) {
    for (const point of sendKillPoints) {
      for (const kind of ["sms", "email"] as const) {
        const asked = kind === "sms" ? await scene.sms() : await scene.email();
        await scene.killedCopy(point);
        await scene.startCopies(1);
        await scene.settled();
        await scene.stopCopies();
        await judgeMessage(scene, tally, asked);
        checks++;
      }
    }
  }
  return checks;
}

/** Three copies while every second request fails in one of ten ways, and jobs vanish. @returns checks */
export async function faultyProviders(scene: MessageScene, tally: MessageTally, count: number): Promise<number> {
  const chance = seeded(55_055);
  const perhaps =
    <Fault>(faults: Fault[]) =>
    () =>
      chance() < 0.5 ? (faults[Math.floor(chance() * faults.length)] ?? null) : null;
  const all: Asked[] = [];
  for (let n = 0; n < count; n++) all.push(await scene.sms(), await scene.email());
  await scene.sql("delete from graphile_worker._private_jobs where random() < 0.3");
  scene.providers.carrier.misbehave = perhaps(carrierFaults);
  scene.providers.mail.misbehave = perhaps(mailFaults);
  await scene.startCopies(3);
  await scene.settled();
  await scene.stopCopies();
  scene.providers.carrier.misbehave = () => null;
  scene.providers.mail.misbehave = () => null;
  for (const asked of all) await judgeMessage(scene, tally, asked);
  return all.length;
}

/** Twenty at once: of the first sending one wins, of the repeats exactly two more. @returns checks */
export async function parallelSends(scene: MessageScene, tally: MessageTally, count: number): Promise<number> {
  const { pool } = scene.database;
  await scene.startCopies(2);
  const all: Asked[] = [];
  for (let n = 0; n < count; n++) {
    const asked = await scene.email(undefined, 20);
    const again = await Promise.allSettled(
      Array.from({ length: 20 }, () => resendEmail(pool, scene.world.anna, asked.messageId, null)),
    );
    const won = again.filter(({ status }) => status === "fulfilled").length;
    tally.fourth_sends += Math.max(0, won - 2);
    tally.lost += Math.max(0, 2 - won);
    all.push(asked);
  }
  await scene.settled();
  await scene.stopCopies();
  for (const asked of all) {
    await judgeMessage(scene, tally, asked);
    tally.lost += Math.max(0, 3 - scene.arrivals(asked));
  }
  return count * 40;
}

/** The same row of numbers between 0 and 1 in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
