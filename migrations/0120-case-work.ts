import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table cases
      -- Why first level assigned instead of transferring (REQ 3.2) and why an office gave the case back (REQ 3.8).
      add column assignment_reason text check (assignment_reason in ('check_negative', 'transfer_failed',
        'missing_knowledge', 'declines_hold')),
      add column reject_cause text check (reject_cause in ('ambiguous_responsibility', 'missing_knowledge', 'operator_error', 'other')),
      add column reject_note text check (length(reject_note) <= 2000),
      add column next_attempt_at timestamptz,
      -- {kind: no_card, search} or {kind: card_does_not_answer, cardId, cardVersion} (REQ 3.1).
      add column missing_knowledge jsonb check (missing_knowledge ->> 'kind' in ('no_card', 'card_does_not_answer')),
      -- What an update notice brings (REQ 2).
      add column notice_content text check (notice_content in ('citizen_data', 'additional_data', 'cancel_request')),
      add column identity_checked_at timestamptz,
      add column booked_at timestamptz,
      -- A case that this one is about without being its child (REQ 2).
      add column related_case_id uuid references cases,
      add check (status <> 'rejected' or reject_cause is distinct from 'other' or btrim(reject_note) <> ''),
      add check (notice_content is null or reason = 'update_notice'),
      add check (parent_id is distinct from id and related_case_id is distinct from id),
      -- Attempts, tasks and take charge live on the parent only (REQ 2).
      add check (parent_id is null or taken_at is null),
      add check (parent_id is null or next_attempt_at is null),
      add check (status <> 'draft' or taken_at is null);

    create index cases_rejected on cases (opened_at) where status = 'rejected';
    create index cases_service on cases (service_id, opened_at desc) where service_id is not null;
    create index cases_related on cases (related_case_id) where related_case_id is not null;

    -- Each try to reach the citizen, by whom and how it went (REQ 4).
    create table contact_attempts (
      id uuid primary key default uuidv7(),
      case_id uuid not null references cases on delete cascade,
      person_id uuid references people,
      actor text not null,
      channel text not null default 'phone' check (channel in ('phone', 'email', 'sms')),
      outcome text not null check (outcome in ('reached', 'no_answer', 'busy', 'unreachable', 'wrong_number', 'refused',
        'undelivered')),
      after_answer boolean not null,
      note text check (length(note) <= 2000),
      next_attempt_at timestamptz,
      call_id uuid references calls,
      at timestamptz not null default clock_timestamp()
    );
    create index contact_attempts_case on contact_attempts (case_id, at);

    create table case_notes (
      id uuid primary key default uuidv7(),
      case_id uuid not null references cases on delete cascade,
      person_id uuid references people,
      actor text not null,
      kind text not null default 'note' check (kind in ('note', 'addition')),
      text text not null check (btrim(text) <> '' and length(text) <= 20000),
      -- The update notice that brought an addition.
      from_case_id uuid references cases,
      at timestamptz not null default clock_timestamp()
    );
    create index case_notes_case on case_notes (case_id, at);

    create table case_specialists (
      case_id uuid not null references cases on delete cascade,
      person_id uuid not null references people,
      invited_by_id uuid not null references people,
      invited_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      primary key (case_id, person_id)
    );
    create index case_specialists_person on case_specialists (person_id) where ended_at is null;

    -- Work that pops up at first level outside a call; claimed by one person (REQ 4).
    create table case_tasks (
      id uuid primary key default uuidv7(),
      case_id uuid not null references cases on delete cascade,
      kind text not null check (kind in ('contact_back', 'cancel_confirmation', 'undeliverable')),
      state text not null default 'open' check (state in ('open', 'claimed', 'done', 'withdrawn')),
      claimed_by_id uuid references people,
      claimed_at timestamptz,
      ended_at timestamptz,
      created_at timestamptz not null default clock_timestamp(),
      check ((claimed_by_id is null) = (claimed_at is null)),
      check (state <> 'claimed' or claimed_at is not null),
      check (state <> 'open' or claimed_at is null),
      check ((state in ('done', 'withdrawn')) = (ended_at is not null))
    );
    create unique index case_tasks_one_live on case_tasks (case_id, kind) where state in ('open', 'claimed');
    create index case_tasks_live on case_tasks (created_at) where state in ('open', 'claimed');

    -- A citizen's wish to drop a case, for the owning office to grant or refuse (REQ 2).
    create table cancel_requests (
      child_id uuid primary key references cases on delete cascade,
      parent_id uuid not null references cases on delete cascade,
      state text not null default 'pending' check (state in ('pending', 'granted', 'refused', 'lapsed')),
      requested_at timestamptz not null default clock_timestamp(),
      -- One working day later first level asks the citizen and decides.
      due_at timestamptz not null,
      decided_by_id uuid references people,
      decided_at timestamptz,
      note text check (length(note) <= 2000),
      check ((state = 'pending') = (decided_at is null))
    );
    create unique index cancel_requests_one_pending on cancel_requests (parent_id) where state = 'pending';
    create index cancel_requests_due on cancel_requests (due_at) where state = 'pending';

    -- The version that a history row brought about, so that a stale save is told what changed since (412).
    alter table case_history add column case_version integer;

    -- An anonymous grievance leaves no number; the mark also stops a late writer (REQ 2).
    alter table calls add column number_erased_at timestamptz,
      add check (number_erased_at is null or (caller_e164 is null and caller_raw is null and caller_name is null));
    alter table contacts add column number_erased_at timestamptz,
      add check (number_erased_at is null or caller_e164 is null);
  `);
}
