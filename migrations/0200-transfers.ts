import type { Knex } from "knex";

/** Where a call that is being passed on stands (REQ 3, 7): the machine is drawn in src/transfers/transfer.ts. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table transfers (
      id uuid primary key default uuidv7(),
      call_id uuid not null references calls on delete cascade,
      case_id uuid not null references cases on delete cascade,
      kind text not null check (kind in ('consult', 'contextual', 'blind')),
      state text not null default 'asked' check (state in ('asked', 'ringing', 'checking', 'consulting', 'swapped',
        'conference', 'joined', 'ended')),
      result text check (result in ('completed', 'returned', 'busy', 'no_answer', 'refused', 'closed', 'unreachable',
        'voicemail', 'office_left', 'voice_lost', 'operator_left', 'citizen_left', 'not_ready', 'withdrawn')),
      -- Q.850 cause of the office's leg, where it says why.
      cause smallint,
      operator_id uuid not null references people,
      -- How the operator's leg ended before the transfer did; null while the operator is on the line.
      operator_end text check (operator_end in ('hung_up', 'lost')),
      office_id uuid references offices,
      -- Whose phone rings, when it is one of ours.
      person_id uuid references people,
      -- The entry of the directory; its folder's table comes with a later migration.
      entry_id uuid,
      check_id uuid,
      -- Age of the positive check when the command was given (REQ 3.3).
      check_age_seconds real,
      -- What is dialled, e.g. PJSIP/301 or PJSIP/+39055…@trunk.
      endpoint text not null,
      target_name text not null,
      -- The number that the operator may tell the citizen; null when there is none to tell (REQ 7.3).
      number_to_tell text,
      voicemail text not null default 'trust' check (voicemail in ('press_one', 'detect', 'trust')),
      created_at timestamptz not null default clock_timestamp(),
      ringing_at timestamptz,
      joined_at timestamptz,
      -- From here on the operator is free: the talk is the citizen's and the office's.
      settled_at timestamptz,
      ended_at timestamptz,
      check ((state = 'ended') = (ended_at is not null)),
      check ((state = 'ended') = (result is not null)),
      check (settled_at is null or joined_at is not null),
      check (kind = 'blind' or (office_id is not null and person_id is not null))
    );
    create unique index transfers_one_live_a_call on transfers (call_id) where state <> 'ended';
    create unique index transfers_one_live_a_phone on transfers (endpoint) where state <> 'ended' and person_id is not null;
    create index transfers_case on transfers (case_id, created_at);
    create index transfers_call on transfers (call_id, created_at);
    create index transfers_live_person on transfers (person_id) where state <> 'ended';

    create function transfer_payload(t transfers) returns jsonb language sql stable as $$
      select jsonb_build_object('transferId', t.id, 'callId', t.call_id, 'caseId', t.case_id, 'kind', t.kind,
        'state', t.state, 'result', t.result, 'operatorOnLine', t.operator_end is null and t.settled_at is null,
        'operator', jsonb_build_object('id', p.id, 'name', p.display_name),
        'target', jsonb_build_object('name', t.target_name, 'officeId', t.office_id, 'personId', t.person_id,
          'entryId', t.entry_id, 'numberToTell', t.number_to_tell),
        'caseNumber', s.number, 'language', c.language,
        'caller', jsonb_build_object('e164', c.caller_e164, 'name', c.caller_name))
      from calls c join people p on p.id = t.operator_id join cases s on s.id = t.case_id where c.id = t.call_id
    $$;

    -- Operator and office person see each step; ordered, so that two tellers lock the feeds alike.
    create function tell_transfer(t transfers) returns void language plpgsql as $$
    declare
      person uuid;
    begin
      for person in select p from unnest(array[t.operator_id, t.person_id]) p where p is not null group by p order by p loop
        perform append_desk_event(person, 'transfer', transfer_payload(t));
      end loop;
    end $$;
  `);
}
