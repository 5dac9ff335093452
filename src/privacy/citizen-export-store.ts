import type { Queryable } from "../database/pool.ts";

/** Everything that is kept of a citizen (GDPR art. 15 and 20), as one document; null: there is no such record. */
export async function exportOfCitizens(db: Queryable, ids: readonly string[]): Promise<Record<string, unknown> | null> {
  const { rows } = await db.query(
    `with own as (
      select s.* from cases s where s.citizen_id = any($1)
      union select s.* from cases s join cases p on p.id = s.parent_id where p.citizen_id = any($1)
    )
    select
      (select jsonb_agg(jsonb_build_object('id', z.id, 'firstName', z.first_name, 'lastName', z.last_name,
          'taxCode', z.tax_code, 'note', z.note, 'createdAt', z.created_at, 'contacts', (select coalesce(jsonb_agg(
            jsonb_build_object('kind', x.kind, 'value', x.value, 'source', x.source, 'createdAt', x.created_at)
            order by x.created_at), '[]') from citizen_contacts x where x.citizen_id = z.id)) order by z.created_at)
        from citizens z where z.id = any($1)) as records,
      (select coalesce(jsonb_agg(jsonb_build_object('number', s.number, 'openedAt', s.opened_at, 'closedAt', s.closed_at,
          'status', s.status, 'attribute', s.attribute, 'reason', s.reason, 'agency', e.name, 'service', v.name,
          'request', s.request, 'answer', s.answer, 'note', s.note,
          'notes', (select coalesce(jsonb_agg(jsonb_build_object('at', n.at, 'text', n.text) order by n.at), '[]')
            from case_notes n where n.case_id = s.id),
          'attempts', (select coalesce(jsonb_agg(jsonb_build_object('at', t.at, 'channel', t.channel,
            'outcome', t.outcome, 'note', t.note) order by t.at), '[]') from contact_attempts t where t.case_id = s.id),
          'calls', (select coalesce(jsonb_agg(jsonb_build_object('startedAt', c.started_at, 'endedAt', c.ended_at,
            'direction', c.direction, 'number', c.caller_e164, 'outcome', c.outcome) order by c.started_at), '[]')
            from contact_cases kc join contacts k on k.id = kc.contact_id join calls c on c.id = k.call_id
            where kc.case_id = s.id),
          'messages', (select coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'createdAt', m.created_at,
            'subject', m.subject, 'body', m.body, 'consentVersion', m.consent_version, 'consentAt', m.consent_at,
            'consentText', (select case m.language when 'en' then q.text_en else q.text_it end
              from sms_consent_texts q where q.version = m.consent_version),
            'sentTo', (select jsonb_agg(g.to_address order by g.try) from message_sendings g where g.message_id = m.id))
            order by m.created_at), '[]') from messages m where m.case_id = s.id),
          'bookings', (select coalesce(jsonb_agg(jsonb_build_object('startsAt', b.starts_at, 'state', b.state)
            order by b.starts_at), '[]') from bookings b where b.case_id = s.id)) order by s.opened_at), '[]')
        from own s left join agencies e on e.id = s.agency_id left join services v on v.id = s.service_id) as cases,
      (select coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'action', a.action) order by a.id), '[]') from audit a
        where a.subject_kind = 'citizen' and a.subject_id = any($1::uuid[]::text[])
          or a.data ? 'found' and a.data -> 'found' ?| $1::uuid[]::text[]) as accesses`,
    [ids],
  );
  return rows[0]?.records ? rows[0] : null;
}
