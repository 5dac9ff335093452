import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import {
  CONTACT_REASONS,
  closesCase,
  POSITIONS,
  type Position,
  PROFILES,
  placeOf,
  REASONS_OF,
  ROLES,
  type Role,
  STATUSES,
} from "../src/cases/case.ts";
import type { MoveFacts } from "../src/cases/case-facts.ts";
import { checkMove, checkMoveAs, moveRefusalCode } from "../src/cases/check-move.ts";
import { legalMoves } from "../src/cases/legal-moves.ts";
import { readRules, worldsOf } from "../src/cases/rules/check-rules.ts";
import { baselineFacts, type Combination, worldFacts } from "../src/cases/rules/rule-worlds.ts";

const rows = readRules(readFileSync(new URL("./rules.csv", import.meta.url), "utf8"));
const draft: Position = { status: "draft", attribute: null };

const someCase = fc
  .constantFrom(...PROFILES)
  .chain((profile) => fc.record({ profile: fc.constant(profile), reason: fc.constantFrom(...REASONS_OF[profile]) }));
const second = { profile: "advanced", reason: "information" } as const;
/** Half of the cases are of the kind that has the longest life. */
const walkedCase = fc.oneof(someCase, fc.constant(second));
const someActor = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom<Role>("operator", "office_agent", "office_agent", "rejects_agent", "system"),
  },
  { weight: 1, arbitrary: fc.constantFrom<Role>(...ROLES) },
);
const someSteps = fc.array(
  fc.record({ role: someActor, world: fc.constantFrom(...worldsOf(rows)), pick: fc.nat(99) }),
  { minLength: 5, maxLength: 40 },
);

/** What each legal move must leave behind, said again in the words of REQUIREMENTS and not of the table. */
function expectSound(step: Combination): void {
  const { profile, reason, from, to, role } = step;
  expect(to.attribute !== null, "attribute only on the two Risolto").to.equal(to.status.startsWith("resolved_"));
  expect(to.status, "no return to draft").not.to.equal("draft");
  if (closesCase(from.status, from.attribute)) {
    expect(closesCase(to.status, to.attribute), "closed stays closed").to.equal(true);
    expect(to.status, "only the attribute of a Risolto I changes after closure").to.equal("resolved_l1");
  }
  if (profile === "base") {
    expect(["resolved_l1", "unresolvable", "assigned_resolved", "cancelled"]).to.include(to.status);
  }
  if (reason === "complaint") {
    expect(to.status).not.to.be.oneOf(["transferred", "resolved_l1", "unresolvable", "assigned_resolved"]);
  }
  if (reason === "grievance") expect(to.status).to.be.oneOf(["resolved_l1", "cancelled"]);
  if (to.status === "resolved_l2" && role === "operator") {
    expect(from.attribute).to.equal("to_communicate");
    expect(to.attribute).to.be.oneOf(["communicated", "not_communicable"]);
  }
  if (to.status === "rejected" || to.status === "suspended") expect(role).to.equal("office_agent");
  if (from.status === "rejected" && to.status === "assigned") expect(role).to.equal("rejects_agent");
}

describe("cases: any history of legal moves", () => {
  it("keeps the invariants and reaches every state", () => {
    let moved = 0;
    const reached = new Set<string>();
    fc.assert(
      fc.property(walkedCase, someSteps, ({ profile, reason }, steps) => {
        let from = draft;
        for (const { role, world, pick } of steps) {
          // cancelling is legal nearly everywhere and would end nearly every walk at its first step
          const goals = pick % 10 === 0 ? POSITIONS : POSITIONS.filter(({ status }) => status !== "cancelled");
          const open = goals
            .map((to): Combination => ({ profile, reason, from, to, role }))
            .filter((step) => moveRefusalCode(worldFacts(world, step)) === null);
          const step = open[pick % Math.max(1, open.length)];
          if (step === undefined) continue;
          expectSound(step);
          from = step.to;
          moved += 1;
          reached.add(placeOf(from.status, from.attribute)!);
        }
      }),
      { numRuns: 1500 },
    );
    expect(moved, "the walk did walk").to.be.greaterThan(1500);
    expect(reached.size, "and saw every state but draft").to.equal(POSITIONS.length - 1);
  });
});

const bool = fc.boolean();
const someFacts: fc.Arbitrary<Partial<MoveFacts>> = fc.record(
  {
    switchboard: bool,
    hasAgency: bool,
    hasNote: bool,
    hasRequest: bool,
    hasAnswer: bool,
    acceptsInformation: bool,
    acceptsComplaint: bool,
    contactBackEnabled: bool,
    hasUsableContact: bool,
    spokeWithCitizen: bool,
    callLive: bool,
    sameCall: bool,
    officeVoiceLost: bool,
    citizenWithOffice: bool,
    takenCharge: bool,
    ownOffice: bool,
    missingKnowledgeDeclared: bool,
    cancelRequestGranted: bool,
    cancelRequestUnanswered: bool,
    emailed: bool,
    sendings: fc.nat(4),
    minFailedAttempts: fc.nat(3),
    positiveAvailabilityCheckAgeSeconds: fc.option(fc.double({ min: -10, max: 120 })),
    contactAttempts: fc.record({ count: fc.nat(3), nextAttemptSet: bool, failedAfterAnswer: fc.nat(3) }),
    citizen: fc.option(
      fc.record({ hasName: bool, hasSurname: bool, hasPhone: bool, hasEmail: bool, phoneConfirmed: bool }),
    ),
  },
  { requiredKeys: [] },
);

function allCombinations(): Combination[] {
  return [...PROFILES, null].flatMap((profile) =>
    CONTACT_REASONS.flatMap((reason) =>
      POSITIONS.flatMap((from) =>
        POSITIONS.flatMap((to) => ROLES.map((role): Combination => ({ profile, reason, from, to, role }))),
      ),
    ),
  );
}

const legal = allCombinations().filter((one) => moveRefusalCode(baselineFacts(one)) === null);

describe("cases: whatever the facts", () => {
  it("an allowed move has what REQUIREMENTS asks of it", () => {
    let allowed = 0;
    fc.assert(
      fc.property(fc.constantFrom(...legal), someFacts, (combination, changes) => {
        const f: MoveFacts = { ...baselineFacts(combination), ...changes };
        if (checkMove(f) !== null) return;
        allowed += 1;
        if (f.to === "transferred") {
          expect(f.positiveAvailabilityCheckAgeSeconds).to.be.within(0, 60);
          expect(f.acceptsInformation && f.citizenWithOffice && !f.switchboard).to.equal(true);
        }
        if (f.to === "unresolvable" && f.profile === "advanced") expect(f.acceptsInformation).to.equal(false);
        if (f.to === "resolved_l1" && f.status === "draft") {
          expect(
            f.spokeWithCitizen && (f.switchboard ? f.hasNote && f.hasAgency : f.hasRequest && f.hasAnswer),
          ).to.equal(true);
        }
        if (f.reason === "complaint" && f.status === "draft" && f.to === "assigned") {
          expect(f.hasUsableContact && f.acceptsComplaint && f.citizen?.hasSurname).to.equal(true);
        }
        if (f.to === "assigned_resolved") {
          const { hasName, hasSurname, hasPhone, hasEmail, phoneConfirmed } = f.citizen!;
          expect(hasName && hasSurname && (hasEmail || (hasPhone && phoneConfirmed))).to.equal(true);
        }
        if (f.toAttribute === "to_communicate") expect(f.contactBackEnabled).to.equal(true);
        if (f.to === "resolved_l2" && f.toAttribute === "not_communicated") {
          expect(f.contactAttempts.count > 0 && f.contactAttempts.nextAttemptSet).to.equal(true);
        }
        if (f.to === "resolved_l2" && f.toAttribute === "not_communicable") {
          expect(f.contactAttempts.failedAfterAnswer).to.be.at.least(Math.max(1, f.minFailedAttempts));
        }
        if (f.role === "office_agent") expect(f.ownOffice).to.equal(true);
        if (f.status === "resolved_l1") expect(f.emailed).to.equal(true);
      }),
      { numRuns: 20_000 },
    );
    expect(allowed, "enough of them were allowed to mean something").to.be.greaterThan(1000);
  });

  it("legalMoves offers exactly what checkMove allows, choices of the form apart", () => {
    const someRole = fc.constantFrom<Role>(...ROLES);
    const somePlace = fc.constantFrom(...POSITIONS);
    fc.assert(
      fc.property(someCase, somePlace, someRole, someFacts, ({ profile, reason }, from, role, changes) => {
        const base: MoveFacts = { ...baselineFacts({ profile, reason, from, to: draft, role }), ...changes };
        const offered = legalMoves(base);
        const elsewhere = POSITIONS.filter((to) => to !== from && to.status !== "draft");
        expect(offered.map(({ to, attribute }) => placeOf(to, attribute))).to.deep.equal(
          elsewhere.map((to) => placeOf(to.status, to.attribute)),
        );
        for (const { to, attribute, refusal, asks, cancelReasons } of offered) {
          const now = checkMove({ ...base, to, toAttribute: attribute });
          if (refusal !== null) expect(now, to).not.to.equal(null);
          else if (to === "cancelled") expect(cancelReasons.length).to.be.greaterThan(0);
          else expect(now === null, to).to.equal(asks.length === 0);
          for (const cancelReason of cancelReasons) {
            expect(checkMove({ ...base, to, toAttribute: attribute, cancelReason })).to.equal(null);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("several roles allow what one of them allows", () => {
    const someRoles = fc.uniqueArray(fc.constantFrom<Role>(...ROLES), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(...allCombinations().filter((_, index) => index % 7 === 0)),
        someRoles,
        (one, roles) => {
          const facts = baselineFacts(one);
          const single = roles.map((role) => checkMove({ ...facts, role }));
          expect(checkMoveAs(roles, facts) === null).to.equal(single.includes(null));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("closes exactly the states of REQ 4", () => {
    const closed = POSITIONS.filter(({ status, attribute }) => closesCase(status, attribute));
    expect(closed.map(({ status, attribute }) => placeOf(status, attribute))).to.have.members([
      "resolved_l1/communicated",
      "resolved_l1/not_communicated",
      "resolved_l1/not_communicable",
      "resolved_l2/communicated",
      "resolved_l2/not_communicable",
      "assigned_resolved",
      "cancelled",
      "unresolvable",
    ]);
    expect(STATUSES.filter((status) => closesCase(status, null))).to.include("cancelled");
  });
});
