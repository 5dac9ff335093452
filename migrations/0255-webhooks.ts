import type { Knex } from "knex";

/** What other systems of the agencies are told of cases and calls: ids and states, never a citizen's data. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table webhooks (
      id uuid primary key default uuidv7(),
      name text not null check (btrim(name) <> '' and length(name) <= 120),
      url text not null check (length(url) <= 2000),
      secret text not null check (length(secret) >= 32),
      kinds text[] not null check (kinds <@ array['case.opened', 'case.changed', 'call.started', 'call.answered',
        'call.ended']::text[] and cardinality(kinds) > 0),
      -- Null: of all agencies.
      agency_id uuid references agencies,
      created_by_id uuid not null references people,
      created_at timestamptz not null default clock_timestamp(),
      disabled_at timestamptz,
      version integer not null default 1
    );

    -- Written in the transaction of the change itself, one row a receiver (see the head of deliver-webhooks.ts).
    create table webhook_deliveries (
      id uuid primary key default uuidv7(),
      webhook_id uuid not null references webhooks on delete cascade,
      kind text not null,
      payload jsonb not null,
      created_at timestamptz not null default clock_timestamp(),
      state text not null default 'queued' check (state in ('queued', 'sending', 'done', 'dead')),
      attempts smallint not null default 0,
      due_at timestamptz not null default clock_timestamp(),
      claim_id uuid,
      claimed_until timestamptz,
      last_status smallint,
      last_error text check (length(last_error) <= 300),
      last_ms integer,
      ended_at timestamptz,
      check ((state = 'sending') = (claim_id is not null)),
      check ((state in ('done', 'dead')) = (ended_at is not null))
    );
    create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where state = 'queued';
    create index webhook_deliveries_claimed on webhook_deliveries (claimed_until) where state = 'sending';
    create index webhook_deliveries_log on webhook_deliveries (webhook_id, id);
    create index webhook_deliveries_ended on webhook_deliveries (ended_at) where ended_at is not null;

    -- Costs one look at a small table as long as nobody listens.
    create function tell_webhooks(event_kind text, event_agency uuid, event_payload jsonb) returns void
    language sql as $$
      insert into webhook_deliveries (webhook_id, kind, payload)
      select w.id, event_kind, event_payload from webhooks w
      where w.disabled_at is null and event_kind = any(w.kinds)
        and (w.agency_id is null or w.agency_id = event_agency)
    $$;

    create function webhooks_of_call() returns trigger language plpgsql as $$
    begin
      if not exists (select from webhooks where disabled_at is null) then
        return null;
      end if;
      perform tell_webhooks(
        case when tg_op = 'INSERT' and new.state <> 'ended' then 'call.started'
          when new.state = 'ended' then 'call.ended' else 'call.answered' end,
        new.agency_id,
        jsonb_build_object('callId', new.id, 'direction', new.direction, 'state', new.state, 'outcome', new.outcome,
          'agencyId', new.agency_id, 'language', new.language, 'startedAt', new.started_at, 'talkAt', new.talk_at,
          'endedAt', new.ended_at));
      return null;
    end $$;
    create trigger webhooks_of_call_begun after insert on calls for each row execute function webhooks_of_call();
    create trigger webhooks_of_call_moved after update of state, talk_at on calls for each row
      when ((new.state = 'ended' and old.state <> 'ended') or (old.talk_at is null and new.talk_at is not null
        and new.state <> 'ended')) execute function webhooks_of_call();

    create function webhooks_of_case() returns trigger language plpgsql as $$
    begin
      if not exists (select from webhooks where disabled_at is null) then
        return null;
      end if;
      perform tell_webhooks(case when tg_op = 'INSERT' then 'case.opened' else 'case.changed' end, new.agency_id,
        jsonb_build_object('caseId', new.id, 'number', new.number, 'status', new.status, 'attribute', new.attribute,
          'reason', new.reason, 'agencyId', new.agency_id, 'serviceId', new.service_id, 'officeId', new.office_id,
          'parentId', new.parent_id, 'version', new.version, 'openedAt', new.opened_at, 'closedAt', new.closed_at));
      return null;
    end $$;
    create trigger webhooks_of_case_opened after insert on cases for each row execute function webhooks_of_case();
    create trigger webhooks_of_case_changed after update on cases for each row
      when (old.status <> new.status or old.attribute is distinct from new.attribute
        or old.agency_id is distinct from new.agency_id or old.service_id is distinct from new.service_id
        or old.office_id is distinct from new.office_id)
      execute function webhooks_of_case();
  `);
}
