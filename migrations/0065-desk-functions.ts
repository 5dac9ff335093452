import type { Knex } from "knex";

/** What several statements of the hot path share: one numbered desk event, and an operator's state told and logged. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create function append_desk_event(person uuid, event_kind text, event_payload jsonb, wake boolean default true)
    returns bigint language plpgsql as $$
    declare
      next_seq bigint;
    begin
      insert into desk_feeds (person_id, seq) values (person, 1)
        on conflict (person_id) do update set seq = desk_feeds.seq + 1 returning seq into next_seq;
      insert into desk_events (person_id, seq, kind, payload) values (person, next_seq, event_kind, event_payload);
      if wake then
        perform pg_notify('desk', person::text);
      end if;
      return next_seq;
    end $$;

    create function operator_shown_state(o operators) returns text language sql immutable as $$
      select case when o.system <> 'idle' then o.system else o.chosen end
    $$;

    create function operator_state_payload(o operators) returns jsonb language sql stable as $$
      select jsonb_build_object('state', operator_shown_state(o), 'chosen', o.chosen, 'pauseReason', o.pause_reason,
        'wrapUpUntil', o.wrap_up_until, 'wrapUpExtensions', o.wrap_up_extensions, 'callId', o.call_id,
        'seat', (select number from seats where id = o.seat_id), 'phone', o.phone)
    $$;

    -- Logged for the reports and told to the page, in the transaction of the change.
    create function record_operator_state(o operators) returns bigint language plpgsql as $$
    begin
      insert into operator_state_log (person_id, state, reason, call_id)
        values (o.person_id, operator_shown_state(o), o.pause_reason, o.call_id);
      return append_desk_event(o.person_id, 'state', operator_state_payload(o));
    end $$;
  `);
}
