import type { Knex } from "knex";

/**
 * The second wall (REQ 12): requests of people who are second level only run as a role that is neither owner nor
 * superuser, so row-level security holds for it (src/database/wall.ts). The tables' owner, as which calls and everything
 * else run, goes by without a look. Who somebody is comes from app.person_id; offices, roles, invitations are looked up
 * here, not taken from the program.
 */
export async function up(db: Knex): Promise<void> {
  await makeRole(db);
  await db.raw(personFunctions);
  await db.raw(casePolicies);
  await db.raw(otherPolicies);
  await grantReading(db);
}

const role = "second_level_055055";

/** Roles belong to the whole server: another database of it may have made this one, now or at this very moment. */
async function makeRole(db: Knex): Promise<void> {
  await db.raw(`
    do $role$
    begin
      if not exists (select from pg_roles where rolname = '${role}') then
        begin
          create role ${role} nologin nosuperuser nobypassrls nocreatedb nocreaterole noreplication;
        exception
          when duplicate_object or unique_violation then null;
          when insufficient_privilege then
            raise exception 'The role ${role} is missing and the user % may not create it. As an administrator of the server: CREATE ROLE ${role} NOLOGIN; GRANT ${role} TO "%" WITH INHERIT FALSE, SET TRUE;', current_user, current_user;
        end;
      end if;
      if exists (select from pg_roles where rolname = '${role}' and (rolsuper or rolbypassrls)) then
        raise exception 'The role ${role} must be neither superuser nor bypass row-level security';
      end if;
      if not pg_has_role(current_user, '${role}', 'set') then
        begin
          execute format('grant ${role} to %I with inherit false, set true', current_user);
        exception when insufficient_privilege then
          raise exception 'As an administrator of the server: GRANT ${role} TO "%" WITH INHERIT FALSE, SET TRUE;', current_user;
        end;
      end if;
    end $role$;
  `);
}

// Owner's rights, since the tables they read are behind the wall themselves. Without a person: nothing.
const personFunctions = `
  create function wall_person() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('app.person_id', true), '')::uuid $$;

  create function wall_holds(wanted text) returns boolean language sql stable security definer
    set search_path = public, pg_temp
    as $$ select exists (select from person_roles r join people p on p.id = r.person_id
      where r.person_id = wall_person() and r.role = wanted and p.disabled_at is null) $$;

  create function wall_offices() returns uuid[] language sql stable security definer set search_path = public, pg_temp
    as $$ select coalesce(array_agg(f.office_id), '{}') from office_people f
      where f.person_id = wall_person() and wall_holds('office_agent') $$;

  create function wall_agencies(wanted text) returns uuid[] language sql stable security definer
    set search_path = public, pg_temp
    as $$ select coalesce(array_agg(r.agency_id) filter (where r.agency_id is not null), '{}') from person_roles r
      where r.person_id = wall_person() and r.role = wanted and wall_holds(wanted) $$;

  create function wall_services() returns uuid[] language sql stable security definer set search_path = public, pg_temp
    as $$ select coalesce(array_agg(v.service_id), '{}') from referent_services v
      where v.person_id = wall_person() and wall_holds('agency_referent') $$;

  -- Cases that this specialist is invited to now.
  create function wall_invited() returns uuid[] language sql stable security definer set search_path = public, pg_temp
    as $$ select coalesce(array_agg(i.case_id), '{}') from case_specialists i
      where i.person_id = wall_person() and i.ended_at is null and wall_holds('specialist') $$;

  -- Cases of the transfers that ring or consult this person now (REQ 3.4).
  create function wall_rung() returns uuid[] language sql stable security definer set search_path = public, pg_temp
    as $$ select coalesce(array_agg(g.case_id) filter (where g.case_id is not null), '{}') from transfers g
      where g.person_id = wall_person() and g.state <> 'ended' and wall_holds('office_agent') $$;

  -- Whether, never what: secrets of second factors are not granted.
  create function has_second_factor(who uuid) returns boolean language sql stable security definer
    set search_path = public, pg_temp
    as $$ select exists (select from person_second_factors where person_id = who and confirmed_at is not null) $$;

  -- A number says nothing about a citizen: an information need names its case to editors, who see no cases.
  create function case_number_of(wanted uuid) returns bigint language sql stable security definer
    set search_path = public, pg_temp as $$ select number from cases where id = wanted $$;
`;

type Sights = { offices: string; rejects: string; agencies: string; invited: string };

/** What one case must be for its own sake; the same as case-visibility.ts says, a test compares the two. */
function ownSight(row: string, by: Sights): string {
  return `(${row}.office_id = any(${by.offices})
      and ${row}.status in ('assigned', 'transferred', 'suspended', 'resolved_l2', 'assigned_resolved')
    or ${by.rejects} and ${row}.status = 'rejected'
    or ${row}.agency_id = any(${by.agencies}) and ${row}.id = any(${by.invited}))`;
}

// Sub-selects, so that each list is read once a statement, not once a row.
const now: Sights = {
  offices: "(select wall_offices())::uuid[]",
  rejects: "(select wall_holds('rejects_agent'))",
  agencies: "(select wall_agencies('specialist'))::uuid[]",
  invited: "(select wall_invited())::uuid[]",
};

const casePolicies = `
  -- Whether the parent of a mirroring child is seen: a policy can not ask its own table.
  create function wall_sees_parent(parent uuid, offices uuid[], rejects boolean, agencies uuid[], invited uuid[])
    returns boolean language sql stable security definer set search_path = public, pg_temp
    as $$ select exists (select from cases h where h.id = parent and ${ownSight("h", {
      offices: "offices",
      rejects: "rejects",
      agencies: "agencies",
      invited: "invited",
    })}) $$;

  alter table cases enable row level security;
  create policy second_level on cases for select to ${role} using (
    (parent_id is null or reason = 'case_status') and ${ownSight("cases", now)}
    or cases.id = any((select wall_rung())::uuid[])
    or service_id = any((select wall_services())::uuid[]) and (status <> 'draft' or booked_at is not null)
    or parent_id is not null and reason in ('reminder', 'update_notice') and status not in ('draft', 'cancelled')
      and wall_sees_parent(parent_id, ${now.offices}, ${now.rejects}, ${now.agencies}, ${now.invited})
  );
  ${[
    ...["case_history", "case_notes", "contact_attempts", "case_tasks", "case_specialists", "case_cards"],
    ...["contact_cases", "messages", "availability_checks", "transfers", "outbound_calls"],
  ]
    .map((table) => `alter table ${table} enable row level security; ${follow(table, "cases c", "c.id = case_id")}`)
    .join("\n")}
  alter table cancel_requests enable row level security;
  ${follow("cancel_requests", "cases c", "c.id = parent_id")}
  alter table message_sendings enable row level security;
  ${follow("message_sendings", "messages m", "m.id = message_id")}
  alter table message_files enable row level security;
  ${follow("message_files", "messages m", "m.id = message_id")}
`;

const otherPolicies = `
  alter table citizens enable row level security;
  ${follow("citizens", "cases c", "c.citizen_id = citizens.id")}
  alter table citizen_contacts enable row level security;
  ${follow("citizen_contacts", "citizens z", "z.id = citizen_id")}
  alter table contacts enable row level security;
  ${follow("contacts", "contact_cases k", "k.contact_id = contacts.id")}

  alter table calls enable row level security;
  create policy second_level on calls for select to ${role} using (
    id = (select o.call_id from operators o where o.person_id = wall_person())
    or exists (select from contacts k where k.call_id = calls.id));
  alter table desk_events enable row level security;
  create policy second_level on desk_events for select to ${role} using (person_id = (select wall_person()));
  alter table sessions enable row level security;
  create policy second_level on sessions for select to ${role} using (person_id = (select wall_person()));

  -- An office's people see its copies, a referent those of the agency (src/reports/report-sight.ts).
  alter table report_files enable row level security;
  create policy second_level on report_files for select to ${role} using (
    office_id = any((select wall_offices())::uuid[])
    or agency_id = any((select wall_agencies('agency_referent'))::uuid[]));

  -- What they are shown of a citizen is noted; nobody reads or writes another's line.
  alter table audit enable row level security;
  create policy second_level on audit for insert to ${role} with check (person_id = (select wall_person()));
  alter table card_searches enable row level security;
  create policy second_level on card_searches for all to ${role} using (person_id = (select wall_person()))
    with check (person_id = (select wall_person()));
  create policy second_level_read on card_searches for select to ${role} using (
    agency_id is null or agency_id = any((select wall_agencies('agency_referent'))::uuid[])
    or (select wall_holds('knowledge_editor')));
`;

/** Rows that are seen with the rows of the other table, whose own policy decides. */
function follow(table: string, other: string, condition: string): string {
  return `create policy second_level on ${table} for select to ${role}
    using (exists (select from ${other} where ${condition}));`;
}

/** Tables that doors of the second level read; passwords and other secrets are left out, column by column. */
async function grantReading(db: Knex): Promise<void> {
  const whole = [
    ...["agencies", "departments", "services", "service_reasons", "offices", "office_people", "person_absences"],
    ...["calendars", "calendar_hours", "calendar_exceptions", "retention_rules", "queues", "served_numbers"],
    ...["person_roles", "referent_services", "operators", "seat_contacts", "pause_reasons", "operator_state_log"],
    ...["cases", "case_history", "case_notes", "contact_attempts", "case_tasks", "case_specialists", "case_cards"],
    ...["cancel_requests", "contact_cases", "contacts", "citizens", "citizen_contacts", "calls", "transfers"],
    ...["availability_checks", "outbound_calls", "office_verdicts", "messages", "message_files", "message_sendings"],
    ...["email_templates", "sms_consent_texts", "standard_answers", "cards", "card_versions", "card_words"],
    ...["card_documents", "card_imports", "card_import_rows", "card_searches", "agendas", "agenda_hours"],
    ...["agenda_exceptions", "bookings", "information_needs", "information_need_history", "directory_entries"],
    ...["directory_known_words", "directory_weeks", "reports", "report_files", "report_deliveries", "desk_events"],
    ...["sessions", "nodes"],
  ];
  await db.raw(`
    grant usage on schema public to ${role};
    grant select on ${whole.join(", ")} to ${role};
    grant select (id, login, display_name, email, language, disabled_at, created_at, version) on people to ${role};
    grant select (id, number, kind, auto_answer, disabled_at) on seats to ${role};
    grant insert on audit, card_searches to ${role};
    grant update (text, agency_id, found, at) on card_searches to ${role};
  `);
}
