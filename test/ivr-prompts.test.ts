import { expect } from "chai";
import fc from "fast-check";
import { expectedWaitSeconds } from "../src/ivr/expected-wait.ts";
import { positionAnnouncement, promptMedia, promptPattern, shippedPrompts } from "../src/ivr/prompts.ts";

describe("ivr: prompts", () => {
  it("exist in both languages under names that a flow may use", () => {
    expect([...shippedPrompts.it].sort()).to.deep.equal([...shippedPrompts.en].sort());
    for (const name of shippedPrompts.it) expect(name).to.match(promptPattern);
  });

  it("are found by language, or in the one language they name", () => {
    expect(promptMedia("welcome", "it")).to.deep.equal(["sound:it/055055/welcome"]);
    expect(promptMedia("welcome", "en")).to.deep.equal(["sound:en/055055/welcome"]);
    expect(promptMedia("language-choice@en", "it")).to.deep.equal(["sound:en/055055/language-choice"]);
  });

  it("tell place and wait", () => {
    expect(positionAnnouncement(1, null, "it")).to.deep.equal([
      "sound:it/055055/position-next",
      "sound:it/055055/please-hold",
    ]);
    expect(positionAnnouncement(3, 240, "it")).to.deep.equal([
      "sound:it/055055/position-before",
      "number:3",
      "sound:it/055055/position-after",
      "sound:it/055055/wait-before",
      "number:4",
      "sound:it/055055/wait-after",
    ]);
    expect(positionAnnouncement(1, 60, "en")).to.deep.equal([
      "sound:en/055055/position-next",
      "sound:en/055055/wait-one-minute",
    ]);
    expect(positionAnnouncement(90, 3_600, "en").at(-1)).to.equal("sound:en/055055/wait-long");
  });
});

describe("ivr: expected wait", () => {
  const known = { position: 4, answeredLastMinutes: 0, averageHandleSeconds: 180, operators: 6 };

  it("follows what the operators can do, rounded up to a minute", () => {
    expect(expectedWaitSeconds(known)).to.equal(120);
    expect(expectedWaitSeconds({ ...known, position: 5 })).to.equal(180);
  });

  it("follows the pace of the last answers when handling times are not known yet", () => {
    const early = { ...known, averageHandleSeconds: null };
    expect(expectedWaitSeconds({ ...early, answeredLastMinutes: 10 })).to.equal(240);
    expect(expectedWaitSeconds({ ...early, answeredLastMinutes: 4 })).to.equal(null);
  });

  it("says nothing when nothing is known or nobody works", () => {
    expect(expectedWaitSeconds({ ...known, operators: 0 })).to.equal(null);
    expect(expectedWaitSeconds({ ...known, position: 0 })).to.equal(null);
    expect(expectedWaitSeconds({ ...known, averageHandleSeconds: Number.NaN })).to.equal(null);
  });

  it("is whole minutes and never shorter for a later place (property)", () => {
    const facts = fc.record({
      position: fc.integer({ min: 1, max: 200 }),
      answeredLastMinutes: fc.integer({ min: 0, max: 500 }),
      averageHandleSeconds: fc.option(fc.integer({ min: 1, max: 3_600 })),
      operators: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(facts, (one) => {
        const wait = expectedWaitSeconds(one);
        const later = expectedWaitSeconds({ ...one, position: one.position + 1 });
        expect(later === null).to.equal(wait === null);
        expect((wait ?? 0) % 60).to.equal(0);
        expect(wait ?? 60).to.be.greaterThan(0);
        expect(later ?? 0).to.be.at.least(wait ?? 0);
      }),
    );
  });
});
