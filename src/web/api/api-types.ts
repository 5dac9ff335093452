/** What the page reads from /api/v1. The server's zod schemas are the source; these name only what the page uses. */
import type {
  CaseStatus,
  CommunicationAttribute,
  ContactReason,
  InformationKind,
  NoticeContent,
} from "../../cases/case.ts";
import type { LegalReason } from "../../cases/draft-case.ts";
import type { LegalMove } from "../../cases/legal-moves.ts";
import type { Refusal } from "../../cases/refusal-texts.ts";
import type { Role } from "../../people/roles.ts";
import type { CaseSurroundings } from "./screen-types.ts";
import type { CaseTask, MissingKnowledge } from "./work-types.ts";

export type { LegalMove, LegalReason, Refusal };

export type Language = "it" | "en";

export type Person = {
  id: string;
  login: string;
  displayName: string;
  language: Language;
  roles: { role: Role; agencyId: string | null }[];
  officeIds: string[];
  /** What must be done before the roles count. */
  pending?: readonly string[];
};

export type ShownState = "offline" | "available" | "ringing" | "on_call" | "wrap_up" | "pause" | "not_answering";

/** Payload of the `state` event and of the operator part of GET /me. */
export type OperatorView = {
  state: ShownState;
  chosen: "offline" | "available" | "pause";
  pauseReason: string | null;
  wrapUpUntil: string | null;
  wrapUpExtensions: number;
  callId: string | null;
  seat: string | null;
  phone: "sip" | "web";
};

export type CaseLine = {
  id: string;
  number: number;
  status: CaseStatus;
  attribute?: CommunicationAttribute | null;
  reason: ContactReason | null;
  openedAt: string;
  closedAt?: string | null;
  serviceName?: string | null;
  agencyName?: string | null;
  citizenName?: string | null;
  request?: string | null;
  takenBy?: { id: string; name: string } | null;
  openedByCallId?: string | null;
};

export type CitizenCandidate = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  openCases: CaseLine[];
};

/** Payload of the `offer` event: the screen pop (REQ 1.3). */
export type Offer = {
  offerId: string;
  callId: string;
  caseId: string;
  caseNumber: number;
  caller: { e164: string | null; name: string | null };
  language: Language;
  agencyId: string | null;
  choices: { node: string; key: string; label: string }[];
  waitMs: number;
  account: string;
  autoAnswer: boolean;
  offeredAt: string;
  citizens: CitizenCandidate[];
  recentCases: CaseLine[];
};

export type OfferEndReason =
  | "no_answer"
  | "refused"
  | "busy"
  | "unreachable"
  | "caller_left"
  | "answered"
  | "withdrawn";

/** What the phone in the page registers with; ends when another page asks. */
export type PhoneAccount = { account: string; password: string };

export type CallView = {
  callId: string;
  state: "talking" | "ended";
  held: boolean;
  muted: boolean;
  talkAt: string | null;
  endedAt: string | null;
  outcome: string | null;
  /** A call that this desk began, and whom it calls. */
  direction?: "inbound" | "outbound";
  number?: string | null;
};

/** A line of GET /tasks. */
export type LiveTask = {
  id: string;
  kind: string;
  state: "open" | "claimed";
  caseId: string;
  caseNumber: number;
  claimedById: string | null;
  serviceName: string | null;
};

/** Payload of the `task` event: a task that came, was claimed or ended. */
export type TaskView = {
  taskId: string;
  kind: string;
  caseId: string;
  caseNumber: number;
  what: string;
  /** Claimed by the person of this page; only the list knows. */
  mine?: boolean;
  serviceName?: string | null;
};

export type CitizenContact = {
  id?: string;
  kind: "phone" | "email" | "address";
  value: string;
  source: "declared" | "network";
};

export type Citizen = {
  id: string;
  firstName: string | null;
  lastName: string | null;
  taxCode: string | null;
  note: string | null;
  contacts: CitizenContact[];
  version: number;
};

/** What a search for citizens gives. */
export type FoundCitizen = Pick<Citizen, "id" | "firstName" | "lastName" | "taxCode" | "version"> & {
  contacts: { kind: string; value: string; source: string }[];
  openCases: number;
};

export type Service = {
  id: string;
  name: string;
  agencyId: string;
  agencyName: string;
  departmentId: string;
  departmentName: string;
  profile: "base" | "advanced";
};

export type CaseHistoryLine = {
  seq: number;
  at: string;
  personName: string | null;
  actor: string;
  kind: string;
  toStatus: CaseStatus | null;
  toAttribute: CommunicationAttribute | null;
  data: Record<string, unknown>;
};

export type CaseNote = { id: string; kind: string; text: string; at: string; personName: string | null };

/** A case as PATCH, moves and take-charge answer it. */
export type CaseRow = {
  id: string;
  number: number;
  version: number;
  status: CaseStatus;
  attribute: CommunicationAttribute | null;
  reason: ContactReason | null;
  informationKinds: InformationKind[];
  switchboard: boolean;
  agencyId: string | null;
  agencyName: string | null;
  serviceId: string | null;
  profile: "base" | "advanced" | null;
  request: string | null;
  answer: string | null;
  note: string | null;
  citizenId: string | null;
  phoneConfirmed: boolean;
  takenBy: { id: string; name: string } | null;
  openedAt: string;
  closedAt: string | null;
  parentId: string | null;
  relatedCaseId: string | null;
  noticeContent: NoticeContent | null;
  missingKnowledge: MissingKnowledge | null;
  nextAttemptAt: string | null;
  officeName: string | null;
  /** The card's or the general text for this reason (REQ 2); null where there is none. */
  standardAnswer: string | null;
  /** The triple spelt out. */
  service: (Omit<Service, "profile"> & { profile: Service["profile"] | null }) | null;
  /** Fields that this person may write now. */
  editable: string[];
};

/** GET /cases/{id}: the same with everything that belongs to the case. */
export type CaseView = CaseRow &
  CaseSurroundings & {
    contacts: { callId: string | null; callerE164: string | null }[];
    notes: CaseNote[];
    history: CaseHistoryLine[];
    family: CaseLine[];
    tasks: CaseTask[];
  };

/** Everything that can be chosen now, each with the reason of its block: case.ts decides, not the page. */
export type LegalMoves = {
  reasons: LegalReason[];
  moves: LegalMove[];
  gaps: Refusal[];
  /** Which children the case may have now. */
  children: LegalReason[];
};

export type Card = {
  id: string;
  code: string;
  title: string;
  serviceId: string;
  serviceName: string;
  agencyName: string;
  departmentName?: string;
  excerpt?: string;
  version: number;
  who?: string;
  where?: string;
  when?: string;
  how?: string;
  validUntil?: string | null;
};

export type Page<T> = { items: T[]; nextCursor: string | null };
export type PauseReason = { code: string; labelIt: string; labelEn: string };
