import { v7 as uuidv7 } from "uuid";
import type { CancelReason, CaseStatus, CommunicationAttribute, ContactReason } from "../../cases/case.ts";
import type { Service } from "../organisation.ts";
import { type DemoCitizen, demoRandom, pick } from "./demo-citizens.ts";

export type DemoScene = {
  services: (Service & { ask: string })[];
  citizens: DemoCitizen[];
  operatorIds: string[];
  /** Somebody of the second level for each office. */
  agentOfOffice: Map<string, string>;
  now: Date;
};

export type DemoStep = {
  kind: "opened" | "moved" | "taken" | "attempt";
  at: Date;
  personId: string | null;
  to: { status: CaseStatus; attribute: CommunicationAttribute | null } | null;
};

/** One past call with its case; the store makes rows of it. */
export type DemoCase = {
  id: string;
  callId: string;
  contactId: string;
  outcome: string;
  callerE164: string | null;
  startedAt: Date;
  talkAt: Date | null;
  endedAt: Date;
  operatorId: string | null;
  citizenId: string | null;
  parentId: string | null;
  service: Service | null;
  agencyId: string | null;
  switchboard: boolean;
  reason: ContactReason | null;
  status: CaseStatus;
  attribute: CommunicationAttribute | null;
  cancelReason: CancelReason | null;
  request: string | null;
  answer: string | null;
  note: string | null;
  takenById: string | null;
  takenAt: Date | null;
  answeredAt: Date | null;
  closedAt: Date | null;
  nextAttemptAt: Date | null;
  steps: DemoStep[];
};

type Plan = {
  count: number;
  reason: ContactReason | null;
  status: CaseStatus;
  attribute?: CommunicationAttribute;
  cancel?: { reason: CancelReason; outcome: string };
  switchboard?: boolean;
  /** Which services such a case may have. */
  fits?: (service: Service) => boolean;
};

const advanced = (service: Service) => service.profile === "advanced";
const informs = (service: Service) => service.acceptsInformation;
const complains = (service: Service) => service.acceptsComplaints;
const callsBack = (service: Service) => service.contactBackReasons.includes("information") && informs(service);

/** What a contact centre has behind it after two months: 500 cases, most closed at once, some at every office. */
const plans: Plan[] = [
  { count: 190, reason: "information", status: "resolved_l1", attribute: "communicated" },
  { count: 34, reason: "information", status: "assigned", fits: informs },
  { count: 10, reason: "information", status: "suspended", fits: informs },
  { count: 8, reason: "information", status: "rejected", fits: informs },
  { count: 50, reason: "information", status: "resolved_l2", attribute: "communicated", fits: informs },
  { count: 6, reason: "information", status: "resolved_l2", attribute: "to_communicate", fits: callsBack },
  { count: 6, reason: "information", status: "resolved_l2", attribute: "not_communicated", fits: informs },
  { count: 14, reason: "information", status: "unresolvable", fits: (service) => service.profile === "base" },
  { count: 16, reason: "complaint", status: "assigned", fits: complains },
  { count: 14, reason: "complaint", status: "resolved_l2", attribute: "communicated", fits: complains },
  { count: 6, reason: "complaint", status: "suspended", fits: complains },
  { count: 24, reason: "grievance", status: "resolved_l1", attribute: "communicated" },
  { count: 34, reason: "issue_report", status: "assigned_resolved" },
  { count: 12, reason: "information", status: "resolved_l1", attribute: "communicated", switchboard: true },
  { count: 28, reason: null, status: "cancelled", cancel: { reason: "abandoned", outcome: "abandoned_queue" } },
  { count: 16, reason: null, status: "cancelled", cancel: { reason: "outside_hours", outcome: "outside_hours" } },
  { count: 8, reason: null, status: "cancelled", cancel: { reason: "error", outcome: "wrong_number" } },
  { count: 12, reason: "reminder", status: "assigned", fits: advanced },
  { count: 12, reason: "case_status", status: "resolved_l1", attribute: "communicated", fits: advanced },
];
const open: readonly CaseStatus[] = ["assigned", "transferred", "suspended", "rejected"];
const secondLevel: readonly CaseStatus[] = [...open, "resolved_l2"];

export function demoCases(scene: DemoScene): DemoCase[] {
  const random = demoRandom(500);
  const cases: DemoCase[] = [];
  for (const plan of plans) {
    for (let index = 0; index < plan.count; index++) {
      const isChild = plan.reason === "reminder" || plan.reason === "case_status";
      // Some stay without news: their citizens call again.
      const parent = isChild ? parentFor(cases, index) : null;
      cases.push(demoCase(scene, random, plan, parent));
    }
  }
  return cases.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
}

function parentFor(cases: DemoCase[], index: number): DemoCase {
  const parents = cases.filter((one) => one.status === "assigned" && one.reason !== "reminder");
  const parent = parents[index % parents.length];
  if (!parent) throw new Error("The demo has no open case to ask about");
  return parent;
}

function demoCase(scene: DemoScene, random: () => number, plan: Plan, parent: DemoCase | null): DemoCase {
  const startedAt = parent ? between(random, parent.endedAt, scene.now) : workingTime(random, scene.now, plan);
  const heard = plan.cancel === undefined;
  const talkAt = heard ? later(startedAt, 25 + random() * 90) : null;
  const endedAt = later(talkAt ?? startedAt, heard ? 80 + random() * 300 : 15 + random() * 60);
  const service = heard && !plan.switchboard ? (parent?.service ?? serviceFor(scene, random, plan)) : null;
  const citizen = heard && plan.reason !== "grievance" ? pick(random, scene.citizens) : null;
  const citizenId = parent ? parent.citizenId : (citizen?.id ?? null);
  const caller = scene.citizens.find((one) => one.id === citizenId) ?? pick(random, scene.citizens);
  const done: DemoCase = {
    id: uuidv7({ msecs: startedAt.getTime() }),
    callId: uuidv7({ msecs: startedAt.getTime() }),
    contactId: uuidv7({ msecs: startedAt.getTime() }),
    outcome: plan.cancel?.outcome ?? "answered",
    // An anonymous grievance leaves no number (REQ 2).
    callerE164: plan.reason === "grievance" ? null : (caller.contacts[0]?.value ?? null),
    startedAt,
    talkAt,
    endedAt,
    operatorId: heard ? pick(random, scene.operatorIds) : null,
    citizenId,
    parentId: parent?.id ?? null,
    service,
    agencyId: service?.agencyId ?? (plan.switchboard ? pick(random, scene.services).agencyId : null),
    switchboard: plan.switchboard ?? false,
    reason: plan.reason,
    status: plan.status,
    attribute: plan.attribute ?? null,
    cancelReason: plan.cancel?.reason ?? null,
    ...textsOf(scene, plan, service),
    takenById: null,
    takenAt: null,
    answeredAt: null,
    closedAt: null,
    nextAttemptAt: null,
    steps: [{ kind: "opened", at: startedAt, personId: null, to: { status: "draft", attribute: null } }],
  };
  live(scene, random, done);
  return done;
}

/** From draft to where it is now, each step at a believable time. */
function live(scene: DemoScene, random: () => number, one: DemoCase): void {
  const step = (kind: DemoStep["kind"], at: Date, personId: string | null, status?: CaseStatus) =>
    one.steps.push({ kind, at, personId, to: status ? { status, attribute: attributeAt(one, status) } : null });
  const saved = later(one.endedAt, 5 + random() * 40);
  const parentOnly = one.parentId === null;
  const toOffice = secondLevel.includes(one.status) && parentOnly;
  step("moved", saved, one.operatorId, toOffice ? "assigned" : one.status);
  if (!toOffice) {
    if (one.status !== "assigned") one.closedAt = saved;
    if (one.answer !== null) one.answeredAt = one.talkAt;
    return;
  }
  const agent = scene.agentOfOffice.get(one.service?.officeId ?? "") ?? null;
  const hour = 3_600;
  if (one.status === "suspended" || one.status === "resolved_l2" || (one.status === "assigned" && random() < 0.3)) {
    one.takenById = agent;
    one.takenAt = before(scene.now, later(saved, hour * (0.2 + random() * 20)));
    if (agent === null) one.takenAt = null;
    step("taken", one.takenAt ?? saved, agent);
  }
  if (one.status === "assigned") return;
  const moved = before(scene.now, later(one.takenAt ?? saved, hour * (0.2 + random() * 40)));
  if (one.status === "resolved_l2") one.answeredAt = moved;
  if (one.attribute === "not_communicated") {
    step("attempt", moved, agent);
    one.nextAttemptAt = later(scene.now, hour * 24);
  }
  step("moved", moved, agent, one.status);
  if (one.attribute === "communicated") one.closedAt = moved;
}

function attributeAt(one: DemoCase, status: CaseStatus): CommunicationAttribute | null {
  return status === one.status ? one.attribute : null;
}

function textsOf(scene: DemoScene, plan: Plan, service: Service | null): Pick<DemoCase, "request" | "answer" | "note"> {
  if (plan.switchboard) {
    return { request: null, answer: null, note: "Chiede di parlare con l'ufficio: trasferito alla rubrica." };
  }
  if (plan.cancel || !service) return { request: null, answer: null, note: null };
  const ask = scene.services.find((one) => one.id === service.id)?.ask ?? service.name;
  const answered =
    ["resolved_l1", "resolved_l2", "assigned_resolved"].includes(plan.status) || plan.reason === "reminder";
  const answer = answered ? answers[plan.reason ?? "information"] : null;
  return { request: requests[plan.reason ?? "information"](service.name, ask), answer, note: null };
}

const requests: Record<ContactReason, (service: string, ask: string) => string> = {
  information: (_service, ask) => `Il cittadino chiede ${ask}.`,
  case_status: () => "Chiede a che punto è la sua richiesta.",
  complaint: (service) => `Reclamo sul servizio "${service}": attesa troppo lunga e nessuna risposta alle e-mail.`,
  grievance: (service) => `Si lamenta del servizio "${service}".`,
  issue_report: (service) => `Segnala un disservizio: ${service}.`,
  reminder: () => "Sollecita una risposta: non ha avuto notizie.",
  update_notice: () => "Comunica un dato nuovo.",
  booking: (service) => `Prenota un appuntamento: ${service}.`,
};
const answers: Record<ContactReason, string> = {
  information: "Indicati sportello competente, orari, documenti da portare e pagina del sito.",
  case_status: "La richiesta è in lavorazione presso l'ufficio competente.",
  complaint: "L'ufficio si scusa e ha fissato un appuntamento entro la settimana.",
  grievance: "Grazie per la segnalazione: ne terremo conto per migliorare il servizio.",
  issue_report: "La segnalazione è stata trasmessa all'ufficio competente.",
  reminder: "Il sollecito è stato trasmesso all'ufficio che segue la richiesta.",
  update_notice: "La comunicazione è stata trasmessa all'ufficio.",
  booking: "Appuntamento fissato; portare un documento valido.",
};

function serviceFor(scene: DemoScene, random: () => number, plan: Plan): Service {
  const { fits } = plan;
  return pick(random, fits ? scene.services.filter(fits) : scene.services);
}

/** A working day of the last two months between 8 and 19 by the clock of Rome (UTC+1 or +2: nobody minds an hour). */
function workingTime(random: () => number, now: Date, plan: Plan): Date {
  for (;;) {
    // Open cases are of the last weeks, the others spread.
    const daysBack = 1 + random() * (open.includes(plan.status) ? 18 : 60);
    const day = new Date(now.getTime() - daysBack * 86_400_000);
    const closed = plan.cancel?.reason === "outside_hours";
    day.setUTCHours(
      closed ? 20 : 7 + Math.floor(random() * 10),
      Math.floor(random() * 60),
      Math.floor(random() * 60),
      0,
    );
    if (day.getUTCDay() % 6 !== 0 && day.getTime() < now.getTime() - 7_200_000) return day;
  }
}

function between(random: () => number, from: Date, to: Date): Date {
  return new Date(from.getTime() + (0.1 + random() * 0.8) * (to.getTime() - from.getTime() - 3_600_000));
}

function later(from: Date, seconds: number): Date {
  return new Date(from.getTime() + Math.round(seconds * 1000));
}

function before(limit: Date, date: Date): Date {
  return date < limit ? date : new Date(limit.getTime() - 60_000);
}
