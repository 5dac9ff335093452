import { expect } from "chai";
import { type KillPoint, killPoints } from "../src/transfers/kill-points.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { SilenceWatch } from "./support/silence-watch.ts";
import { tones } from "./support/transfer-faults.ts";
import { runUntilKilled, whereIs } from "./support/transfer-kills.ts";
import { nothingLeft, type TestOffice, talkReady, testOffice } from "./support/transfer-scene.ts";

/** A take-over needs the lease to run out (2 s) and an heir whose own has held as long. */
const longestSilenceMs = 8_000;

describe("the program is killed at each point of a transfer", () => {
  for (const point of killPoints) {
    it(point, async () => stopAt(point));
  }

  async function stopAt(point: KillPoint): Promise<void> {
    const centre = await Centre.start({ wrapUpSeconds: 60, copies: 0 });
    try {
      const doomed = await centre.startCopy({ TEST_STOP_AT: point });
      const anna: TestOperator = await centre.operator("201", { tone: tones.operator });
      const office: TestOffice = await testOffice(centre, "301", tones.office);
      const talk = await talkReady(centre, anna, office);
      const heir = await centre.startCopy();
      const watch = new SilenceWatch(talk.citizen.rtp);
      await runUntilKilled(talk, point, doomed, heir);
      const place = await whereIs(talk);
      watch.stop();
      expect(talk.citizen.ended, "the citizen was never hung up").to.equal(null);
      expect(place, "with a human, or at the head of the queue").to.be.oneOf(["office", "operator", "queue"]);
      expect(watch.longestMs, "silence").lessThan(longestSilenceMs);
      talk.citizen.phone.hangUp(talk.citizen);
      await nothingLeft(centre);
      expect((await centre.pool.query("select from transfers where state <> 'ended'")).rowCount).to.equal(0);
    } finally {
      await centre.close();
    }
  }
});
