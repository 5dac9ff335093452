import { expect } from "chai";
import { RowsScene } from "../bench/waiting/rows-scene.ts";

describe("an operator who is free before the last talk's leg has gone", () => {
  let scene: RowsScene;
  before(async function () {
    this.timeout(60_000);
    scene = await RowsScene.create();
    await scene.start(1);
  });
  after(async function () {
    this.timeout(30_000);
    expect(await scene.stop()).to.deep.equal([]);
  });

  it("is not set aside as busy: the next caller rings as soon as it has", async function () {
    this.timeout(30_000);
    await scene.fill(2);
    scene.line.goingLegs = 3;
    const { ms } = await scene.pair(1);
    expect(scene.line.goingLegs).to.equal(0);
    expect(ms).to.have.length(1);
    expect(await scene.complaints()).to.deep.equal([]);
  });
});
