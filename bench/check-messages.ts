/**
 * `npm run check:messages`: faults of sending and of returned mail, against the stand-ins and against a real Postfix
 * and Dovecot. Copies are killed between claim, provider's answer and commit; providers refuse, fail, take and break
 * off; twenty send at once; 200 notices in every style, forged ones among them. Last line is JSON; exits 1 when
 * anything is doubled, lost, sent a fourth time or judged wrong, or when nothing ran.
 */
import { stopDatabaseServer } from "../test/support/database.ts";
import { generatedBounces } from "./messages/bounce-faults.ts";
import { MessageScene } from "./messages/message-scene.ts";
import { emptyTally, type MessageTally } from "./messages/message-tally.ts";
import { realMail } from "./messages/real-mail.ts";
import { repeatedReports } from "./messages/report-repeats.ts";
import { faultyProviders, killRounds, parallelSends } from "./messages/sending-faults.ts";

const bounces = 200;

type Part = { name: string; run: (scene: MessageScene, tally: MessageTally) => Promise<number> };
const parts: Part[] = [
  { name: "copies killed while they send", run: (scene, tally) => killRounds(scene, tally, 2) },
  { name: "providers that fail in ten ways", run: (scene, tally) => faultyProviders(scene, tally, 40) },
  { name: "twenty sends at once", run: (scene, tally) => parallelSends(scene, tally, 3) },
  { name: "generated notices", run: (scene, tally) => generatedBounces(scene, tally, bounces) },
  { name: "real Postfix and Dovecot", run: realMail },
  { name: "reports asked for by many at once", run: repeatedReports },
];

async function main(): Promise<void> {
  const tally = emptyTally();
  let empty = 0;
  for (const { name, run } of parts) {
    const scene = await MessageScene.open();
    const started = performance.now();
    try {
      const checks = await run(scene, tally);
      if (checks === 0) empty++;
      console.log(`${name.padEnd(36)} ${String(checks).padStart(4)} checks, ${seconds(started)} s`);
    } finally {
      await scene.close();
    }
  }
  await stopDatabaseServer();
  console.log(JSON.stringify(tally));
  const { bounces_right: right, ...bad } = tally;
  const wrong = Object.values(bad).reduce((sum, one) => sum + one, 0);
  if (wrong > 0 || empty > 0 || right < bounces) process.exitCode = 1;
}

const seconds = (started: number): string => ((performance.now() - started) / 1_000).toFixed(1);

await main();
