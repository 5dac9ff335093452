import type { Knex } from "knex";

/**
 * What a page is told when a call begins or ends: the call, then the operator's new state, two numbered events with one
 * look at the feed. Either may be missing (null): a caller who left before a talk, an operator who is somewhere else.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create function tell_call_and_state(person uuid, call jsonb, o operators) returns void language plpgsql as $$
    declare
      last_seq bigint;
      events int := (call is not null)::int + (o.person_id is not null)::int;
    begin
      if person is null or events = 0 then
        return;
      end if;
      if o.person_id is not null then
        insert into operator_state_log (person_id, state, reason, call_id)
          values (person, operator_shown_state(o), o.pause_reason, o.call_id);
      end if;
      insert into desk_feeds (person_id, seq) values (person, events)
        on conflict (person_id) do update set seq = desk_feeds.seq + events returning seq into last_seq;
      if events = 2 then
        insert into desk_events (person_id, seq, kind, payload) values
          (person, last_seq - 1, 'call', call), (person, last_seq, 'state', operator_state_payload(o));
      elsif call is not null then
        insert into desk_events (person_id, seq, kind, payload) values (person, last_seq, 'call', call);
      else
        insert into desk_events (person_id, seq, kind, payload)
          values (person, last_seq, 'state', operator_state_payload(o));
      end if;
      perform pg_notify('desk', person::text);
    end $$;
  `);
}
