import { expect } from "chai";
import { killPoints } from "../src/transfers/kill-points.ts";
import { judgeKill } from "./support/transfer-kills.ts";

describe("the program is killed at each point of a transfer", () => {
  for (const point of killPoints) {
    it(point, async () => {
      expect(await judgeKill(point)).to.be.greaterThan(0);
    });
  }
});
