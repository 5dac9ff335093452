import type {
  AssignmentReason,
  CancelReason,
  CaseStatus,
  CommunicationAttribute,
  ContactReason,
  InformationKind,
  NoticeContent,
  Profile,
  RejectCause,
} from "./case.ts";

/** No card found (what was searched), or a card that does not answer (which, in which version); REQ 3.1. */
export type MissingKnowledge =
  | { kind: "no_card"; search: string }
  | { kind: "card_does_not_answer"; cardId: string; cardVersion: number };

/** A row of `cases` as the program holds it; the API sends the same names. */
export type CaseRecord = {
  id: string;
  /** What people see and read aloud. */
  number: number;
  openedByCallId: string | null;
  status: CaseStatus;
  attribute: CommunicationAttribute | null;
  cancelReason: CancelReason | null;
  reason: ContactReason | null;
  informationKinds: InformationKind[];
  switchboard: boolean;
  agencyId: string | null;
  departmentId: string | null;
  serviceId: string | null;
  /** Copied from the service when the case leaves draft, and again on reassignment (REQ 0). */
  profile: Profile | null;
  contactBackEnabled: boolean;
  officeId: string | null;
  request: string | null;
  answer: string | null;
  note: string | null;
  citizenId: string | null;
  /** The operator heard the citizen declare the number they call from (REQ 2). */
  phoneConfirmed: boolean;
  answerChannel: "phone" | "email";
  language: string;
  /** The operator whose draft it is, and who registered it. */
  ownerId: string | null;
  takenById: string | null;
  takenAt: Date | null;
  parentId: string | null;
  relatedCaseId: string | null;
  assignmentReason: AssignmentReason | null;
  rejectCause: RejectCause | null;
  rejectNote: string | null;
  nextAttemptAt: Date | null;
  missingKnowledge: MissingKnowledge | null;
  noticeContent: NoticeContent | null;
  identityCheckedAt: Date | null;
  bookedAt: Date | null;
  openedAt: Date;
  answeredAt: Date | null;
  closedAt: Date | null;
  version: number;
};

/** Everything of a case that an action may write; the version is counted by the store. */
export type CaseChanges = Partial<Omit<CaseRecord, "id" | "number" | "version" | "openedAt" | "openedByCallId">>;

/** Who does it: a person, or a named part of the system (REQ 0: every write carries a named actor). */
export type Actor = { personId: string | null; name: string };

/** The short form in which a case stands in lists and beside its family. */
export type CaseSummary = {
  id: string;
  number: number;
  status: CaseStatus;
  attribute: CommunicationAttribute | null;
  reason: ContactReason | null;
  noticeContent: NoticeContent | null;
  parentId: string | null;
  openedByCallId: string | null;
  agencyId: string | null;
  agencyName: string | null;
  serviceName: string | null;
  officeId: string | null;
  officeName: string | null;
  citizenName: string | null;
  request: string | null;
  takenBy: { id: string; name: string } | null;
  openedAt: Date;
  closedAt: Date | null;
  nextAttemptAt: Date | null;
  version: number;
};
