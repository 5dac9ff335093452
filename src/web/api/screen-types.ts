/** What the working screens read; the server's schemas are the source, types alone are taken from them. */
import type { z } from "zod";
import type { NeedState as InformationNeedState } from "../../information-needs/information-need.ts";
import type { card, cardVersion } from "../../knowledge/cards/card-schemas.ts";
import type { Role } from "../../people/roles.ts";
import type { OperatorView, Service } from "./api-types.ts";

export type ContactAttempt = {
  id: string;
  channel: "phone" | "email" | "sms";
  outcome: string;
  note: string | null;
  at: string;
  nextAttemptAt: string | null;
  personName: string | null;
};
export type InvitedSpecialist = { id: string; name: string; invitedAt: string; endedAt: string | null };
export type CancelRequest = { childId: string; state: string; requestedAt: string; dueAt: string };
export type PersonName = { id: string; name: string };

export type CardDetail = z.output<typeof card>;
export type CardVersion = z.output<typeof cardVersion>;
export type CardLine = Pick<
  CardDetail,
  "id" | "code" | "title" | "agencyName" | "serviceName" | "state" | "validUntil" | "latestVersion"
>;
export type CardDocument = CardDetail["documents"][number];
export type GeneralAnswer = { reason: string; language: "it" | "en"; text: string; version: number };
export type EmptySearch = { text: string; found: "nothing" | "part"; times: number; lastAt: string };

export type DayHours = { weekday: number; opens: string; closes: string; places?: number | null };
export type DayException = {
  day: string;
  opens: string | null;
  closes: string | null;
  places?: number | null;
  note: string;
};
export type Agenda = {
  id: string;
  serviceId: string;
  serviceName: string;
  agencyName: string;
  name: string;
  place: string;
  bring: string;
  slotMinutes: number;
  places: number;
  holdSeconds: number;
  noticeHours: number;
  horizonDays: number;
  dayQuota: number | null;
  weekQuota: number | null;
  italianHolidays: boolean;
  localHolidays: string[];
  hours: DayHours[];
  exceptions: DayException[];
  disabled: boolean;
  version: number;
};
export type Slot = { startsAt: string; endsAt: string; places: number; free: number };
export type Booking = {
  id: string;
  agendaId: string;
  agendaName: string;
  caseId: string;
  caseNumber: number;
  state: "held" | "confirmed" | "expired" | "cancelled";
  startsAt: string;
  endsAt: string;
  heldUntil: string | null;
  where: string;
  bring: string;
  version: number;
};
export type ExpectedBooking = Booking & {
  citizen: { firstName: string | null; lastName: string | null } | null;
  offAgenda: boolean;
};

export type ServiceSettings = Service & {
  officeId: string;
  officeName: string;
  acceptsInformation: boolean;
  acceptsComplaints: boolean;
  hasAgenda: boolean;
  minFailedAttempts: number;
  contactBackReasons: string[];
  disabled: boolean;
  version: number;
};
export type Agency = {
  id: string;
  name: string;
  shortName: string;
  switchboard: boolean;
  emergencyOn: boolean;
  disabled: boolean;
  version: number;
};
export type Department = { id: string; agencyId: string; name: string; disabled: boolean; version: number };
export type Office = {
  id: string;
  agencyId: string;
  agencyName: string;
  name: string;
  phone: string | null;
  email: string | null;
  isRejectsDesk: boolean;
  services: number;
  people: number;
  version: number;
};
export type OfficeDetail = Office & {
  members: { id: string; login: string; displayName: string; disabled: boolean }[];
  absences: { id: string; personId: string; startsAt: string; endsAt: string; note: string }[];
  calendar: {
    italianHolidays: boolean;
    localHolidays: string[];
    hours: DayHours[];
    exceptions: DayException[];
  } | null;
};

export type NeedState = InformationNeedState;
export type Need = {
  id: string;
  number: number;
  state: NeedState;
  about: "card" | "directory_entry" | "missing";
  cardId: string | null;
  cardTitle: string | null;
  agencyId: string;
  agencyName: string;
  serviceId: string | null;
  serviceName: string | null;
  caseNumber: number | null;
  text: string;
  reportedBy: string | null;
  reportedAt: string;
  refuseReason: string | null;
  mergedInto: { id: string; number: number } | null;
  changeNote: string | null;
  version: number;
  /** What this person may do with it next. */
  next: NeedState[];
};
export type NeedDetail = Need & {
  history: {
    seq: number;
    at: string;
    personName: string | null;
    actor: string;
    toState: NeedState;
    note: string | null;
  }[];
};

export type PersonCard = {
  id: string;
  login: string;
  displayName: string;
  email: string | null;
  disabled: boolean;
  secondFactor: boolean;
  roles: { role: Role; agencyId: string | null }[];
  officeIds: string[];
  serviceIds: string[];
  sessions: number;
  version: number;
};

export type DeadLetter = {
  sendingId: string;
  caseNumber: number;
  kind: string;
  try: number;
  state: string;
  attempts: number;
  errorCode: string | null;
  errorDetail: string | null;
  createdAt: string;
  deadAt: string;
};

export type CardImport = {
  id: string;
  agencyName: string;
  state: "staged" | "applied" | "discarded";
  counts: { new: number; changed: number; same: number };
};
export type CardChange = {
  place: number;
  externalId: string;
  kind: "new" | "changed";
  content: { title: string };
  changes: Record<string, { from: unknown; to: unknown }>;
};

export type OperatorLine = OperatorView & {
  personId: string;
  displayName: string;
  languages: string[];
  since: string | null;
  connected: boolean;
};
export type CallLine = {
  id: string;
  direction: string;
  state: string;
  outcome: string | null;
  callerE164: string | null;
  callerName: string | null;
  language: string;
  personId: string | null;
  startedAt: string;
  queuedAt: string | null;
  talkAt: string | null;
  endedAt: string | null;
  case: { id: string; number: number; status: string } | null;
};
export type CallDetail = CallLine & {
  timeline: { at: string; kind: string; data: Record<string, unknown> | null }[];
  offers: { id: string; personId: string; account: string; state: string; createdAt: string; endedAt: string | null }[];
};

export type FlowLine = { id: string; name: string; version: number; numbers: string[] };
export type FlowDetail = FlowLine & { document: unknown };
export type FlowVersion = { version: number; createdAt: string; createdBy: { displayName: string } | null };
export type FlowProblem = { node?: string; path?: string; it: string; en?: string };
export type OpeningCalendar = {
  id: string;
  name: string;
  version: number;
  italianHolidays: boolean;
  localHolidays: string[];
  hours: DayHours[];
  exceptions: DayException[];
  state: "open" | "closed" | "holiday";
  nextOpening: string | null;
};

export type ImportCounts = { rows: number; created: number; changed: number };
export type ImportReport = {
  dryRun: boolean;
  applied: boolean;
  rows: number;
  counts: Record<string, ImportCounts> | ImportCounts | null;
  errors: { line: number; column: string | null; it: string }[];
  errorCount: number;
};

/** What a case in an office's hands carries beside its row. */
export type CaseSurroundings = {
  citizen?: {
    firstName: string | null;
    lastName: string | null;
    contacts: { kind: string; value: string; source: string }[];
  } | null;
  attempts?: ContactAttempt[];
  specialists?: InvitedSpecialist[];
  cancelRequests?: CancelRequest[];
  rejectCause?: string | null;
  officeName?: string | null;
};
