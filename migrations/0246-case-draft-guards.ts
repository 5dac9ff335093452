import type { Knex } from "knex";

// What leaves draft is complete (REQ 2, 3.1, 7.2), also when the program is bypassed. A draft that is cancelled, the
// end of most calls without an operator, meets nothing here. Never stricter than the rules of the program.
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create function case_completed() returns trigger language plpgsql as $$
    declare missing text;
    begin
      missing := case
        when new.switchboard then case
          when new.agency_id is null then 'case_agency_chosen'
          when coalesce(new.note, '') !~ '\\S' then 'case_note_written' end
        when coalesce(new.request, '') !~ '\\S' then 'case_request_written'
        when new.reason = 'information' and new.information_kinds = '{}' then 'case_kind_chosen'
        when new.status = 'unresolvable' and new.missing_knowledge is null then 'case_knowledge_missing'
        when new.reason = 'booking' and new.booked_at is null then 'case_booked'
        when new.reason in ('reminder', 'update_notice', 'case_status') and new.parent_id is null then 'case_has_parent'
        when new.reason in ('update_notice', 'case_status') and new.identity_checked_at is null
          then 'case_identity_checked'
        when new.reason in ('complaint', 'issue_report') and not exists (select from citizens z
          where z.id = new.citizen_id and z.first_name ~ '\\S' and z.last_name ~ '\\S') then 'case_citizen_known'
        when new.reason in ('complaint', 'issue_report') and not new.phone_confirmed and not exists (
          select from citizen_contacts x where x.citizen_id = new.citizen_id and x.kind in ('phone', 'email'))
          then 'case_citizen_reachable' end;
      if missing is null then return new; end if;
      raise exception 'a case leaves draft complete' using errcode = '23514', constraint = missing;
    end $$;
    create trigger case_completed before update of status on cases for each row
      when (old.status = 'draft' and new.status not in ('draft', 'cancelled')) execute function case_completed();

    -- The service's two switches hold for what is given to an office, first by an operator, later by the rejects desk.
    create function case_accepted() returns trigger language plpgsql as $$
    begin
      if exists (select from services v where v.id = new.service_id
        and case new.reason when 'information' then v.accepts_information else v.accepts_complaints end) then
        return new;
      end if;
      raise exception 'the service does not accept this' using errcode = '23514', constraint = 'case_accepted';
    end $$;
    create trigger case_accepted before update of status on cases for each row
      when (old.status in ('draft', 'rejected') and new.status in ('assigned', 'transferred')
        and new.reason in ('information', 'complaint'))
      execute function case_accepted();
  `);
}
