import { refuse } from "../../cases/case-errors.ts";
import { appendHistory } from "../../cases/case-history-store.ts";
import { AVAILABILITY_CHECK_MAX_AGE_SECONDS } from "../../cases/rules/case-conditions.ts";
import { actorOf } from "../../cases/visibility/visible-case.ts";
import type { Clock } from "../../clock.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import {
  type Alternative,
  type BusyAccounts,
  bestAlternative,
  type Judgement,
  judgeOffice,
  type OfficeFacts,
  type OfficeJudgement,
  type Verdict,
} from "./availability.ts";
import {
  insertCheck,
  lastOfficeAnswers,
  lockCheckedCase,
  officeOfService,
  readCheck,
  readOfficeFacts,
  type StoredCheck,
} from "./availability-store.ts";
import { sayAlternative, sayJudgement, type TwoLanguages } from "./availability-texts.ts";

export type AvailabilityDeps = {
  pool: Pool;
  clock: Clock;
  /** Which of these phone accounts have a channel on some switch now; null when no switch answers. */
  busyAccounts: (accounts: readonly string[]) => Promise<BusyAccounts>;
};

type SaidJudgement = { verdict: Verdict; since: Date | null; until: Date | null } & TwoLanguages;

export type OfficeAvailability = SaidJudgement & {
  officeId: string;
  officeName: string;
  agencyId: string;
  /** Whom the transfer would ring. */
  personId: string | null;
  people: (SaidJudgement & { personId: string; name: string })[];
  lastAnswers: { outcome: string; personName: string | null; at: Date }[];
  alternative: (Alternative & TwoLanguages) | null;
};

type Asked = { officeId: string; personId?: string | undefined; acceptsInformation: boolean | null };
type Look = { now: Date; facts: OfficeFacts; busy: BusyAccounts; judged: OfficeJudgement };

/**
 * Looks at an office, or at one person of it, without storing anything.
 * @throws AppError not_found for an unknown office, or a person who does not work there
 */
export async function lookAtOffice(deps: AvailabilityDeps, asked: Asked): Promise<OfficeAvailability> {
  return show(deps.pool, await look(deps, asked), asked.acceptsInformation);
}

/** Each office of a service (REQ 0: exactly one competent). @throws AppError not_found for an unknown service */
export async function lookAtService(deps: AvailabilityDeps, serviceId: string): Promise<OfficeAvailability[]> {
  const service = await officeOfService(deps.pool, serviceId);
  if (!service) throw new AppError("not_found", "There is no such service", { it: "Servizio inesistente." });
  return [await lookAtOffice(deps, service)];
}

export type CheckRequest = {
  officeId?: string | undefined;
  serviceId?: string | undefined;
  personId?: string | undefined;
  caseId?: string | undefined;
};
export type CheckAnswer = OfficeAvailability & {
  id: string;
  caseId: string;
  usable: boolean;
  madeAt: Date;
  expiresAt: Date;
};

/**
 * The check that is always made before a transfer (REQ 3.3): stored with its evidence and logged on the case, negative
 * ones too, since they are the reason of an assignment. Without an office it is the one competent for the case.
 * @throws AppError wrong_state (not this operator's call), rule_violated (no office to check, switchboard), not_found
 */
export async function checkAvailability(
  deps: AvailabilityDeps,
  person: SignedInPerson,
  callId: string,
  request: CheckRequest,
): Promise<CheckAnswer> {
  const service = request.serviceId === undefined ? null : await officeOfService(deps.pool, request.serviceId);
  if (request.serviceId !== undefined && !service) throw new AppError("not_found", "There is no such service");
  const named = request.officeId ?? service?.officeId ?? null;
  // The switches are asked before the transaction: a slow one must not hold the case's lock.
  const first = named === null ? await competentOffice(deps.pool, person, callId, request) : named;
  const seen = await look(deps, { officeId: first, personId: request.personId });
  return inTransaction(deps.pool, async (client) => {
    const checked = await ownCase(client, person, callId, request);
    const competent = checked.officeId === first ? checked.serviceId : null;
    const { verdict, personId, account } = seen.judged;
    const stored = await insertCheck(client, {
      callId,
      caseId: checked.caseId,
      officeId: first,
      serviceId: request.serviceId ?? competent,
      personId,
      account,
      askedById: person.id,
      verdict,
      evidence: evidenceOf(seen),
    });
    await appendHistory(client, checked.caseId, actorOf(person), "availability_check", {
      result: verdict === "free" ? "positive" : "negative",
      ...{ checkId: stored.id, officeId: first, officeName: seen.facts.name, verdict, cause: seen.judged.cause },
    });
    const accepts = service?.acceptsInformation ?? (competent === null ? null : checked.acceptsInformation);
    const answer = await show(client, seen, accepts);
    return { ...answer, ...stored, caseId: checked.caseId, usable: verdict === "free" };
  });
}

/**
 * The check that a transfer names: of this office, in this call, positive, at most 60 s old (REQ 3.3).
 * @throws AppError rule_violated with the refusal availability_check_missing, _too_old or _negative
 */
export async function usableCheck(
  client: Queryable,
  checkId: string | null,
  officeId: string,
  callId: string,
): Promise<StoredCheck & { personId: string; account: string }> {
  const check = checkId === null ? null : await readCheck(client, checkId, officeId, callId);
  if (!check) throw refuse("availability_check_missing");
  const { personId, account } = check;
  if (check.verdict !== "free" || personId === null || account === null) {
    throw new AppError("rule_violated", "The availability check was negative", {
      rule: "REQ 3.3 (§4.2)",
      refusal: "availability_check_negative",
      it: "Il controllo di disponibilità è negativo: l'ufficio non può ricevere la chiamata.",
      insteadIt: "Ripetere il controllo oppure assegnare il caso.",
      extra: { verdict: check.verdict },
    });
  }
  if (check.ageSeconds > AVAILABILITY_CHECK_MAX_AGE_SECONDS) throw refuse("availability_check_too_old");
  return { ...check, personId, account };
}

async function competentOffice(
  db: Queryable,
  person: SignedInPerson,
  callId: string,
  request: CheckRequest,
): Promise<string> {
  const { officeId } = await ownCase(db, person, callId, request);
  if (officeId !== null) return officeId;
  throw new AppError("rule_violated", "The case has no service yet", {
    rule: "REQ 3.3 (§4.2)",
    refusal: "service_needed",
    it: "Il caso non ha ancora un servizio: non si sa quale ufficio sia competente.",
    insteadIt: "Scegliere la scheda o il servizio, poi controllare la disponibilità.",
  });
}

async function ownCase(db: Queryable, person: SignedInPerson, callId: string, request: CheckRequest) {
  const checked = await lockCheckedCase(db, callId, person.id, request.caseId ?? null);
  if (!checked) {
    throw new AppError("wrong_state", "The person has no such call now", {
      rule: "REQ 3.3 (§4.2)",
      refusal: "not_your_call",
      it: "La chiamata non è in corso con questo operatore.",
    });
  }
  if (!checked.switchboard) return checked;
  throw new AppError("rule_violated", "The switchboard transfers without a check", {
    rule: "REQ 7.2 (§8)",
    refusal: "switchboard_without_check",
    it: "Il caso è di centralino: non si controlla la disponibilità di un ufficio.",
    insteadIt: "Usare il trasferimento diretto della rubrica.",
  });
}

async function look(deps: AvailabilityDeps, asked: Omit<Asked, "acceptsInformation">): Promise<Look> {
  const now = deps.clock.now();
  const [facts] = await readOfficeFacts(deps.pool, [asked.officeId], now);
  if (!facts) throw new AppError("not_found", "There is no such office", { it: "Ufficio inesistente." });
  const personId = asked.personId ?? null;
  if (personId !== null && !facts.people.some((one) => one.personId === personId)) {
    throw new AppError("not_found", "The person does not work in this office", {
      it: "La persona non lavora in questo ufficio.",
    });
  }
  const accounts = facts.people.flatMap((one) => (one.account !== null && one.registered ? [one.account] : []));
  const busy = accounts.length === 0 ? new Set<string>() : await deps.busyAccounts(accounts);
  return { now, facts, busy, judged: judgeOffice(facts, now, busy, personId) };
}

async function show(
  db: Queryable,
  { now, facts, judged }: Look,
  acceptsInformation: boolean | null,
): Promise<OfficeAvailability> {
  const alternative = bestAlternative(judged, now, acceptsInformation);
  return {
    officeId: facts.officeId,
    officeName: facts.name,
    agencyId: facts.agencyId,
    ...say(judged, now),
    personId: judged.personId,
    people: judged.people.map((one) => ({ personId: one.personId, name: one.name, ...say(one, now) })),
    lastAnswers: await lastOfficeAnswers(db, facts.officeId, 5),
    alternative: alternative && { ...alternative, ...sayAlternative(alternative, now) },
  };
}

function say(judgement: Judgement, now: Date): SaidJudgement {
  const { verdict, since, until } = judgement;
  return { verdict, since, until, ...sayJudgement(judgement, now) };
}

/** What the verdict rests on, so that it can be explained later. */
function evidenceOf({ now, facts, busy, judged }: Look): object {
  const { calendar, hoursVersion, people, ...office } = facts;
  const causeOf = new Map(judged.people.map((one) => [one.personId, { verdict: one.verdict, cause: one.cause }]));
  return {
    at: now,
    office: { ...office, hours: calendar === null ? null : hoursVersion },
    judged: { verdict: judged.verdict, cause: judged.cause, since: judged.since, until: judged.until },
    people: people.map((one) => ({ ...one, ...causeOf.get(one.personId) })),
    switchesAsked: busy !== null,
    channelsOn: busy === null ? null : [...busy],
  };
}
