import { readFileSync } from "node:fs";
import { expect } from "chai";
import { CANCEL_REASONS, POSITIONS, type Role } from "../src/cases/case.ts";
import { REFUSAL_CODES, refusal } from "../src/cases/refusal-texts.ts";
import { MOVES, type MoveLine } from "../src/cases/rules/case-moves.ts";
import { compareRules, readRules, worldsOf } from "../src/cases/rules/check-rules.ts";
import { worldFacts } from "../src/cases/rules/rule-worlds.ts";

const rows = readRules(readFileSync(new URL("./rules.csv", import.meta.url), "utf8"));
const movingRoles: readonly Role[] = ["operator", "office_agent", "rejects_agent", "system"];

function without<T>(list: readonly T[]): T[][] {
  return list.map((_, index) => [...list.slice(0, index), ...list.slice(index + 1)]);
}

/** Every way in which one line can be wrong by one thing: too much asked, too little asked, the wrong person. */
function* wrongLines(line: MoveLine): Generator<{ what: string; lines: MoveLine[]; look: MoveLine }> {
  yield { what: "removed", lines: [], look: line };
  for (const role of movingRoles.filter((one) => one !== line.role)) {
    yield { what: `role turned to ${role}`, lines: [{ ...line, role }], look: line };
  }
  for (const conditions of without(line.conditions)) {
    const gone = line.conditions.filter((name) => !conditions.includes(name)).join();
    yield { what: `without ${gone}`, lines: [{ ...line, conditions }], look: line };
  }
  for (const from of without(line.from)) yield { what: "one start less", lines: [{ ...line, from }], look: line };
  for (const reasons of without(line.reasons)) {
    yield { what: "one reason less", lines: [{ ...line, reasons }], look: line };
  }
  for (const profiles of without(line.profiles)) {
    yield { what: "one profile less", lines: [{ ...line, profiles }], look: line };
  }
  for (const cancelReasons of line.cancelReasons === undefined ? [] : without(line.cancelReasons)) {
    yield { what: "one cancel reason less", lines: [{ ...line, cancelReasons }], look: line };
  }
}

function overlap(one: MoveLine, other: MoveLine): boolean {
  const meet = <T>(a: readonly T[], b: readonly T[]): boolean => a.some((value) => b.includes(value));
  return (
    one.to === other.to &&
    one.role === other.role &&
    meet(one.from, other.from) &&
    meet(one.reasons, other.reasons) &&
    meet(one.profiles, other.profiles) &&
    meet(one.cancelReasons ?? ["any"], other.cancelReasons ?? ["any"])
  );
}

/** A line more than there should be: the same move for another role, or for another cancel reason. */
function* extraLines(line: MoveLine): Generator<{ what: string; extra: MoveLine }> {
  for (const role of movingRoles) yield { what: `also for ${role}`, extra: { ...line, role } };
  if (line.cancelReasons === undefined) return;
  for (const cause of CANCEL_REASONS) yield { what: `also as ${cause}`, extra: { ...line, cancelReasons: [cause] } };
}

describe("cases: the rule table against test/rules.csv", () => {
  it("says the same as the hand-written table for the whole product, in every world", () => {
    const { report, examples, idleLines, codes } = compareRules(rows);
    expect(examples).to.deep.equal([]);
    expect(report.mismatches).to.equal(0);
    // 3 profiles × 9 reasons × 9 roles × 50² pairs in the baseline, × 15² in each other world
    expect(report.combinations).to.equal(243 * 2500 + (worldsOf(rows).length - 1) * 243 * 225);
    expect(report.allowed).to.be.greaterThan(0);
    expect(idleLines, "rows that decide nothing").to.deep.equal([]);
    expect([...codes].sort(), "refusals that no row provokes").to.deep.equal([...REFUSAL_CODES, "allow"].sort());
  });

  it("fails when any one line of the table is flipped", () => {
    let flips = 0;
    const survivors: string[] = [];
    MOVES.forEach((line, index) => {
      for (const { what, lines, look } of wrongLines(line)) {
        const table = [...MOVES.slice(0, index), ...lines, ...MOVES.slice(index + 1)];
        flips += 1;
        const { mismatches } = compareRules(rows, table, { within: look, stopAtFirst: true }).report;
        if (mismatches === 0) survivors.push(`${line.from.join("|")} > ${line.to} by ${line.role}: ${what}`);
      }
    });
    expect(survivors).to.deep.equal([]);
    expect(flips).to.be.greaterThan(MOVES.length * 5);
  });

  it("fails when a line too many is in the table", () => {
    const survivors: string[] = [];
    for (const line of MOVES) {
      for (const { what, extra } of extraLines(line)) {
        if (MOVES.some((other) => overlap(other, extra))) continue;
        const { mismatches } = compareRules(rows, [...MOVES, extra], { within: extra, stopAtFirst: true }).report;
        if (mismatches === 0) survivors.push(`${line.from.join("|")} > ${line.to}: ${what}`);
      }
    }
    expect(survivors).to.deep.equal([]);
  });

  it("has no two lines that speak of the same move", () => {
    const pairs = MOVES.flatMap((one, index) =>
      MOVES.slice(index + 1)
        .filter((other) => overlap(one, other))
        .map((other) => `${one.from.join("|")} > ${one.to} and ${other.from.join("|")} > ${other.to}`),
    );
    expect(pairs).to.deep.equal([]);
  });

  it("notices a combination that no row decides", () => {
    const draftOnly = rows.filter((row) => [...row.from].every((position) => position.status === "draft"));
    expect(compareRules(draftOnly, MOVES, { stopAtFirst: true }).report.mismatches).to.equal(1);
  });

  it("names the line of a csv value that it does not know", () => {
    const head = "profile,reason,from,from_attribute,to,to_attribute,role,conditions,expected,code,ref\n";
    expect(() => readRules(`${head}*,gossip,*,*,*,*,*,,refuse,,§6`)).to.throw(RangeError, /line 2.*gossip/);
    expect(() => readRules(`${head}*,*,*,*,*,*,*,,perhaps,,§6`)).to.throw(RangeError, /line 2/);
    expect(() => readRules(`${head}*,*,*,*,*,*,*,,refuse,,`)).to.throw(RangeError, /line 2/);
    const nowhere = { profile: null, reason: null, from: POSITIONS[0]!, to: POSITIONS[0]!, role: "system" } as const;
    expect(() => worldFacts("moon=full", nowhere)).to.throw(RangeError, /moon=full/);
  });
});

describe("cases: what a refusal says", () => {
  it("has a rule, both languages and a way out for every code", () => {
    for (const code of REFUSAL_CODES) {
      const { rule, it: italian, en, insteadIt, insteadEn } = refusal(code);
      expect(rule, code).to.match(/^REQ \d+(\.\d+)?(, \d+(\.\d+)?)*( \(§\d+(\.\d+)?(, §\d+(\.\d+)?)*\))?$/);
      for (const text of [italian, en, insteadIt, insteadEn]) expect(text, code).to.match(/^\p{Lu}.{8,}\.$/u);
      expect(new Set([italian, en, insteadIt, insteadEn]).size, code).to.equal(4);
    }
  });
});

describe("cases: the rules run in the page too", () => {
  it("import nothing but each other, the checker apart", () => {
    const folder = new URL("../src/cases/", import.meta.url);
    const seen = new Set<string>();
    const open = ["case.ts", "check-move.ts", "legal-moves.ts", "draft-case.ts", "child-case.ts"].map(
      (name) => new URL(name, folder).href,
    );
    while (open.length > 0) {
      const file = open.pop()!;
      if (seen.has(file)) continue;
      seen.add(file);
      for (const [, from] of readFileSync(new URL(file), "utf8").matchAll(
        /^(?:import|export)\b[^;]*?from "([^"]+)"/gm,
      )) {
        expect(from, file).to.match(/^\.\.?\//);
        open.push(new URL(from!, file).href);
      }
    }
    expect(seen.size).to.be.greaterThan(8);
  });
});
