import type { Queryable } from "../database/pool.ts";
import type { CitizenFields, ContactInput } from "./citizen.ts";

/** What a merge did, exactly enough to undo it. */
export type MergeData = {
  contactIds: string[];
  /** Contacts that the survivor had already: they are taken from the merged record and come back with an undo. */
  removedContacts: (ContactInput & { id: string; createdAt: string })[];
  /** Contacts of the survivor that were of the network until the merged record told them as declared. */
  declaredIds: string[];
  caseIds: string[];
  /** Fields that the survivor lacked. */
  filled: Partial<CitizenFields>;
};

export type CitizenMerge = {
  id: string;
  survivorId: string;
  mergedId: string;
  mergedAt: Date;
  undoneAt: Date | null;
  data: MergeData;
};

const columns = `id, survivor_id as "survivorId", merged_id as "mergedId", merged_at as "mergedAt",
  undone_at as "undoneAt", data`;

/** In the order of their ids, so that two merges of the same records wait for each other instead of dead-locking. */
export async function lockCitizens(db: Queryable, ids: string[]): Promise<void> {
  await db.query("select from citizens where id = any($1::uuid[]) order by id for update", [ids]);
}

export async function moveContacts(
  db: Queryable,
  from: string,
  to: string,
): Promise<Pick<MergeData, "contactIds" | "removedContacts" | "declaredIds">> {
  const removed = await db.query<ContactInput & { id: string; createdAt: string }>(
    `delete from citizen_contacts k using citizen_contacts t
      where k.citizen_id = $1 and t.citizen_id = $2 and t.kind = k.kind and t.value = k.value
      returning k.id, k.kind, k.value, k.source, k.created_at::text as "createdAt"`,
    [from, to],
  );
  const declared = await db.query<{ id: string }>(
    `update citizen_contacts t set source = 'declared' from jsonb_to_recordset($2::jsonb) as r (kind text, value text, source text)
      where t.citizen_id = $1 and t.kind = r.kind and t.value = r.value and t.source = 'network' and r.source = 'declared'
      returning t.id`,
    [to, JSON.stringify(removed.rows)],
  );
  const moved = await db.query<{ id: string }>(
    "update citizen_contacts set citizen_id = $2 where citizen_id = $1 returning id",
    [from, to],
  );
  return {
    contactIds: moved.rows.map((row) => row.id),
    removedContacts: removed.rows,
    declaredIds: declared.rows.map((row) => row.id),
  };
}

export async function returnContacts(db: Queryable, merge: CitizenMerge): Promise<void> {
  const { data, mergedId, survivorId } = merge;
  await db.query("update citizen_contacts set citizen_id = $1 where citizen_id = $2 and id = any($3::uuid[])", [
    mergedId,
    survivorId,
    data.contactIds,
  ]);
  await db.query("update citizen_contacts set source = 'network' where citizen_id = $1 and id = any($2::uuid[])", [
    survivorId,
    data.declaredIds,
  ]);
  await db.query(
    `insert into citizen_contacts (id, citizen_id, kind, value, source, created_at)
       select id, $1, kind, value, source, "createdAt" from jsonb_to_recordset($2::jsonb)
         as r (id uuid, kind text, value text, source text, "createdAt" timestamptz)
       on conflict (citizen_id, kind, value) do nothing`,
    [mergedId, JSON.stringify(data.removedContacts)],
  );
}

/**
 * Hands all cases of a citizen (or those named) to another, each with its history row, since a desk that has the case
 * open must learn of it (412 otherwise says nothing).
 */
export async function moveCases(
  db: Queryable,
  move: { from: string; to: string; only: string[] | null; person: { id: string; login: string }; cause: string },
): Promise<string[]> {
  const moved = await db.query<{ id: string }>(
    `with chosen as (select id from cases where citizen_id = $1 and ($3::uuid[] is null or id = any($3)) order by id for update),
      moved as (update cases s set citizen_id = $2, version = s.version + 1 from chosen where s.id = chosen.id
        returning s.id, s.version),
      told as (insert into case_history (case_id, seq, person_id, actor, kind, data, case_version)
        select m.id, (select coalesce(max(h.seq), 0) + 1 from case_history h where h.case_id = m.id), $4, $5, 'edited',
          jsonb_build_object('cause', $6::text, 'fields', jsonb_build_array('citizenId'), 'changes',
            jsonb_build_object('citizenId', jsonb_build_object('from', $1::uuid, 'to', $2::uuid))), m.version from moved m)
     select id from moved`,
    [move.from, move.to, move.only, move.person.id, move.person.login, move.cause],
  );
  return moved.rows.map((row) => row.id);
}

export async function setMergedInto(db: Queryable, id: string, into: string | null): Promise<void> {
  await db.query("update citizens set merged_into_id = $2, version = version + 1 where id = $1", [id, into]);
}

/** Empties again what the merge filled, where nobody wrote something else since. */
export async function emptyFilled(db: Queryable, id: string, filled: Partial<CitizenFields>): Promise<void> {
  await db.query(
    `update citizens set version = version + 1, first_name = nullif(first_name, $2), last_name = nullif(last_name, $3),
       tax_code = nullif(tax_code, $4), note = nullif(note, $5) where id = $1`,
    [id, filled.firstName ?? null, filled.lastName ?? null, filled.taxCode ?? null, filled.note ?? null],
  );
}

export async function insertMerge(
  db: Queryable,
  merge: { survivorId: string; mergedId: string; personId: string; data: MergeData },
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    `insert into citizen_merges (survivor_id, merged_id, person_id, data) values ($1, $2, $3, $4::jsonb) returning id`,
    [merge.survivorId, merge.mergedId, merge.personId, JSON.stringify(merge.data)],
  );
  return inserted.rows[0]!.id;
}

export async function readMerge(db: Queryable, id: string): Promise<CitizenMerge | null> {
  const found = await db.query<CitizenMerge>(`select ${columns} from citizen_merges where id = $1 for update`, [id]);
  return found.rows[0] ?? null;
}

/** Merges that stand and that have this record on either side, newest first. */
export async function listMerges(db: Queryable, citizenId: string): Promise<CitizenMerge[]> {
  const found = await db.query<CitizenMerge>(
    `select ${columns} from citizen_merges where undone_at is null and (survivor_id = $1 or merged_id = $1)
       order by merged_at desc limit 100`,
    [citizenId],
  );
  return found.rows;
}

export async function closeMerge(db: Queryable, id: string, personId: string): Promise<void> {
  await db.query("update citizen_merges set undone_at = clock_timestamp(), undone_by_id = $2 where id = $1", [
    id,
    personId,
  ]);
}
