import type { Queryable } from "../database/pool.ts";
import type { SignedInPerson } from "../people/person.ts";
import type { NeedState, NeedSubject } from "./information-need.ts";

export type InformationNeed = {
  id: string;
  /** What people see. */
  number: number;
  state: NeedState;
  about: NeedSubject;
  cardId: string | null;
  cardVersion: number | null;
  cardTitle: string | null;
  directoryEntryId: string | null;
  agencyId: string;
  agencyName: string;
  serviceId: string | null;
  serviceName: string | null;
  caseId: string | null;
  caseNumber: number | null;
  text: string;
  reportedById: string | null;
  reportedBy: string | null;
  reportedAt: Date;
  verifiedAt: Date | null;
  refuseReason: string | null;
  mergedInto: { id: string; number: number } | null;
  closedAt: Date | null;
  changeNote: string | null;
  changedCardId: string | null;
  changedCardVersion: number | null;
  version: number;
};

const columns = `n.id, n.number, n.state, n.about, n.card_id as "cardId", n.card_version as "cardVersion",
  v.title as "cardTitle", n.directory_entry_id as "directoryEntryId", n.agency_id as "agencyId", a.name as "agencyName",
  n.service_id as "serviceId", s.name as "serviceName", n.case_id as "caseId", case_number_of(n.case_id) as "caseNumber", n.text,
  n.reported_by_id as "reportedById", p.display_name as "reportedBy", n.reported_at as "reportedAt",
  n.verified_at as "verifiedAt", n.refuse_reason as "refuseReason",
  case when m.id is not null then jsonb_build_object('id', m.id, 'number', m.number) end as "mergedInto",
  n.closed_at as "closedAt", n.change_note as "changeNote", n.changed_card_id as "changedCardId",
  n.changed_card_version as "changedCardVersion", n.version`;
const tables = `information_needs n join agencies a on a.id = n.agency_id left join services s on s.id = n.service_id
  left join card_versions v on v.card_id = n.card_id and v.version = n.card_version
  left join people p on p.id = n.reported_by_id
  left join information_needs m on m.id = n.merged_into_id`;

/**
 * Who sees which need: its reporter; editors and supervisors all that were reported; referents what was accepted for
 * their services (or, without a service, for their agency). A draft is its reporter's only.
 */
function visibleNeeds(person: SignedInPerson, first: number): { sql: string; values: unknown[] } {
  const held = new Set(person.roles.map(({ role }) => role));
  const agencies = person.roles.filter(({ role }) => role === "agency_referent").map(({ agencyId }) => agencyId);
  const all = held.has("knowledge_editor") || held.has("supervisor");
  return {
    sql: `(n.reported_by_id = $${first} or ($${first + 1} and n.state not in ('draft', 'dropped'))
      or (n.state in ('accepted', 'closed') and n.agency_id = any($${first + 2}::uuid[])
        and (n.service_id is null or n.service_id = any($${first + 3}::uuid[]))))`,
    values: [person.id, all, agencies, person.serviceIds],
  };
}

export type NeedFilter = {
  states?: readonly NeedState[] | undefined;
  agencyId?: string | undefined;
  serviceId?: string | undefined;
  caseId?: string | undefined;
  mine: boolean;
};

/** Newest first, below the id `after`. */
export async function listNeeds(
  db: Queryable,
  person: SignedInPerson,
  filter: NeedFilter,
  limit: number,
  after: string | null,
): Promise<InformationNeed[]> {
  const visible = visibleNeeds(person, 8);
  const { rows } = await db.query<InformationNeed>(
    `select ${columns} from ${tables}
    where ($1::text[] is null or n.state = any($1)) and ($2::uuid is null or n.agency_id = $2)
      and ($3::uuid is null or n.service_id = $3) and ($4::uuid is null or n.case_id = $4)
      and (not $5 or n.reported_by_id = $8) and ($6::uuid is null or n.id < $6) and ${visible.sql}
    order by n.id desc limit $7`,
    [
      filter.states ?? null,
      filter.agencyId ?? null,
      filter.serviceId ?? null,
      filter.caseId ?? null,
      filter.mine,
      after,
      limit,
      ...visible.values,
    ],
  );
  return rows;
}

/** Null when it is not there or not visible. */
export async function readNeed(db: Queryable, person: SignedInPerson, id: string): Promise<InformationNeed | null> {
  const visible = visibleNeeds(person, 2);
  const { rows } = await db.query<InformationNeed>(
    `select ${columns} from ${tables} where n.id = $1 and ${visible.sql}`,
    [id, ...visible.values],
  );
  return rows[0] ?? null;
}

/** In the order of their ids, so that two merges of the same needs wait for each other instead of dead-locking. */
export async function lockNeeds(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query("select from information_needs where id = any($1::uuid[]) order by id for no key update", [ids]);
}

export type TargetNeed = { id: string; state: NeedState; agencyId: string };

export async function readTarget(db: Queryable, id: string): Promise<TargetNeed | null> {
  const { rows } = await db.query<TargetNeed>(
    `select id, state, agency_id as "agencyId" from information_needs where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export type NewNeed = {
  state: "draft" | "reported";
  about: NeedSubject;
  cardId: string | null;
  cardVersion: number | null;
  directoryEntryId: string | null;
  agencyId: string;
  serviceId: string | null;
  caseId: string;
  text: string;
};
export type NeedActor = { personId: string | null; name: string };

export async function insertNeed(db: Queryable, need: NewNeed, by: NeedActor): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into information_needs (state, about, card_id, card_version, directory_entry_id, agency_id, service_id,
      case_id, text, reported_by_id, actor)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      need.state,
      need.about,
      need.cardId,
      need.cardVersion,
      need.directoryEntryId,
      need.agencyId,
      need.serviceId,
      need.caseId,
      need.text,
      by.personId,
      by.name,
    ],
  );
  const id = rows[0]!.id;
  await appendNeedHistory(db, id, by, null, need.state, null);
  return id;
}

export type NeedChange = {
  state: NeedState;
  text?: string;
  refuseReason?: string;
  mergedIntoId?: string;
  changeNote?: string;
  changedCard?: { id: string; version: number } | null;
};

/** Writes a move and what goes with its new state; the caller holds the row's lock. */
export async function writeMove(
  db: Queryable,
  need: { id: string; state: NeedState },
  change: NeedChange,
  by: NeedActor,
): Promise<void> {
  await db.query(
    `update information_needs set state = $2, text = coalesce($3, text), refuse_reason = $4, merged_into_id = $5,
      change_note = $6, changed_card_id = $7, changed_card_version = $8,
      reported_at = case when $2 = 'reported' then clock_timestamp() else reported_at end,
      verified_by_id = case when $2 in ('accepted', 'refused', 'merged') then $9 else verified_by_id end,
      verified_at = case when $2 in ('accepted', 'refused', 'merged') then clock_timestamp() else verified_at end,
      closed_by_id = case when $2 in ('refused', 'merged', 'closed', 'dropped') then $9::uuid end,
      closed_at = case when $2 in ('refused', 'merged', 'closed', 'dropped') then clock_timestamp() end,
      version = version + 1
    where id = $1`,
    [
      need.id,
      change.state,
      change.text ?? null,
      change.refuseReason ?? null,
      change.mergedIntoId ?? null,
      change.changeNote ?? null,
      change.changedCard?.id ?? null,
      change.changedCard?.version ?? null,
      by.personId,
    ],
  );
  const note = change.refuseReason ?? change.changeNote ?? null;
  await appendNeedHistory(db, need.id, by, need.state, change.state, note);
}

async function appendNeedHistory(
  db: Queryable,
  id: string,
  by: NeedActor,
  from: NeedState | null,
  to: NeedState,
  note: string | null,
): Promise<void> {
  await db.query(
    `insert into information_need_history (need_id, seq, person_id, actor, from_state, to_state, note)
    select $1, coalesce(max(seq), 0) + 1, $2, $3, $4, $5, $6 from information_need_history where need_id = $1`,
    [id, by.personId, by.name, from, to, note],
  );
}

export type NeedHistoryRow = {
  seq: number;
  at: Date;
  actor: string;
  personName: string | null;
  fromState: string | null;
  toState: string;
  note: string | null;
};

export async function historyOfNeed(db: Queryable, id: string): Promise<NeedHistoryRow[]> {
  const { rows } = await db.query<NeedHistoryRow>(
    `select h.seq, h.at, h.actor, p.display_name as "personName", h.from_state as "fromState", h.to_state as "toState",
      h.note
    from information_need_history h left join people p on p.id = h.person_id where h.need_id = $1 order by h.seq`,
    [id],
  );
  return rows;
}
