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
  Role,
} from "./case.ts";

/** What is known of the citizen record linked to a case; blanks do not count as data (REQ 2, Segnalazione). */
export interface CitizenFacts {
  readonly hasName: boolean;
  readonly hasSurname: boolean;
  readonly hasPhone: boolean;
  readonly hasEmail: boolean;
  /** The citizen declared the number, or the operator confirmed that the caller ID was declared. */
  readonly phoneConfirmed: boolean;
}

export interface ParentFacts {
  readonly reason: ContactReason | null;
  readonly profile: Profile | null;
  readonly status: CaseStatus;
  readonly attribute: CommunicationAttribute | null;
  /** The parent has a parent itself: depth is 1 (REQ 2). */
  readonly isChild: boolean;
}

/** Everything about the case and its surroundings that a decision needs, read under the case's (and parent's) lock. */
export interface CaseFacts {
  readonly role: Role;
  /** The case's own copy; for a draft, the chosen service's. Null while no service is chosen, and at the switchboard. */
  readonly profile: Profile | null;
  readonly reason: ContactReason | null;
  readonly status: CaseStatus;
  readonly attribute: CommunicationAttribute | null;
  /** The switchboard mark (REQ 7.2). */
  readonly switchboard: boolean;
  readonly hasAgency: boolean;
  readonly informationKinds: readonly InformationKind[];
  /** The service's switches of the moment, not copied on the case. */
  readonly acceptsInformation: boolean;
  readonly acceptsComplaint: boolean;
  readonly hasAgenda: boolean;
  /** The quadruple's flag as copied on the case. */
  readonly contactBackEnabled: boolean;
  /** Failed attempts that Non comunicabile needs at this service; less than 1 counts as 1. */
  readonly minFailedAttempts: number;
  readonly parent: ParentFacts | null;
  /** Reasons whose cases may have children: configurable, see DEFAULT_PARENT_REASONS. */
  readonly parentReasons: readonly ContactReason[];
  readonly parentIdentityChecked: boolean;
  readonly noticeContent: NoticeContent | null;
  readonly hasRequest: boolean;
  readonly hasAnswer: boolean;
  readonly hasNote: boolean;
  readonly citizen: CitizenFacts | null;
  /** A number or address at which the second level can reach the citizen. */
  readonly hasUsableContact: boolean;
  readonly bookingMade: boolean;
  /** No card found (search stored), or "the card does not answer" (version stored). */
  readonly missingKnowledgeDeclared: boolean;
  /** Citizen and first level did talk in a call that is a contact of this case. */
  readonly spokeWithCitizen: boolean;
  /** The call in which the case was opened is still up. */
  readonly callLive: boolean;
  /** The actor's present call or wrap-up is a contact of this case. */
  readonly sameCall: boolean;
  /** Citizen and second-level person share a bridge. */
  readonly citizenWithOffice: boolean;
  /** After the transfer the office's leg died while the citizen stayed. */
  readonly officeVoiceLost: boolean;
  /** Age, when the transfer was commanded, of the positive check it names; null: it names none. */
  readonly positiveAvailabilityCheckAgeSeconds: number | null;
  /** Logged by the system on this case. */
  readonly negativeCheckLogged: boolean;
  readonly failedTransferLogged: boolean;
  /** Taken by a person of the level that holds it now: office, rejects desk, or (contact back) this operator's claim. */
  readonly takenCharge: boolean;
  /** The actor belongs to the office that owns the case. */
  readonly ownOffice: boolean;
  readonly contactAttempts: {
    readonly count: number;
    readonly nextAttemptSet: boolean;
    /** Failed ones, made after the answer was stored. */
    readonly failedAfterAnswer: number;
  };
  readonly cancelRequestGranted: boolean;
  /** Open for one working day without a reply of the owner. */
  readonly cancelRequestUnanswered: boolean;
  /** First level asked the citizen again after that, and the citizen confirmed. */
  readonly cancelConfirmedByCitizen: boolean;
  readonly emailed: boolean;
  /** Who matched the bounce of the last sending, if one came back. */
  readonly bounce: "none" | "by_system" | "by_hand";
  /** Sendings of the message by people before this move; automatic retries do not count (REQ 6.5). */
  readonly sendings: number;
  /** What the person chose for this very move; null or false while nothing is chosen. */
  readonly cancelReason: CancelReason | null;
  readonly rejectCause: RejectCause | null;
  readonly hasRejectNote: boolean;
  readonly assignmentReason: AssignmentReason | null;
  readonly reassignTo: { readonly profile: Profile; readonly acceptsReason: boolean } | null;
  /** The move is part of sending the message again. */
  readonly resending: boolean;
}

export interface MoveFacts extends CaseFacts {
  readonly to: CaseStatus;
  readonly toAttribute: CommunicationAttribute | null;
}

/** Citizen facts from the record's own fields: a blank is no datum (REQ 2). */
export function citizenFacts(record: {
  readonly name?: string | null;
  readonly surname?: string | null;
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly phoneConfirmed: boolean;
}): CitizenFacts {
  const filled = (value: string | null | undefined): boolean => (value ?? "").trim() !== "";
  return {
    hasName: filled(record.name),
    hasSurname: filled(record.surname),
    hasPhone: filled(record.phone),
    hasEmail: filled(record.email),
    phoneConfirmed: record.phoneConfirmed,
  };
}
