import type { Queryable } from "../../database/pool.ts";
import type { CaseFacts, ParentFacts } from "../case-facts.ts";
import type { CaseRecord } from "../case-record.ts";
import { DEFAULT_PARENT_REASONS } from "../child-case.ts";

/** What the rows can not know: it comes from the transfer, the mail or the form that asks for the move. */
export type Surroundings = Partial<
  Pick<
    CaseFacts,
    | "citizenWithOffice"
    | "officeVoiceLost"
    | "positiveAvailabilityCheckAgeSeconds"
    | "bounce"
    | "sendings"
    | "resending"
    | "cancelReason"
    | "rejectCause"
    | "hasRejectNote"
    | "assignmentReason"
    | "reassignTo"
    | "cancelConfirmedByCitizen"
  >
> & { nextAttemptSet?: boolean };

type Around = {
  serviceProfile: "base" | "advanced" | null;
  acceptsInformation: boolean;
  acceptsComplaints: boolean;
  hasAgenda: boolean;
  minFailedAttempts: number;
  firstName: string | null;
  lastName: string | null;
  phone: boolean;
  declaredPhone: boolean;
  email: boolean;
  callerKnown: boolean;
  spoke: boolean;
  callLive: boolean;
  sameCall: boolean;
  attempts: number;
  failedAfterAnswer: number;
  cancelAsked: boolean;
  cancelOverdue: boolean;
  contactBackMine: boolean;
  negativeCheck: boolean;
  failedTransfer: boolean;
  voiceLost: boolean;
};

// One statement, all of it by index on this one case. The first contact is the call in which the case was opened.
const aroundQuery = `
  with talk as materialized (
    select k.caller_e164, c.talk_at, c.state, c.outcome, c.id as call_id, k.created_at
    from contact_cases kc join contacts k on k.id = kc.contact_id left join calls c on c.id = k.call_id
    where kc.case_id = $1
  )
  select v.profile as "serviceProfile", coalesce(v.accepts_information, false) as "acceptsInformation",
    coalesce(v.accepts_complaints, false) as "acceptsComplaints", coalesce(v.has_agenda, false) as "hasAgenda",
    coalesce(v.min_failed_attempts, 1) as "minFailedAttempts", z.first_name as "firstName", z.last_name as "lastName",
    exists (select from citizen_contacts x where x.citizen_id = z.id and x.kind = 'phone') as phone,
    exists (select from citizen_contacts x where x.citizen_id = z.id and x.kind = 'phone' and x.source = 'declared')
      as "declaredPhone",
    exists (select from citizen_contacts x where x.citizen_id = z.id and x.kind = 'email') as email,
    exists (select from talk where caller_e164 is not null) as "callerKnown",
    exists (select from talk where talk_at is not null or outcome = 'parachute_answered') as spoke,
    coalesce((select state <> 'ended' from talk where call_id is not null order by created_at limit 1), false)
      as "callLive",
    exists (select from talk join operators o on o.call_id = talk.call_id
      where o.person_id = $2 and o.system in ('on_call', 'wrap_up')) as "sameCall",
    (select count(*)::int from contact_attempts a where a.case_id = $1) as attempts,
    (select count(*)::int from contact_attempts a where a.case_id = $1 and a.after_answer and a.outcome <> 'reached')
      as "failedAfterAnswer",
    exists (select from cancel_requests q where q.parent_id = $1 and q.state in ('pending', 'granted')) as "cancelAsked",
    exists (select from cancel_requests q where q.parent_id = $1 and q.state = 'pending' and q.due_at <= now())
      as "cancelOverdue",
    exists (select from case_tasks t where t.case_id = $1 and t.kind = 'contact_back' and t.state = 'claimed'
      and t.claimed_by_id = $2) as "contactBackMine",
    exists (select from case_history h where h.case_id = $1 and h.kind = 'availability_check'
      and h.data ->> 'result' = 'negative') as "negativeCheck",
    exists (select from case_history h where h.case_id = $1 and h.kind = 'transfer_failed') as "failedTransfer",
    exists (select from transfers g where g.case_id = $1 and g.result = 'voice_lost') as "voiceLost"
  from cases s
    left join services v on v.id = s.service_id
    left join citizens z on z.id = s.citizen_id
  where s.id = $1`;

type Asker = { personId: string | null; officeIds: readonly string[] };

/** Everything a decision on this case needs, but the role; read under the locks of `lockFamily`. */
export async function gatherFacts(
  db: Queryable,
  self: CaseRecord,
  parent: CaseRecord | null,
  asker: Asker,
  surroundings: Surroundings = {},
): Promise<Omit<CaseFacts, "role">> {
  const { rows } = await db.query<Around>(aroundQuery, [self.id, asker.personId]);
  const around = rows[0]!;
  const phone = around.phone || around.callerKnown;
  const phoneConfirmed = around.declaredPhone || self.phoneConfirmed;
  return {
    profile: self.profile ?? around.serviceProfile,
    reason: self.reason,
    status: self.status,
    attribute: self.attribute,
    switchboard: self.switchboard,
    hasAgency: self.agencyId !== null,
    informationKinds: self.informationKinds,
    acceptsInformation: around.acceptsInformation,
    acceptsComplaint: around.acceptsComplaints,
    hasAgenda: around.hasAgenda,
    contactBackEnabled: self.contactBackEnabled,
    minFailedAttempts: around.minFailedAttempts,
    parent: parent && parentFacts(parent),
    parentReasons: DEFAULT_PARENT_REASONS,
    parentIdentityChecked: self.identityCheckedAt !== null,
    noticeContent: self.noticeContent,
    hasRequest: filled(self.request),
    hasAnswer: filled(self.answer),
    hasNote: filled(self.note),
    citizen:
      self.citizenId === null
        ? null
        : {
            hasName: filled(around.firstName),
            hasSurname: filled(around.lastName),
            hasPhone: phone,
            hasEmail: around.email,
            phoneConfirmed,
          },
    hasUsableContact: around.email || (phone && phoneConfirmed),
    bookingMade: self.bookedAt !== null,
    missingKnowledgeDeclared: self.missingKnowledge !== null,
    spokeWithCitizen: around.spoke,
    callLive: around.callLive,
    sameCall: around.sameCall,
    citizenWithOffice: surroundings.citizenWithOffice ?? false,
    officeVoiceLost: surroundings.officeVoiceLost ?? around.voiceLost,
    positiveAvailabilityCheckAgeSeconds: surroundings.positiveAvailabilityCheckAgeSeconds ?? null,
    negativeCheckLogged: around.negativeCheck,
    failedTransferLogged: around.failedTransfer,
    takenCharge: self.attribute === "to_communicate" ? around.contactBackMine : self.takenById !== null,
    ownOffice: self.officeId !== null && asker.officeIds.includes(self.officeId),
    contactAttempts: {
      count: around.attempts,
      nextAttemptSet: surroundings.nextAttemptSet ?? self.nextAttemptAt !== null,
      failedAfterAnswer: around.failedAfterAnswer,
    },
    cancelRequestGranted: around.cancelAsked,
    cancelRequestUnanswered: around.cancelOverdue,
    cancelConfirmedByCitizen: surroundings.cancelConfirmedByCitizen ?? false,
    emailed: self.answerChannel === "email",
    bounce: surroundings.bounce ?? "none",
    sendings: surroundings.sendings ?? 0,
    cancelReason: surroundings.cancelReason ?? null,
    rejectCause: surroundings.rejectCause ?? null,
    hasRejectNote: surroundings.hasRejectNote ?? false,
    assignmentReason: surroundings.assignmentReason ?? null,
    reassignTo: surroundings.reassignTo ?? null,
    resending: surroundings.resending ?? false,
  };
}

function parentFacts(parent: CaseRecord): ParentFacts {
  return {
    reason: parent.reason,
    profile: parent.profile,
    status: parent.status,
    attribute: parent.attribute,
    isChild: parent.parentId !== null,
  };
}

/** A blank is no datum (REQ 2). */
export function filled(text: string | null): boolean {
  return text !== null && text.trim() !== "";
}
