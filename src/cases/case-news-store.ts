import type { Queryable } from "../database/pool.ts";

/** Something that other desks must show: a case that changed, or a task that came, was claimed or ended. */
export type CaseNews =
  | { kind: "case"; caseId: string; what: string; formerOfficeId?: string | null }
  | { kind: "task"; caseId: string; what: string; taskId: string; task: string };

/**
 * Tells everyone concerned but the actor, in the caller's transaction and as its last statement: the feeds are locked
 * in the order of their people, so that two tellers never deadlock.
 * A case goes to its operator, its office, whoever has it in charge, invited specialists and, when rejected, the
 * rejects desk; a task to the first level at work (REQ 4: pop-ups exist for off-line work too).
 */
export async function tellDesks(db: Queryable, actorId: string | null, news: readonly CaseNews[]): Promise<void> {
  if (news.length === 0) return;
  await db.query(
    `with news as (
      select n.kind, n."caseId" as case_id, n."formerOfficeId" as former_office_id, s.status, s.office_id, s.owner_id,
        s.taken_by_id, jsonb_strip_nulls(jsonb_build_object('caseId', s.id, 'number', s.number, 'version', s.version,
          'what', n.what, 'taskId', n."taskId", 'kind', n.task,
          'caseNumber', case when n.kind = 'task' then s.number end)) as payload, n.place
      from rows from (jsonb_to_recordset($2) as (kind text, "caseId" uuid, what text, "formerOfficeId" uuid,
        "taskId" uuid, task text)) with ordinality as n (kind, "caseId", what, "formerOfficeId", "taskId", task, place)
        join cases s on s.id = n."caseId"
    ), told as (
      select owner_id as person_id, place from news where kind = 'case'
      union select taken_by_id, place from news where kind = 'case'
      union select t.claimed_by_id, n.place from news n join case_tasks t on t.case_id = n.case_id and t.state = 'claimed'
        where n.kind = 'case'
      union select i.person_id, n.place from news n join case_specialists i on i.case_id = n.case_id and i.ended_at is null
        where n.kind = 'case'
      union select o.person_id, n.place from news n
        join office_people o on o.office_id = n.former_office_id or (o.office_id = n.office_id and n.status <> 'rejected')
        where n.kind = 'case' and n.status <> 'draft'
      union select r.person_id, n.place from news n join person_roles r on r.role = 'rejects_agent'
        where n.kind = 'case' and n.status = 'rejected'
      union select o.person_id, n.place from news n join operators o on o.chosen <> 'offline' where n.kind = 'task'
    )
    select append_desk_event(e.person_id, e.kind, e.payload) from (
      select t.person_id, n.kind, n.payload from told t join news n on n.place = t.place
      where t.person_id is not null and t.person_id is distinct from $1
      order by t.person_id, n.place offset 0) e`,
    [actorId, JSON.stringify(news)],
  );
}
