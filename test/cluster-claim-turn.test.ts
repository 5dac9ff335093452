import { expect } from "chai";
import { ClaimTurn, secondTurnMs } from "../src/cluster/claim-turn.ts";

const names = ["055055-a", "055055-b", "055055-c"];
const beganAt = Date.parse("2026-11-23T10:00:00.000Z");

/** Calls of so many seconds at a rate, as the switch tells them. */
function legs(rate: number, seconds: number): { id: string; createdAt: string }[] {
  return Array.from({ length: rate * seconds }, (_, n) => {
    const at = new Date(beganAt + (n * 1_000) / rate).toISOString();
    return { id: `${Math.floor(beganAt / 1_000)}.${n}`, createdAt: at.replace("Z", "+0000") };
  });
}

/** Who claims each leg at once. */
function claimers(all: { id: string; createdAt: string }[]): string[] {
  const turns = names.map((name) => ({ name, turn: new ClaimTurn() }));
  return all.map((leg) => {
    const first = turns.filter(({ name, turn }) => turn.delayMs(leg, names, name) === 0);
    expect(first, `exactly one copy claims ${leg.id} at once`).to.have.length(1);
    return first[0]?.name ?? "";
  });
}

const changes = (list: string[]) => list.filter((name, n) => n > 0 && name !== list[n - 1]).length;

describe("whose turn it is to claim a call", () => {
  for (const rate of [1, 5, 20, 130]) {
    it(`is exactly one copy's, and every copy has its share: ${rate} calls a second`, () => {
      const all = claimers(legs(rate, 1_200 / rate));
      for (const name of names) expect(all.filter((one) => one === name).length).to.be.within(300, 500);
    });
  }

  it("goes from call to call when they are few, and by time when they are many", () => {
    expect(changes(claimers(legs(10, 6)))).greaterThan(25);
    // The first second still counts as few.
    expect(changes(claimers(legs(130, 6)).slice(130))).to.be.within(22, 25);
  });

  it("comes back to single calls once the rush is over", () => {
    const turn = new ClaimTurn();
    for (const leg of legs(100, 3)) turn.delayMs(leg, names, names[0] ?? "");
    const late = { id: "1.7", createdAt: new Date(beganAt + 60_000).toISOString() };
    const others = names.map((name) => new ClaimTurn().delayMs(late, names, name));
    expect(turn.delayMs(late, names, names[0] ?? "")).to.equal(others[0]);
    expect(others.filter((ms) => ms === secondTurnMs)).to.have.length(2);
  });

  it("is at once for a copy that stands alone, or that the list does not know", () => {
    const [leg] = legs(1, 1) as [{ id: string; createdAt: string }];
    expect(new ClaimTurn().delayMs(leg, [], "055055-a")).to.equal(0);
    expect(new ClaimTurn().delayMs(leg, ["055055-a"], "055055-a")).to.equal(0);
    expect(new ClaimTurn().delayMs(leg, names, "055055-new")).to.equal(0);
    expect(new ClaimTurn().delayMs({ id: "1.1", createdAt: "" }, names, names[0] ?? "")).to.be.oneOf([0, secondTurnMs]);
  });
});
