import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create sequence case_numbers start 100001;

    create table cases (
      id uuid primary key,
      number bigint not null unique default nextval('case_numbers'),
      opened_by_call_id uuid unique references calls,
      status text not null default 'draft' check (status in ('draft', 'resolved_l1', 'resolved_l2', 'assigned',
        'transferred', 'assigned_resolved', 'rejected', 'suspended', 'cancelled', 'unresolvable')),
      attribute text check (attribute in ('communicated', 'not_communicated', 'not_communicable', 'to_communicate')),
      cancel_reason text check (cancel_reason in ('not_competent', 'abandoned', 'outside_hours', 'error',
        'cancelled_by_citizen', 'no_contact_data')),
      reason text check (reason in ('information', 'case_status', 'complaint', 'grievance', 'issue_report', 'reminder',
        'update_notice', 'booking')),
      information_kinds text[] not null default '{}'
        check (information_kinds <@ array['who_where_when', 'how']::text[]),
      switchboard boolean not null default false,
      agency_id uuid references agencies,
      department_id uuid,
      service_id uuid,
      profile text check (profile in ('base', 'advanced')),
      contact_back_enabled boolean not null default false,
      office_id uuid,
      request text check (length(request) <= 20000),
      answer text check (length(answer) <= 20000),
      note text check (length(note) <= 20000),
      citizen_id uuid references citizens,
      phone_confirmed boolean not null default false,
      answer_channel text not null default 'phone' check (answer_channel in ('phone', 'email')),
      language text not null default 'it',
      owner_id uuid references people,
      taken_by_id uuid references people,
      taken_at timestamptz,
      parent_id uuid references cases,
      opened_at timestamptz not null default clock_timestamp(),
      answered_at timestamptz,
      closed_at timestamptz,
      version integer not null default 1,
      -- The triple is real or absent: same-named services of two agencies are two services (REQ 0).
      foreign key (agency_id, department_id, service_id) references services (agency_id, department_id, id),
      foreign key (agency_id, office_id) references offices (agency_id, id),
      check ((service_id is null) = (department_id is null)),
      check (service_id is null or agency_id is not null),
      -- Attribute is mandatory on the two Risolto and null everywhere else (REQ 4).
      check ((status in ('resolved_l1', 'resolved_l2')) = (attribute is not null)),
      check ((status = 'cancelled') = (cancel_reason is not null)),
      check (status in ('draft', 'cancelled') or reason is not null),
      check (status in ('draft', 'cancelled') or switchboard or service_id is not null),
      check (status <> 'resolved_l1' or (answer is not null and btrim(answer) <> '')
        or (switchboard and note is not null and btrim(note) <> '')),
      check (status not in ('assigned', 'transferred', 'suspended', 'rejected', 'resolved_l2', 'assigned_resolved')
        or (office_id is not null and profile is not null)),
      check (status not in ('assigned', 'transferred', 'suspended', 'rejected', 'resolved_l2') or profile = 'advanced'),
      check (status <> 'unresolvable' or reason = 'information'),
      check (status <> 'assigned_resolved' or reason = 'issue_report'),
      check (not switchboard or status in ('draft', 'resolved_l1', 'cancelled')),
      check (attribute is distinct from 'to_communicate' or contact_back_enabled),
      -- Closure follows from the status (REQ 4).
      check ((closed_at is not null) = (status in ('resolved_l1', 'assigned_resolved', 'cancelled', 'unresolvable')
        or (status = 'resolved_l2' and attribute in ('communicated', 'not_communicable')))),
      check ((taken_by_id is null) = (taken_at is null)),
      check (parent_id is null or reason in ('case_status', 'reminder', 'update_notice'))
    ) with (fillfactor = 70);
    create index cases_to_complete on cases (owner_id, opened_at) where status = 'draft';
    create index cases_office on cases (office_id, status, opened_at) where closed_at is null;
    create index cases_citizen on cases (citizen_id, opened_at desc) where citizen_id is not null;
    create index cases_parent on cases (parent_id) where parent_id is not null;
    create index cases_opened on cases (opened_at);

    create table contact_cases (
      contact_id uuid not null references contacts on delete cascade,
      case_id uuid not null references cases on delete cascade,
      primary key (contact_id, case_id)
    );
    create index contact_cases_case on contact_cases (case_id);

    -- Who, when, what, why; gapless per case. actor is a person or the name of the system's part.
    create table case_history (
      case_id uuid not null references cases on delete cascade,
      seq integer not null,
      at timestamptz not null default clock_timestamp(),
      person_id uuid references people,
      actor text not null,
      kind text not null,
      from_status text,
      from_attribute text,
      to_status text,
      to_attribute text,
      data jsonb not null default '{}',
      primary key (case_id, seq)
    );

    -- One row a call: does it have its contact and its case? (issue: 0 exceptions, always)
    create view v_call_audit as
      select c.id as call_id, c.direction, c.parachute, c.state, c.outcome, c.started_at, c.ended_at,
        (select count(*) from contacts k where k.call_id = c.id) as contacts,
        (select count(*) from contacts k join contact_cases kc on kc.contact_id = k.id where k.call_id = c.id) as cases,
        (select count(*) from cases s where s.opened_by_call_id = c.id) as opened_cases
      from calls c;

    -- Who is where now.
    create view v_open_state as
      select 'call' as kind, c.id, c.state, c.person_id, c.id as call_id, c.queued_at as since,
        n.name as node
      from calls c left join nodes n on n.id = c.node_id where c.state <> 'ended'
      union all
      select 'operator', o.person_id,
        case when o.chosen = 'offline' and o.system = 'idle' then 'offline'
          when o.system <> 'idle' then o.system else o.chosen end,
        o.person_id, o.call_id, o.idle_since, n.name
      from operators o left join nodes n on n.id = o.stream_node_id
      union all
      select 'offer', f.id, f.state, f.person_id, f.call_id, f.created_at, null
      from offers f where f.state = 'ringing';
  `);
}
