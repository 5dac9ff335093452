import { expect } from "chai";
import fc from "fast-check";
import { canServe, chooseOperators, type FreeOperator, type WaitingHead } from "../src/queue/choose-operator.ts";

const languages = ["it", "en"];
const agencies = ["a", "b", "c"];

const head = fc.record({
  language: fc.constantFrom(...languages),
  agencyId: fc.option(fc.constantFrom(...agencies), { nil: null }),
  priority: fc.integer({ min: -2, max: 2 }),
  queuedAt: fc.integer({ min: 0, max: 20 }).map((second) => new Date(second * 1_000)),
});
const operator = fc.record({
  languages: fc.subarray(languages, { minLength: 1 }),
  agencyIds: fc.option(fc.subarray(agencies), { nil: null }),
  idleSince: fc.integer({ min: 0, max: 20 }).map((second) => new Date(second * 1_000)),
});
const heads = fc
  .array(head, { maxLength: 30 })
  .map((all) => all.map((one, n): WaitingHead => ({ ...one, callId: `c${n}` })));
const free = fc
  .array(operator, { maxLength: 10 })
  .map((all) => all.map((one, n): FreeOperator => ({ ...one, personId: `p${n}` })));

const goesFirst = (a: WaitingHead, b: WaitingHead) =>
  a.priority > b.priority || (a.priority === b.priority && a.queuedAt < b.queuedAt);

describe("who gets the next call", () => {
  it("pairs each caller and each operator at most once, with the skills", () => {
    fc.assert(
      fc.property(heads, free, (callers, operators) => {
        const pairs = chooseOperators(callers, operators);
        expect(new Set(pairs.map((pair) => pair.callId)).size).to.equal(pairs.length);
        expect(new Set(pairs.map((pair) => pair.personId)).size).to.equal(pairs.length);
        for (const { callId, personId } of pairs) {
          const caller = callers.find((one) => one.callId === callId) as WaitingHead;
          expect(canServe(operators.find((one) => one.personId === personId) as FreeOperator, caller)).to.equal(true);
        }
      }),
    );
  });

  it("never lets an equal later caller overtake", () => {
    fc.assert(
      fc.property(heads, free, (callers, operators) => {
        const served = new Set(chooseOperators(callers, operators).map((pair) => pair.callId));
        for (const left of callers.filter((caller) => !served.has(caller.callId))) {
          for (const taken of callers.filter((caller) => served.has(caller.callId))) {
            const equal = taken.language === left.language && taken.agencyId === left.agencyId;
            if (equal) expect(goesFirst(left, taken), `${taken.callId} overtook ${left.callId}`).to.equal(false);
          }
        }
      }),
    );
  });

  it("leaves no operator idle who could serve a caller that is left", () => {
    fc.assert(
      fc.property(heads, free, (callers, operators) => {
        const pairs = chooseOperators(callers, operators);
        const idle = operators.filter((one) => !pairs.some((pair) => pair.personId === one.personId));
        for (const caller of callers.filter((one) => !pairs.some((pair) => pair.callId === one.callId))) {
          expect(idle.some((one) => canServe(one, caller))).to.equal(false);
        }
      }),
    );
  });

  it("takes the longest idle, and does not depend on the order of its input", () => {
    const at = (second: number) => new Date(second * 1_000);
    const callers: WaitingHead[] = [{ callId: "c", language: "it", agencyId: null, priority: 0, queuedAt: at(5) }];
    const operators: FreeOperator[] = [4, 1, 3].map((second) => ({
      personId: `p${second}`,
      languages: ["it"],
      agencyIds: null,
      idleSince: at(second),
    }));
    expect(chooseOperators(callers, operators)).to.deep.equal([{ callId: "c", personId: "p1" }]);
    fc.assert(
      fc.property(heads, free, (some, others) => {
        const backwards = chooseOperators([...some].reverse(), [...others].reverse());
        expect(chooseOperators(some, others)).to.deep.equal(backwards);
      }),
    );
  });
});
