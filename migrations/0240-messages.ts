import type { Knex } from "knex";

/** What is sent to citizens (REQ 5, 6): the message, each of its sendings (the outbox), what came back. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table sms_consent_texts (
      version text primary key check (length(version) <= 20),
      text_it text not null,
      text_en text not null,
      valid_from timestamptz not null default now()
    );

    create table messages (
      id uuid primary key default uuidv7(),
      kind text not null check (kind in ('sms', 'email')),
      case_id uuid not null references cases on delete cascade,
      created_by_id uuid not null references people,
      created_at timestamptz not null default clock_timestamp(),
      language text not null check (language in ('it', 'en')),
      card_id uuid,
      card_version integer,
      -- SMS: which of the card's two texts, how long, and what the citizen agreed to, heard by whom and when (REQ 5).
      text_kind text check (text_kind in ('who-where-when', 'work-done')),
      segments smallint,
      consent_version text references sms_consent_texts,
      consent_by_id uuid references people,
      consent_at timestamptz,
      -- E-mail: the template, and which parts of the card (or the standard answer) it carries (REQ 6.1).
      template_id uuid,
      template_version integer,
      parts text[] not null default '{}',
      subject text,
      body text not null check (btrim(body) <> '' and length(body) <= 100000),
      -- Sendings by people; transport retries do not count (REQ 6.5).
      sendings smallint not null default 1 check (sendings between 1 and 3),
      -- As of the last sending, kept by a trigger.
      state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'delivered', 'undelivered',
        'failed', 'unknown')),
      provider_id text,
      error_code text,
      check ((kind = 'sms') = (text_kind is not null and segments is not null and card_id is not null)),
      check ((kind = 'sms') = (consent_version is not null and consent_by_id is not null and consent_at is not null)),
      check (num_nonnulls(consent_version, consent_by_id, consent_at) in (0, 3)),
      check (num_nonnulls(text_kind, segments) in (0, 2)),
      check ((kind = 'email') = (template_id is not null and subject is not null)),
      check (kind = 'email' or sendings = 1),
      check ((card_id is null) = (card_version is null)),
      foreign key (card_id, card_version) references card_versions (card_id, version)
    );
    create index messages_case on messages (case_id, created_at);
    -- The case closes with its one e-mail (REQ 6.3): a second click can not make another.
    create unique index messages_one_email_a_case on messages (case_id) where kind = 'email';

    -- One row a sending by a person, and the outbox at once: what a provider is asked, at most once at a time.
    create table message_sendings (
      id uuid primary key default uuidv7(),
      message_id uuid not null references messages on delete cascade,
      try smallint not null check (try between 1 and 3),
      contact_id uuid not null references contacts,
      person_id uuid not null references people,
      to_address text not null check (length(to_address) between 1 and 320 and to_address !~ '[[:cntrl:]]'),
      address_source text not null check (address_source in ('typed', 'declared', 'citizen')),
      state text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'delivered', 'undelivered',
        'failed', 'unknown')),
      provider_id text unique,
      error_code text check (length(error_code) <= 20),
      error_detail text check (length(error_detail) <= 500),
      created_at timestamptz not null default clock_timestamp(),
      sent_at timestamptz,
      ended_at timestamptz,
      -- Transport: claims so far, when the next one is due, who holds it and until when.
      attempts smallint not null default 0,
      due_at timestamptz not null default clock_timestamp(),
      claim_id uuid,
      claimed_at timestamptz,
      claimed_until timestamptz,
      reconciled_at timestamptz,
      reconcile_looks smallint not null default 0,
      -- Given up by the program: for the supervisor's list.
      dead_at timestamptz,
      unique (message_id, try),
      check (state <> 'sending' or claim_id is not null or provider_id is not null)
    );
    create index message_sendings_due on message_sendings (due_at) where state = 'queued';
    create index message_sendings_claimed on message_sendings (claimed_until) where state = 'sending';
    create index message_sendings_open on message_sendings (created_at) where state in ('sending', 'sent', 'unknown');
    create index message_sendings_person on message_sendings (person_id, created_at);
    create index message_sendings_address on message_sendings (to_address, created_at);
    create index message_sendings_dead on message_sendings (dead_at) where dead_at is not null;

    create function message_follows_sending() returns trigger language plpgsql as $$
    begin
      update messages set state = new.state, provider_id = new.provider_id, error_code = new.error_code
      where id = new.message_id and sendings = new.try;
      return null;
    end $$;
    create trigger message_follows_sending after insert or update of state, provider_id, error_code
      on message_sendings for each row execute function message_follows_sending();

    -- The end of a sending is the end, whatever is told later or twice (REQ 5.4).
    create function sending_state_kept() returns trigger language plpgsql as $$
    begin
      if old.state in ('delivered', 'undelivered', 'failed') and new.state <> old.state
        and not (old.state = 'delivered' and new.state = 'undelivered'
          and exists (select from messages where id = new.message_id and kind = 'email')) then
        raise exception 'a sending that has ended does not begin again'
          using errcode = '23514', constraint = 'sending_state_kept';
      end if;
      if old.state = 'sent' and new.state in ('queued', 'sending', 'unknown') then
        raise exception 'a sending does not go back' using errcode = '23514', constraint = 'sending_state_kept';
      end if;
      return new;
    end $$;
    create trigger sending_state_kept before update of state on message_sendings
      for each row execute function sending_state_kept();

    -- The bytes that were sent stay, also when the card's document is gone (the same file once).
    create table sent_files (sha256 text primary key, content bytea not null);
    alter table sent_files alter content set storage external;
    create table message_files (
      message_id uuid not null references messages on delete cascade,
      position smallint not null,
      document_id uuid not null,
      name text not null,
      media_type text not null,
      sha256 text not null references sent_files,
      primary key (message_id, position)
    );

    create table email_templates (
      id uuid primary key default uuidv7(),
      code text not null unique,
      language text not null check (language in ('it', 'en')),
      name text not null,
      reasons text[] not null,
      subject text not null check (btrim(subject) <> '' and length(subject) <= 200 and subject !~ '[[:cntrl:]]'),
      body text not null check (btrim(body) <> '' and length(body) <= 20000),
      version integer not null default 1,
      disabled_at timestamptz
    );
  `);
  await consentTexts(db);
  await templates(db);
  await notices(db);
}

async function consentTexts(db: Knex): Promise<void> {
  await db.raw("insert into sms_consent_texts (version, text_it, text_en) values (?, ?, ?)", [
    "2026-1",
    "Posso inviarle un SMS con queste informazioni? Il numero di cellulare che mi detta serve solo per questo invio e non viene aggiunto alla sua scheda. È d'accordo?",
    "May I send you a text message with this information? The mobile number that you tell me is used for this message only and is not added to your record. Do you agree?",
  ]);
}

async function templates(db: Knex): Promise<void> {
  const closing = `055055 - il numero unico dei servizi pubblici dell'area fiorentina
Questa casella invia soltanto: per altre richieste chiami lo 055055 e citi il caso {{numero_caso}}.`;
  const closingEn = `055055 - the one number of the public services of the Florence area
This address only sends: for anything else call 055055 and mention case {{numero_caso}}.`;
  const rows = [
    [
      "informazioni",
      "it",
      "Informazioni richieste",
      "{information}",
      "055055 - {{servizio}} (caso {{numero_caso}})",
      `Gentile {{nome}},\n\ncome concordato al telefono il {{data}}, ecco quanto ci ha chiesto su {{servizio}} ({{ente}}).\n\n{{contenuto}}\n\n${closing}`,
    ],
    [
      "documenti",
      "it",
      "Invio di documenti",
      "{information}",
      "055055 - documenti per {{servizio}} (caso {{numero_caso}})",
      `Gentile {{nome}},\n\ncome concordato al telefono il {{data}}, le inviamo in allegato i documenti su {{servizio}} ({{ente}}): {{documenti}}.\n\n{{contenuto}}\n\n${closing}`,
    ],
    [
      "risposta",
      "it",
      "Risposta standard",
      "{grievance,issue_report,case_status,booking}",
      "055055 - la sua richiesta su {{servizio}} (caso {{numero_caso}})",
      `Gentile {{nome}},\n\nin merito alla sua telefonata del {{data}}:\n\n{{contenuto}}\n\n${closing}`,
    ],
    [
      "information",
      "en",
      "Information you asked for",
      "{information}",
      "055055 - {{servizio}} (case {{numero_caso}})",
      `Dear {{nome}},\n\nas agreed by telephone on {{data}}, here is what you asked about {{servizio}} ({{ente}}).\n\n{{contenuto}}\n\n${closingEn}`,
    ],
    [
      "answer",
      "en",
      "Standard answer",
      "{grievance,issue_report,case_status,booking}",
      "055055 - your request about {{servizio}} (case {{numero_caso}})",
      `Dear {{nome}},\n\nabout your telephone call of {{data}}:\n\n{{contenuto}}\n\n${closingEn}`,
    ],
  ];
  for (const row of rows) {
    await db.raw(
      "insert into email_templates (code, language, name, reasons, subject, body) values (?, ?, ?, ?, ?, ?)",
      row,
    );
  }
}

async function notices(db: Knex): Promise<void> {
  await db.raw(`
    -- Everything that lay in the bounce mailbox, once each (REQ 6.4); of foreign mail only that it was there.
    create table bounce_notices (
      id uuid primary key default uuidv7(),
      -- Mailbox, UIDVALIDITY and UID: a notice read twice is one row.
      source text not null unique,
      received_at timestamptz not null default clock_timestamp(),
      verdict text not null check (verdict in ('failed', 'delayed', 'delivered', 'auto_reply', 'forged', 'unmatched',
        'suspect', 'foreign', 'unreadable')),
      -- open: in the manual box, for a person.
      state text not null check (state in ('matched', 'ignored', 'open', 'assigned', 'dismissed')),
      sending_id uuid references message_sendings on delete set null,
      -- What the program would have matched it to.
      guess_id uuid references message_sendings on delete set null,
      recipient text check (length(recipient) <= 320),
      status_code text check (length(status_code) <= 20),
      diagnostic text check (length(diagnostic) <= 500),
      subject text check (length(subject) <= 300),
      excerpt text check (length(excerpt) <= 4000),
      handled_by_id uuid references people,
      handled_at timestamptz,
      check (state <> 'open' or handled_at is null),
      check ((state in ('assigned', 'dismissed')) = (handled_by_id is not null))
    );
    create index bounce_notices_open on bounce_notices (received_at, id) where state = 'open';
    create index bounce_notices_received on bounce_notices (received_at);

    create table bounce_mailboxes (
      mailbox text primary key,
      uid_validity text not null,
      last_uid bigint not null default 0
    );
  `);
}
