import type { Knex } from "knex";

/** Is an office there for a caller (REQ 3.3): what it was asked, what it answered, who does not want to be rung. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- A person at a seat, of whatever level. Signing in at a seat ends it: a switch that was forgotten must not stick.
    alter table operators add column do_not_disturb_since timestamptz;

    -- Calls of the queue ring at operators' seats only; an office's seat is rung by a transfer.
    create function operator_seat_for_queue() returns trigger language plpgsql as $$
    begin
      if exists (select from seats where id = new.seat_id and kind = 'office') then
        raise exception 'an office''s seat takes no calls of the queue'
          using errcode = '23514', constraint = 'operators_queue_seat';
      end if;
      return new;
    end $$;
    create trigger operators_queue_seat before insert or update of chosen, seat_id on operators for each row
      when (new.chosen = 'available' and new.seat_id is not null) execute function operator_seat_for_queue();

    -- The evidence that a transfer names (REQ 3.3): at most 60 s old, of that office, in that call.
    create table availability_checks (
      id uuid primary key default uuidv7(),
      call_id uuid not null references calls on delete cascade,
      case_id uuid not null references cases on delete cascade,
      office_id uuid not null references offices,
      service_id uuid references services,
      -- Who would answer, and the phone account that would ring.
      person_id uuid references people,
      account text,
      asked_by_id uuid not null references people,
      verdict text not null check (verdict in ('free', 'busy', 'closed', 'unreachable', 'absent', 'dnd')),
      evidence jsonb not null,
      made_at timestamptz not null default clock_timestamp(),
      expires_at timestamptz not null default clock_timestamp() + interval '60 seconds',
      check (verdict <> 'free' or (person_id is not null and account is not null))
    );
    create index availability_checks_call on availability_checks (call_id, made_at);

    -- How the calls passed to an office's people ended.
    create table office_answers (
      id bigint generated always as identity primary key,
      office_id uuid not null references offices on delete cascade,
      person_id uuid references people on delete cascade,
      call_id uuid references calls on delete cascade,
      outcome text not null check (outcome in ('answered', 'no_answer', 'busy', 'refused', 'unreachable', 'voicemail',
        'caller_left')),
      at timestamptz not null default clock_timestamp()
    );
    create index office_answers_person on office_answers (person_id, at desc);
    create index office_answers_office on office_answers (office_id, at desc);

    -- What was last told of an office, so that a change is told once by whichever copy sees it first.
    create table office_verdicts (
      office_id uuid primary key references offices on delete cascade,
      verdict text not null,
      payload jsonb not null,
      changed_at timestamptz not null default clock_timestamp()
    );
  `);
}
