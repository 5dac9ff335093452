import { expect } from "chai";
import { type CallSample, isSilent, qualityOf } from "../src/web/phone/call-quality.ts";

const still: CallSample = {
  ...{ at: 0, received: 0, lost: 0, jitter: 0.005, roundTrip: 0.04, lostThere: 0 },
  ...{ saidLevel: 0.1, heardLevel: 0.1, saidEnergy: 0 },
};
/** Half a second apart, fifty packets a second. */
const course = (count: number, changes: (n: number) => Partial<CallSample> = () => ({})): CallSample[] =>
  Array.from({ length: count }, (_, n) => ({
    ...still,
    ...{ at: n * 500, received: n * 25, saidEnergy: n * 0.01 },
    ...changes(n),
  }));

describe("quality of a call in the page", () => {
  it("is not judged before there is something to judge", () => {
    expect(qualityOf([])).to.equal(null);
    expect(qualityOf(course(2))).to.equal(null);
  });

  it("is good, fair or weak by loss on either side, jitter and round trip", () => {
    expect(qualityOf(course(10))).to.equal("good");
    expect(qualityOf(course(10, (n) => ({ lost: n })))).to.equal("fair");
    expect(qualityOf(course(10, (n) => ({ lost: n * 2 })))).to.equal("poor");
    expect(qualityOf(course(10, () => ({ lostThere: 0.1 })))).to.equal("poor");
    expect(qualityOf(course(10, () => ({ jitter: 0.04 })))).to.equal("fair");
    expect(qualityOf(course(10, () => ({ roundTrip: 0.7 })))).to.equal("poor");
    expect(qualityOf(course(10, () => ({ roundTrip: null })))).to.equal("good");
  });

  it("what was lost before the last seconds does not count", () => {
    expect(qualityOf(course(10, () => ({ lost: 400 })))).to.equal("good");
  });

  it("nothing arrives for three seconds: said, not sooner", () => {
    const deaf = course(10, () => ({ received: 100 }));
    expect(qualityOf(deaf)).to.equal("none");
    expect(qualityOf(deaf.slice(0, 5))).to.equal(null);
  });

  it("a microphone without any energy for four seconds is silent", () => {
    expect(isSilent(course(10))).to.equal(false);
    expect(isSilent(course(10, () => ({ saidEnergy: 0.5 })))).to.equal(true);
    expect(isSilent(course(6, () => ({ saidEnergy: 0.5 })))).to.equal(false);
    expect(isSilent(course(10, (n) => ({ saidEnergy: n === 9 ? 0.51 : 0.5 })))).to.equal(false);
  });
});
