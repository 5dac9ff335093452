import type { Queryable } from "../database/pool.ts";

/**
 * Tells everybody concerned but the actor, in the caller's transaction and as its last statement (feeds are locked in
 * the order of their people): editors what was reported, referents what was accepted, the reporter of it and of every
 * need that was merged into it each verdict and end (REQ 8). Event `need` {needId, number, state, about, subject}.
 */
export async function tellNeed(db: Queryable, needId: string, actorId: string | null): Promise<void> {
  await db.query(
    `with recursive family as (
      select id, reported_by_id from information_needs where id = $1
      union select m.id, m.reported_by_id from information_needs m join family f on m.merged_into_id = f.id
    ), need as (
      select n.*, jsonb_build_object('needId', n.id, 'number', n.number, 'state', n.state, 'about', n.about,
        'subject', coalesce(c.title, s.name, a.name), 'caseId', n.case_id, 'version', n.version) as payload
      from information_needs n join agencies a on a.id = n.agency_id left join services s on s.id = n.service_id
        left join card_versions c on c.card_id = n.card_id and c.version = n.card_version
      where n.id = $1
    ), told as (
      select r.person_id from person_roles r, need n where r.role = 'knowledge_editor' and n.state = 'reported'
      union
      select r.person_id from need n join person_roles r on r.role = 'agency_referent' and r.agency_id = n.agency_id
      where n.state = 'accepted' and (n.service_id is null
        or exists (select from referent_services x where x.person_id = r.person_id and x.service_id = n.service_id))
      union
      select f.reported_by_id from family f, need n
      where n.state in ('accepted', 'refused', 'merged', 'closed') and (f.id = n.id or n.state = 'closed')
    )
    select append_desk_event(e.person_id, 'need', e.payload) from (
      select t.person_id, n.payload from told t, need n
      where t.person_id is not null and t.person_id is distinct from $2 order by t.person_id offset 0) e`,
    [needId, actorId],
  );
}
