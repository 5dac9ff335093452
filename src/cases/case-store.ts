import type { Queryable } from "../database/pool.ts";
import type { CaseChanges, CaseRecord } from "./case-record.ts";

const columnOf: Record<keyof CaseRecord, string> = {
  id: "id",
  number: "number",
  openedByCallId: "opened_by_call_id",
  status: "status",
  attribute: "attribute",
  cancelReason: "cancel_reason",
  reason: "reason",
  informationKinds: "information_kinds",
  switchboard: "switchboard",
  agencyId: "agency_id",
  departmentId: "department_id",
  serviceId: "service_id",
  profile: "profile",
  contactBackEnabled: "contact_back_enabled",
  officeId: "office_id",
  request: "request",
  answer: "answer",
  note: "note",
  citizenId: "citizen_id",
  phoneConfirmed: "phone_confirmed",
  answerChannel: "answer_channel",
  language: "language",
  ownerId: "owner_id",
  takenById: "taken_by_id",
  takenAt: "taken_at",
  parentId: "parent_id",
  relatedCaseId: "related_case_id",
  assignmentReason: "assignment_reason",
  rejectCause: "reject_cause",
  rejectNote: "reject_note",
  nextAttemptAt: "next_attempt_at",
  missingKnowledge: "missing_knowledge",
  noticeContent: "notice_content",
  identityCheckedAt: "identity_checked_at",
  bookedAt: "booked_at",
  openedAt: "opened_at",
  answeredAt: "answered_at",
  closedAt: "closed_at",
  version: "version",
};

/** Select list of a whole record from `cases s`. */
export const caseColumns = Object.entries(columnOf)
  .map(([name, column]) => `s.${column} as "${name}"`)
  .join(", ");

/** A case with its parent or children, all locked: parent first, children by id, so that two movers never deadlock. */
export type LockedFamily = { self: CaseRecord; parent: CaseRecord | null; children: CaseRecord[] };

/** @returns null when there is no such case. */
export async function lockFamily(db: Queryable, caseId: string): Promise<LockedFamily | null> {
  for (;;) {
    const found = await db.query("select parent_id from cases where id = $1", [caseId]);
    if (found.rowCount === 0) return null;
    const rootId: string = found.rows[0].parent_id ?? caseId;
    const root = await lockCase(db, rootId);
    const { rows: children } = await db.query<CaseRecord>(
      `select ${caseColumns} from cases s where s.parent_id = $1 order by s.id for no key update`,
      [rootId],
    );
    if (root && rootId === caseId) return { self: root, parent: null, children };
    const self = children.find((child) => child.id === caseId);
    if (root && self) return { self, parent: root, children: [] };
    // The draft was hung under another parent meanwhile: look again.
  }
}

/** Without the key, so that rows that only refer to the case are not held up. */
export async function lockCase(db: Queryable, caseId: string): Promise<CaseRecord | null> {
  const { rows } = await db.query<CaseRecord>(`select ${caseColumns} from cases s where s.id = $1 for no key update`, [
    caseId,
  ]);
  return rows[0] ?? null;
}

export async function readCase(db: Queryable, caseId: string): Promise<CaseRecord | null> {
  const { rows } = await db.query<CaseRecord>(`select ${caseColumns} from cases s where s.id = $1`, [caseId]);
  return rows[0] ?? null;
}

/** PostgreSQL's own clock, the one all copies share. */
export const databaseNow = Symbol("now on the database's clock");

export type CaseWrites = {
  [Name in keyof CaseChanges]: CaseChanges[Name] | (Date extends CaseChanges[Name] ? typeof databaseNow : never);
};

/** Writes the changes and counts the version; the caller holds the row's lock. */
export async function updateCase(db: Queryable, caseId: string, changes: CaseWrites): Promise<CaseRecord> {
  const names = Object.keys(changes) as (keyof CaseWrites)[];
  const values: unknown[] = [];
  const sets = names.map((name) => {
    const value = changes[name];
    if (value === databaseNow) return `${columnOf[name]} = clock_timestamp()`;
    values.push(columnValue(value));
    return `${columnOf[name]} = $${values.length + 1}`;
  });
  const { rows } = await db.query<CaseRecord>(
    `update cases s set ${[...sets, "version = s.version + 1"].join(", ")} where s.id = $1 returning ${caseColumns}`,
    [caseId, ...values],
  );
  return rows[0]!;
}

/** pg would write a plain object as JSON anyway; said here so that arrays stay arrays. */
function columnValue(value: unknown): unknown {
  const plain = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
  return plain ? JSON.stringify(value) : value;
}

/** Takes charge when nobody has: no row means another person won or the case moved (STYLE 7). */
export async function takeIfFree(db: Queryable, caseId: string, personId: string): Promise<CaseRecord | null> {
  const { rows } = await db.query<CaseRecord>(
    `update cases s set taken_by_id = $2, taken_at = clock_timestamp(), version = s.version + 1
    where s.id = $1 and s.taken_by_id is null returning ${caseColumns}`,
    [caseId, personId],
  );
  return rows[0] ?? null;
}

/** A further draft in the contact of a call (REQ 0: a contact may have several cases). */
export async function insertDraft(
  db: Queryable,
  draft: { ownerId: string; contactId: string; language: string },
): Promise<CaseRecord> {
  const { rows } = await db.query<CaseRecord>(
    `with s as (
      insert into cases (id, owner_id, language) values (uuidv7(), $1, $3) returning *
    ), k as (
      insert into contact_cases (contact_id, case_id) select $2, s.id from s
    )
    select ${caseColumns} from s`,
    [draft.ownerId, draft.contactId, draft.language],
  );
  return rows[0]!;
}

/** Which contact a further case belongs to: a call's, that of another case, or (neither) the present call's. */
export type ContactChoice = { callId?: string | null; sameContactAs?: string | null };

/** The contact of a call that this person talked in; null when there is none. */
export async function ownContact(
  db: Queryable,
  personId: string,
  choice: ContactChoice,
): Promise<{ contactId: string; language: string; callId: string } | null> {
  const { rows } = await db.query(
    `select k.id as "contactId", c.language, c.id as "callId"
    from calls c join contacts k on k.call_id = c.id
    where (c.person_id = $1 or k.person_id = $1) and c.talk_at is not null and case
      when $2::uuid is not null then c.id = $2
      when $3::uuid is not null then k.id in (select contact_id from contact_cases where case_id = $3)
      else c.id = (select call_id from operators where person_id = $1) end
    order by k.created_at desc limit 1`,
    [personId, choice.callId ?? null, choice.sameContactAs ?? null],
  );
  return rows[0] ?? null;
}

export type TripleTarget = {
  agencyId: string;
  departmentId: string;
  serviceId: string;
  officeId: string;
  profile: "base" | "advanced";
  acceptsInformation: boolean;
  acceptsComplaints: boolean;
  /** The quadruple's switch for the reason asked about. */
  contactBackEnabled: boolean;
};

/** The triple, competent office and switches of a service as they stand now; null when unknown or disabled. */
export async function tripleOfService(
  db: Queryable,
  serviceId: string,
  reason: string | null,
): Promise<TripleTarget | null> {
  const { rows } = await db.query<TripleTarget>(
    `select v.agency_id as "agencyId", v.department_id as "departmentId", v.id as "serviceId", v.office_id as "officeId",
      v.profile, v.accepts_information as "acceptsInformation", v.accepts_complaints as "acceptsComplaints",
      coalesce(r.contact_back_enabled, false) as "contactBackEnabled"
    from services v left join service_reasons r on r.service_id = v.id and r.reason = $2
    where v.id = $1 and v.disabled_at is null`,
    [serviceId, reason],
  );
  return rows[0] ?? null;
}

/** The record that stands for this citizen now (after merges); null when there is none. */
export async function livingCitizen(db: Queryable, citizenId: string): Promise<string | null> {
  const { rows } = await db.query(
    `with recursive line as (
      select id, merged_into_id from citizens where id = $1
      union select c.id, c.merged_into_id from citizens c join line on c.id = line.merged_into_id
    ) select id from line where merged_into_id is null`,
    [citizenId],
  );
  return rows[0]?.id ?? null;
}
