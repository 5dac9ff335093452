import type { Knex } from "knex";

/** Calls that an operator begins by a click (REQ 1.6): the call itself is a row of `calls`, direction outbound. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table outbound_calls (
      call_id uuid primary key references calls on delete cascade,
      -- Null when a directory entry was called for no case.
      case_id uuid references cases on delete cascade,
      entry_id uuid,
      -- A phone of this Asterisk; null: calls.called_number over the trunk.
      account text,
      -- When the other side's phone was dialled, and when it rang.
      dialled_at timestamptz,
      ringing_at timestamptz,
      -- How it ended; null while it lives.
      result text check (result in ('answered', 'busy', 'no_answer', 'refused', 'unreachable', 'wrong_number',
        'operator_unreachable', 'withdrawn', 'interrupted')),
      -- Q.850 cause of the other side's leg, where it says why.
      cause smallint
    );
    create index outbound_calls_case on outbound_calls (case_id) where case_id is not null;
    create index calls_dialled_by on calls (person_id, started_at) where direction = 'outbound';
  `);
}
