import { expect } from "chai";
import { Centre, type TestOperator } from "./support/centre.ts";
import { judgeFault, tones, transferFaults } from "./support/transfer-faults.ts";
import { nothingLeft, type TestOffice, talkReady, testOffice } from "./support/transfer-scene.ts";

describe("a transfer that goes wrong keeps its promise", () => {
  let centre: Centre;
  let anna: TestOperator;
  let office: TestOffice;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
    anna = await centre.operator("201", { tone: tones.operator });
    office = await testOffice(centre, "301", tones.office);
  });
  afterEach(async () => nothingLeft(centre));
  after(async () => centre.close());

  for (const fault of transferFaults) {
    it(fault.name, async () => {
      expect(await judgeFault(await talkReady(centre, anna, office), fault)).to.be.greaterThan(0);
    });
  }
});
