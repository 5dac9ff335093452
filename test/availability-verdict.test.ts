import { expect } from "chai";
import fc from "fast-check";
import {
  bestAlternative,
  judgeOffice,
  type OfficeFacts,
  type PersonFacts,
} from "../src/transfers/availability/availability.ts";
import { sayAlternative, sayJudgement } from "../src/transfers/availability/availability-texts.ts";

// A Monday, 10:00 in Rome.
const now = new Date("2026-03-02T09:00:00Z");
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

const person = (personId: string, more: Partial<PersonFacts> = {}): PersonFacts => ({
  personId,
  name: `Persona ${personId}`,
  account: `30${personId.charCodeAt(0) % 10}`,
  pageOpen: true,
  registered: true,
  doNotDisturbSince: null,
  absentUntil: null,
  occupied: null,
  occupiedSince: null,
  idleSince: minutesAgo(10),
  lastAnswer: null,
  ...more,
});
const office = (people: PersonFacts[], more: Partial<OfficeFacts> = {}): OfficeFacts => ({
  officeId: "o",
  name: "Anagrafe",
  agencyId: "a",
  disabled: false,
  calendar: null,
  hoursVersion: "",
  people,
  ...more,
});
const weekdays = {
  italianHolidays: true,
  localHolidays: ["06-24"],
  hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: "08:30", closes: "13:00" })),
  exceptions: [],
};
const judge = (facts: OfficeFacts, at = now) => judgeOffice(facts, at, new Set());
const only = (more: Partial<PersonFacts>) => judge(office([person("a", more)]));

describe("availability: the verdict from facts", () => {
  it("is free when somebody sits at a registered, silent phone with the page open", () => {
    expect(only({})).to.include({ verdict: "free", cause: "free", personId: "a" });
  });

  it("names what is in the way, each by itself", () => {
    expect(only({ absentUntil: new Date("2026-03-06T17:00:00Z") })).to.include({
      verdict: "absent",
      cause: "on_leave",
    });
    expect(only({ account: null })).to.include({ verdict: "absent", cause: "not_at_seat" });
    expect(only({ pageOpen: false })).to.include({ verdict: "absent", cause: "page_closed" });
    expect(only({ doNotDisturbSince: minutesAgo(3) })).to.include({ verdict: "dnd", cause: "do_not_disturb" });
    expect(only({ registered: false })).to.include({ verdict: "unreachable", cause: "phone_not_registered" });
    expect(only({ occupied: "call", occupiedSince: minutesAgo(2) })).to.deep.include({
      verdict: "busy",
      cause: "on_a_call",
      since: minutesAgo(2),
    });
    expect(only({ occupied: "wrap_up" })).to.include({ verdict: "busy", cause: "in_wrap_up" });
    expect(judge(office([]))).to.include({ verdict: "absent", cause: "nobody_assigned", personId: null });
    expect(judge(office([person("a")], { disabled: true }))).to.include({ verdict: "unreachable", personId: null });
  });

  it("believes a channel on the phone that no row knows of, and only the rows when no switch was asked", () => {
    const facts = office([person("a", { account: "301" })]);
    expect(judgeOffice(facts, now, new Set(["301"]))).to.include({ verdict: "busy", cause: "phone_in_use" });
    expect(judgeOffice(facts, now, null)).to.include({ verdict: "free" });
  });

  it("is closed outside hours and on holidays until it opens again, whoever is there", () => {
    const facts = office([person("a")], { calendar: weekdays });
    expect(judge(facts)).to.include({ verdict: "free" });
    const evening = judge(facts, new Date("2026-03-02T17:00:00Z"));
    expect(evening).to.deep.include({ verdict: "closed", cause: "hours", until: new Date("2026-03-03T07:30:00Z") });
    expect(evening.personId).to.equal(null);
    const easterMonday = judge(facts, new Date("2026-04-06T08:00:00Z"));
    expect(easterMonday).to.deep.include({ cause: "holiday", until: new Date("2026-04-07T06:30:00Z") });
    const never = judge(office([person("a")], { calendar: { ...weekdays, hours: [] } }));
    expect(never).to.deep.include({ verdict: "closed", cause: "no_hours_ahead", until: null });
  });

  it("rings the one idle for longest, and last whoever let it ring within five minutes", () => {
    const early = person("a", { idleSince: minutesAgo(30), account: "301" });
    const late = person("b", { idleSince: minutesAgo(5), account: "302" });
    expect(judge(office([late, early]))).to.include({ personId: "a", account: "301" });
    const missed = { ...early, lastAnswer: { outcome: "no_answer", at: minutesAgo(1) } };
    expect(judge(office([missed, late]))).to.include({ personId: "b", cause: "free" });
    expect(judge(office([missed]))).to.include({ verdict: "free", cause: "free_but_missed" });
    const longAgo = { ...early, lastAnswer: { outcome: "no_answer", at: minutesAgo(6) } };
    expect(judge(office([longAgo, late]))).to.include({ personId: "a", cause: "free" });
  });

  it("is as free as the freest of its people, and judges one alone when asked about one", () => {
    const people = [
      person("a", { registered: false }),
      person("b", { occupied: "call" }),
      person("c", { account: null }),
    ];
    expect(judge(office(people))).to.include({ verdict: "busy", personId: "b" });
    expect(judgeOffice(office(people), now, null, "c")).to.include({ verdict: "absent", personId: "c" });
  });

  it("gives the same verdict whatever the order of the people; free names an account (property)", () => {
    const anyPerson = fc.record({
      account: fc.option(fc.constantFrom("301", "302", "303"), { nil: null }),
      pageOpen: fc.boolean(),
      registered: fc.boolean(),
      doNotDisturbSince: fc.option(fc.constant(minutesAgo(1)), { nil: null }),
      occupied: fc.option(fc.constantFrom("call" as const, "wrap_up" as const), { nil: null }),
      idleSince: fc.constantFrom(minutesAgo(1), minutesAgo(2)),
      lastAnswer: fc.option(fc.constant({ outcome: "refused", at: minutesAgo(1) }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(anyPerson, { maxLength: 6 }), fc.nat(), (several, turn) => {
        const people = several.map((more, index) => person(String.fromCharCode(97 + index), more));
        const turned = [...people.slice(turn % 7), ...people.slice(0, turn % 7)];
        const judged = judge(office(people));
        expect(judge(office(turned))).to.deep.equal(judged);
        if (judged.verdict === "free") expect(judged.account).to.not.equal(null);
        const free = people.some(
          (one) => one.account && one.pageOpen && one.registered && !one.doNotDisturbSince && !one.occupied,
        );
        expect(judged.verdict === "free").to.equal(free);
      }),
    );
  });

  it("offers what the process allows instead: soon again, assignment, or the declaration", () => {
    const soon = { verdict: "closed" as const, cause: "hours" as const, since: null, until: minutesAgo(-5) };
    expect(bestAlternative(soon, now, true)).to.deep.equal({ kind: "try_again", at: minutesAgo(-5) });
    const later = { ...soon, until: minutesAgo(-60) };
    expect(bestAlternative(later, now, true)?.kind).to.equal("assign");
    expect(bestAlternative(later, now, null)?.kind).to.equal("assign");
    expect(bestAlternative(later, now, false)?.kind).to.equal("declare_unresolvable");
    expect(bestAlternative(only({}), now, true)).to.equal(null);
  });

  it("says it in Italian and English on the clock of Rome", () => {
    const say = (facts: Partial<PersonFacts>) => sayJudgement(only(facts), now);
    expect(say({ occupied: "call", occupiedSince: minutesAgo(20) })).to.deep.equal({
      it: "Occupato: è al telefono dalle 09:40.",
      en: "Busy: on the phone since 09:40.",
    });
    expect(say({ occupied: "call" }).it).to.equal("Occupato: è al telefono.");
    expect(say({ absentUntil: new Date("2026-03-06T17:00:00Z") }).it).to.equal(
      "Assente fino a venerdì 6 marzo alle 18:00.",
    );
    expect(sayAlternative({ kind: "try_again", at: minutesAgo(-5) }, now)).to.deep.equal({
      it: "Riprovare dopo le 10:05.",
      en: "Try again after 10:05.",
    });
  });
});
