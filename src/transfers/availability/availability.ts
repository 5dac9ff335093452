import { type Calendar, isOpen, nextOpening, openingState } from "../../ivr/hours/opening-hours.ts";

/**
 * Can a caller be passed to this office now (REQ 3.3)? Pure: facts in, verdict out. The office's hours come first,
 * then each of its people; the office is as free as the freest of them.
 *
 *   closed ◄── hours, holidays                      free ──► the transfer command takes the check for 60 s
 *   absent ◄── on leave, no seat, page away         anything else ──► refused; the case is assigned instead
 *   dnd ◄── asked not to be disturbed
 *   unreachable ◄── phone not registered, office not in use
 *   busy ◄── a call, wrap-up, or a channel on the phone
 */
export const verdicts = ["free", "busy", "closed", "unreachable", "absent", "dnd"] as const;
export type Verdict = (typeof verdicts)[number];

/** Why; one sentence each in `availability-texts.ts`. */
export const causes = [
  "free",
  "free_but_missed",
  "on_a_call",
  "in_wrap_up",
  "phone_in_use",
  "hours",
  "holiday",
  "no_hours_ahead",
  "office_disabled",
  "phone_not_registered",
  "nobody_assigned",
  "on_leave",
  "not_at_seat",
  "page_closed",
  "do_not_disturb",
] as const;
export type Cause = (typeof causes)[number];

/** One person of the office as the rows have them. */
export type PersonFacts = {
  personId: string;
  name: string;
  /** Account that rings, of the seat the person signed in at; null without an office's seat. */
  account: string | null;
  /** The page is open: it must show the case while the phone rings (REQ 3.4). */
  pageOpen: boolean;
  registered: boolean;
  doNotDisturbSince: Date | null;
  absentUntil: Date | null;
  /** A call or wrap-up that our rows know of, and since when. */
  occupied: "call" | "wrap_up" | null;
  occupiedSince: Date | null;
  idleSince: Date | null;
  lastAnswer: { outcome: string; at: Date } | null;
};

export type OfficeFacts = {
  officeId: string;
  name: string;
  agencyId: string;
  disabled: boolean;
  /** Null: no hours are known, so they exclude nobody. */
  calendar: Calendar | null;
  /** Another one after each change of the hours, whether the calendar or the office was edited. */
  hoursVersion: string;
  people: PersonFacts[];
};

/** Accounts with a channel on some switch; null when no switch could be asked. */
export type BusyAccounts = ReadonlySet<string> | null;

export type Judgement = {
  verdict: Verdict;
  cause: Cause;
  /** Busy or not to be disturbed since. */
  since: Date | null;
  /** Closed or on leave until, where known. */
  until: Date | null;
};
export type PersonJudgement = Judgement & { personId: string; name: string; account: string | null };
export type OfficeJudgement = Judgement & {
  /** Whom to ring when free; otherwise whoever will be free first, if anybody. */
  personId: string | null;
  account: string | null;
  people: PersonJudgement[];
};

/** Who let it ring within these minutes is rung after the others. */
const missedMinutes = 5;
/** Better ones first: who is busy will be free sooner than who is on leave. */
const preference: readonly Verdict[] = ["free", "busy", "dnd", "unreachable", "absent", "closed"];

/** The office, or only one of its people when `personId` is given; `opening` is for who has looked it up before. */
export function judgeOffice(
  office: OfficeFacts,
  now: Date,
  busy: BusyAccounts,
  personId: string | null = null,
  opening: typeof nextOpening = nextOpening,
): OfficeJudgement {
  const people = office.people
    .filter((person) => personId === null || person.personId === personId)
    .sort((a, b) => byTurn(a, b, now))
    .map((person) => judgePerson(person, now, busy))
    // Stable: the turn holds among equals.
    .sort((a, b) => preference.indexOf(a.verdict) - preference.indexOf(b.verdict));
  const nobody = { personId: null, account: null, people };
  if (office.disabled) return { ...plain("unreachable", "office_disabled"), ...nobody };
  if (office.calendar && !isOpen(office.calendar, now)) return { ...closed(office.calendar, now, opening), ...nobody };
  const [best] = people;
  if (!best) return { ...plain("absent", "nobody_assigned"), ...nobody };
  const { verdict, cause, since, until } = best;
  return { verdict, cause, since, until, personId: best.personId, account: best.account, people };
}

export function judgePerson(person: PersonFacts, now: Date, busy: BusyAccounts): PersonJudgement {
  const { personId, name, account } = person;
  return { ...judgeOne(person, now, busy), personId, name, account };
}

function judgeOne(person: PersonFacts, now: Date, busy: BusyAccounts): Judgement {
  if (person.absentUntil) return { ...plain("absent", "on_leave"), until: person.absentUntil };
  if (person.account === null) return plain("absent", "not_at_seat");
  if (!person.pageOpen) return plain("absent", "page_closed");
  if (person.doNotDisturbSince) return { ...plain("dnd", "do_not_disturb"), since: person.doNotDisturbSince };
  if (!person.registered) return plain("unreachable", "phone_not_registered");
  if (person.occupied) {
    return { ...plain("busy", person.occupied === "call" ? "on_a_call" : "in_wrap_up"), since: person.occupiedSince };
  }
  if (busy?.has(person.account)) return plain("busy", "phone_in_use");
  return plain("free", missedLast(person, now) ? "free_but_missed" : "free");
}

/** Whoever did not let it ring just now, then whoever is idle for longest. */
function byTurn(a: PersonFacts, b: PersonFacts, now: Date): number {
  const missed = Number(missedLast(a, now)) - Number(missedLast(b, now));
  const idle = (a.idleSince?.getTime() ?? 0) - (b.idleSince?.getTime() ?? 0);
  return missed || idle || (a.personId < b.personId ? -1 : 1);
}

function missedLast({ lastAnswer }: PersonFacts, now: Date): boolean {
  if (lastAnswer === null || !["no_answer", "refused", "voicemail"].includes(lastAnswer.outcome)) return false;
  return now.getTime() - lastAnswer.at.getTime() < missedMinutes * 60_000;
}

function closed(calendar: Calendar, now: Date, opening: typeof nextOpening): Judgement {
  const until = opening(calendar, now);
  if (!until) return plain("closed", "no_hours_ahead");
  return { ...plain("closed", openingState(calendar, now) === "holiday" ? "holiday" : "hours"), until };
}

function plain(verdict: Verdict, cause: Cause): Judgement {
  return { verdict, cause, since: null, until: null };
}

/** What the operator does when the office is not free. */
export type Alternative = { kind: "try_again" | "assign" | "declare_unresolvable"; at: Date | null };

/** Sooner than this the citizen may well hold the line or be called again. */
const soonMinutes = 10;

/**
 * The best of what the process allows (REQ 3.1, 3.2): nothing when free; soon again when the office opens within ten
 * minutes; else assignment, or the declaration where the service does not take information cases. `acceptsInformation`
 * is null when only the office was asked about.
 */
export function bestAlternative(
  { verdict, until }: Judgement,
  now: Date,
  acceptsInformation: boolean | null,
): Alternative | null {
  if (verdict === "free") return null;
  if (until && until.getTime() - now.getTime() <= soonMinutes * 60_000) return { kind: "try_again", at: until };
  return { kind: acceptsInformation === false ? "declare_unresolvable" : "assign", at: null };
}
