import type { Knex } from "knex";

/** What happened, told to the agencies (REQ 11): the rhythm, each report made once a period, its files and its post. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- Where an agency wants its copies; without it they go to its referents.
    alter table agencies add column report_email citext;

    create table report_schedules (
      kind text not null check (kind in ('issue_reports', 'grievances', 'unresolved_needs', 'switchboard',
        'contact_centre')),
      rhythm text not null check (rhythm in ('weekly', 'monthly')),
      -- First day of the next period that is not asked for yet; moves on in the transaction that asks for it.
      next_day date not null,
      disabled_at timestamptz,
      primary key (kind, rhythm)
    );
    insert into report_schedules (kind, rhythm, next_day)
    select kind, rhythm, date_trunc(case rhythm when 'weekly' then 'week' else 'month' end,
      now() at time zone 'Europe/Rome')::date
    from (values ('issue_reports', 'weekly'), ('grievances', 'weekly'), ('unresolved_needs', 'weekly'),
      ('switchboard', 'monthly'), ('contact_centre', 'weekly'), ('contact_centre', 'monthly')) s (kind, rhythm);

    create table reports (
      id uuid primary key default uuidv7(),
      kind text not null check (kind in ('issue_reports', 'grievances', 'unresolved_needs', 'switchboard',
        'contact_centre')),
      -- Null: the whole centre.
      agency_id uuid references agencies,
      origin text not null check (origin in ('schedule', 'person')),
      rhythm text check (rhythm in ('weekly', 'monthly')),
      -- Local days (Europe/Rome), both included, and the very moments: half open.
      first_day date not null,
      last_day date not null check (last_day >= first_day),
      period_from timestamptz not null,
      period_to timestamptz not null check (period_to > period_from),
      asked_by_id uuid references people,
      requested_at timestamptz not null default clock_timestamp(),
      state text not null default 'queued' check (state in ('queued', 'making', 'made', 'failed')),
      attempts smallint not null default 0,
      due_at timestamptz not null default clock_timestamp(),
      claim_id uuid,
      claimed_until timestamptz,
      error text check (length(error) <= 500),
      made_at timestamptz,
      made_ms integer,
      totals jsonb,
      reconciliation jsonb,
      reconciled boolean,
      check ((origin = 'person') = (asked_by_id is not null)),
      check ((origin = 'schedule') = (rhythm is not null)),
      check ((state = 'making') = (claim_id is not null)),
      check ((state = 'made') = (made_at is not null)),
      check ((state = 'made') = (reconciled is not null))
    );
    -- Once a period, whatever the number of copies (REQ 11).
    create unique index reports_once_a_period on reports (kind, agency_id, period_from, period_to) nulls not distinct
      where origin = 'schedule';
    create index reports_agency on reports (agency_id, id);
    create index reports_open on reports (due_at) where state in ('queued', 'making');

    create function report_kept() returns trigger language plpgsql as $$
    begin
      raise exception 'a report that was made stays as it is' using errcode = '23514', constraint = 'report_kept';
    end $$;
    create trigger report_kept before update on reports for each row when (old.state = 'made')
      execute function report_kept();

    -- Null office: the agency's copy, all offices together.
    create table report_files (
      id uuid primary key default uuidv7(),
      report_id uuid not null references reports on delete cascade,
      agency_id uuid references agencies,
      office_id uuid,
      format text not null check (format in ('csv', 'xlsx', 'pdf')),
      name text not null,
      media_type text not null,
      size_bytes integer not null,
      sha256 text not null,
      content bytea not null,
      unique nulls not distinct (report_id, office_id, format),
      foreign key (agency_id, office_id) references offices (agency_id, id)
    );
    alter table report_files alter content set storage external;
    create trigger report_file_kept before update on report_files for each row execute function report_kept();

    -- The post of a report: one row a recipient, sent at most once at a time (see the head of send-report.ts).
    create table report_deliveries (
      id uuid primary key default uuidv7(),
      report_id uuid not null references reports on delete cascade,
      recipient text not null check (recipient in ('office', 'agency', 'centre')),
      office_id uuid references offices,
      -- Null: nobody has told where to send it.
      to_address text check (length(to_address) <= 320 and to_address !~ '[[:cntrl:]]'),
      state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'undelivered', 'failed',
        'unknown', 'no_address')),
      attempts smallint not null default 0,
      due_at timestamptz not null default clock_timestamp(),
      claim_id uuid,
      claimed_until timestamptz,
      -- Proof: our Message-ID, the words with which the mail server took it, the files' hashes.
      provider_id text,
      receipt text check (length(receipt) <= 500),
      sent_files text[],
      error_code text check (length(error_code) <= 20),
      error_detail text check (length(error_detail) <= 500),
      created_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz,
      ended_at timestamptz,
      unique nulls not distinct (report_id, recipient, office_id, to_address),
      check ((state = 'no_address') = (to_address is null)),
      check ((state = 'sending') = (claim_id is not null)),
      check (state not in ('sent', 'undelivered') or (provider_id is not null and sent_at is not null))
    );
    create index report_deliveries_open on report_deliveries (due_at) where state in ('queued', 'sending');

    -- What the weekly lists look for.
    create index cases_reported on cases (agency_id, closed_at)
      where status in ('assigned_resolved', 'unresolvable') or reason = 'grievance';
    create index contacts_outbound on contacts (created_at) where direction = 'outbound';
  `);
}
