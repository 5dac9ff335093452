import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- A password that somebody else has seen (made by the program, reset by an administrator) opens one door only: the
    -- one that changes it.
    alter table people
      add column must_change_password boolean not null default false,
      add column password_set_at timestamptz;

    -- Second factor (RFC 6238). The secret is encrypted with a key that is not in the database; last_step makes each
    -- code good for one use.
    create table person_second_factors (
      person_id uuid primary key references people on delete cascade,
      secret bytea not null,
      confirmed_at timestamptz,
      last_step bigint not null default 0,
      created_at timestamptz not null default clock_timestamp()
    );

    -- Who a person is at an identity provider (OpenID Connect): linked by an administrator, never by a name alone.
    create table person_identities (
      issuer text not null check (length(issuer) between 1 and 300),
      subject text not null check (length(subject) between 1 and 255),
      person_id uuid not null references people on delete cascade,
      created_at timestamptz not null default clock_timestamp(),
      primary key (issuer, subject)
    );
    create index person_identities_person on person_identities (person_id);
  `);
}
