import type { Knex } from "knex";

// The second wall of sections 2 and 4: a wrong row is refused also when the program is bypassed. A draft that is
// inserted or cancelled meets one index look-up here and nothing else: that is the path of each call.
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- History is numbered without a gap and never rewritten; its texts may be erased, its cases' end ends it.
    create function case_history_next() returns trigger language plpgsql as $$
    begin
      if new.seq <> (select coalesce(max(seq), 0) + 1 from case_history where case_id = new.case_id) then
        raise exception 'history of a case has no gaps' using errcode = '23514', constraint = 'case_history_gapless';
      end if;
      new.case_version := coalesce(new.case_version, (select version from cases where id = new.case_id));
      return new;
    end $$;
    create trigger case_history_gapless before insert on case_history
      for each row execute function case_history_next();

    create function case_history_keep() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and pg_trigger_depth() > 1 then return old; end if;
      if tg_op = 'UPDATE' and (old.case_id, old.seq, old.at, old.person_id, old.actor, old.kind, old.from_status,
        old.from_attribute, old.to_status, old.to_attribute) is not distinct from (new.case_id, new.seq, new.at,
        new.person_id, new.actor, new.kind, new.from_status, new.from_attribute, new.to_status, new.to_attribute)
      then return new; end if;
      raise exception 'history of a case is not rewritten' using errcode = '23514', constraint = 'case_history_kept';
    end $$;
    create trigger case_history_kept before update or delete on case_history
      for each row execute function case_history_keep();

    -- Which status may follow which, whoever asks (REQ 4, legal moves).
    create function case_may_move(old cases, new cases) returns boolean language sql immutable as $$
      select case old.status
        when 'draft' then case new.status
          when 'resolved_l1' then new.attribute = 'communicated'
            and new.reason not in ('complaint', 'reminder', 'update_notice')
          when 'assigned' then new.reason in ('information', 'complaint', 'reminder', 'update_notice')
          when 'transferred' then new.reason = 'information' and new.parent_id is null
          when 'unresolvable' then new.reason = 'information'
          when 'assigned_resolved' then new.reason = 'issue_report'
          else new.status = 'cancelled' end
        when 'transferred' then new.status in ('assigned', 'suspended', 'resolved_l2', 'rejected')
          or (new.status = 'cancelled' and new.cancel_reason = 'cancelled_by_citizen')
        when 'assigned' then new.status in ('suspended', 'resolved_l2', 'rejected')
          -- A child born as assigned follows its parent to transferred or out of rejected.
          or (new.status = 'cancelled' and (new.cancel_reason = 'cancelled_by_citizen' or new.parent_id is not null))
        when 'suspended' then new.status in ('resolved_l2', 'rejected')
          or (new.status = 'cancelled' and new.cancel_reason = 'cancelled_by_citizen')
        when 'rejected' then new.status = 'assigned' or (new.status = 'cancelled' and (
          new.cancel_reason = 'cancelled_by_citizen'
          or (new.cancel_reason = 'not_competent' and new.reason <> 'complaint')))
        when 'resolved_l2' then new.status = 'resolved_l2' and case old.attribute
          when 'to_communicate' then new.attribute in ('communicated', 'not_communicated', 'not_communicable')
          when 'not_communicated' then new.attribute in ('communicated', 'not_communicable', 'to_communicate')
          else false end
        when 'resolved_l1' then new.status = 'resolved_l1' and new.answer_channel = 'email' and case old.attribute
          when 'communicated' then new.attribute = 'not_communicated'
          when 'not_communicated' then new.attribute in ('communicated', 'not_communicable')
          else false end
        else false end
    $$;

    create function case_moves() returns trigger language plpgsql as $$
    begin
      if not coalesce(case_may_move(old, new), false) then
        raise exception 'a case can not go from % to %', old.status, new.status
          using errcode = '23514', constraint = 'case_legal_move';
      end if;
      if new.parent_id is null then
        if new.status = 'rejected' and new.reject_cause is null then
          raise exception 'a rejection has a cause' using errcode = '23514', constraint = 'case_reject_cause';
        end if;
        if new.status in ('suspended', 'resolved_l2') and new.taken_at is null then
          raise exception 'nobody took charge' using errcode = '23514', constraint = 'case_taken_charge';
        end if;
        if new.status = 'resolved_l2' and coalesce(btrim(new.answer), '') = '' then
          raise exception 'resolved needs an answer' using errcode = '23514', constraint = 'case_answered';
        end if;
        if new.attribute = 'not_communicated' and new.status = 'resolved_l2' and (new.next_attempt_at is null
          or not exists (select from contact_attempts where case_id = new.id)) then
          raise exception 'not communicated needs an attempt and the next date'
            using errcode = '23514', constraint = 'case_attempted';
        end if;
        if new.attribute = 'not_communicable' and new.status = 'resolved_l2' and not exists (
          select from contact_attempts where case_id = new.id and after_answer and outcome <> 'reached') then
          raise exception 'not communicable needs a failed attempt after the answer'
            using errcode = '23514', constraint = 'case_attempted';
        end if;
      end if;
      return new;
    end $$;
    create trigger case_legal_move before update of status, attribute on cases for each row
      when ((old.status, old.attribute) is distinct from (new.status, new.attribute)) execute function case_moves();

    -- Status and its history row are one (STYLE 8): checked at commit, so one statement or two will do.
    create function case_history_told() returns trigger language plpgsql as $$
    begin
      if exists (select from cases c where c.id = new.id and not exists (
        select from (select h.to_status, h.to_attribute from case_history h
          where h.case_id = c.id and h.to_status is not null order by h.seq desc limit 1) last
        where last.to_status = c.status and last.to_attribute is not distinct from c.attribute)) then
        raise exception 'a change of status has its history row'
          using errcode = '23514', constraint = 'case_history_told';
      end if;
      return null;
    end $$;
    create constraint trigger case_history_told after update of status, attribute on cases
      deferrable initially deferred for each row
      when ((old.status, old.attribute) is distinct from (new.status, new.attribute))
      execute function case_history_told();

    -- Children: depth 1, of a legal parent, with its triple (REQ 2). The parent's row stays locked until commit.
    create function case_child_of_parent() returns trigger language plpgsql as $$
    declare parent cases;
    begin
      select * into parent from cases where id = new.parent_id for share;
      if parent.parent_id is not null or exists (select from cases where parent_id = new.id) then
        raise exception 'children have depth 1' using errcode = '23514', constraint = 'case_child_depth';
      end if;
      if parent.reason not in ('information', 'complaint') or parent.profile is distinct from 'advanced' then
        raise exception 'such a case has no children' using errcode = '23514', constraint = 'case_child_parent';
      end if;
      if (new.agency_id, new.department_id, new.service_id, new.profile)
        is distinct from (parent.agency_id, parent.department_id, parent.service_id, parent.profile) then
        raise exception 'a child has its parent''s triple' using errcode = '23514', constraint = 'case_child_triple';
      end if;
      if parent.status in ('assigned', 'transferred', 'suspended', 'rejected') then return new; end if;
      if new.reason = 'case_status' and parent.status = 'resolved_l2' and parent.attribute = 'not_communicated'
        then return new; end if;
      -- A child told together with its parent's later life (an import) agrees with it.
      if tg_op = 'INSERT' and new.closed_at is not null and parent.closed_at is not null then return new; end if;
      raise exception 'the parent is not open at second level' using errcode = '23514', constraint = 'case_child_parent';
    end $$;
    create trigger case_child_of_parent before insert or update of parent_id, reason, agency_id, department_id,
      service_id, profile on cases for each row when (new.parent_id is not null)
      execute function case_child_of_parent();
  `);
  await mirrorGuards(db);
}

/** At commit each mirroring child agrees with its parent, whichever of the two was written. */
async function mirrorGuards(db: Knex): Promise<void> {
  await db.raw(`
    create function case_mirrors() returns trigger language plpgsql as $$
    begin
      if exists (select from cases child join cases parent on parent.id = child.parent_id
        where (child.id = new.id or parent.id = new.id) and child.reason in ('reminder', 'update_notice')
          and child.status not in ('draft', 'cancelled')
          and (child.agency_id, child.service_id, child.office_id)
            is distinct from (parent.agency_id, parent.service_id, parent.office_id)) then
        raise exception 'a child stays with its parent''s office' using errcode = '23514', constraint = 'case_mirrors';
      end if;
      -- A child is born assigned and follows from its parent's next change on.
      if exists (select from cases child join cases parent on parent.id = child.parent_id
        where (child.id = new.id or parent.id = new.id) and child.reason in ('reminder', 'update_notice')
          -- A draft is not born yet; one that was cancelled never was.
          and child.status not in ('draft', 'cancelled')
          and (child.status, child.attribute) is distinct from (parent.status, parent.attribute)
          and not (child.status = 'assigned' and parent.status in ('transferred', 'suspended', 'rejected')
            and not exists (select from case_history p where p.case_id = parent.id and p.to_status is not null
              and p.at > (select min(h.at) from case_history h where h.case_id = child.id
                and h.to_status = 'assigned')))) then
        raise exception 'a child follows its parent' using errcode = '23514', constraint = 'case_mirrors';
      end if;
      return null;
    end $$;
    create constraint trigger case_mirrors after update of status, attribute, office_id, service_id on cases
      deferrable initially deferred for each row
      when (old.status <> 'draft' and old.reason in ('information', 'complaint', 'reminder', 'update_notice')
        and (old.status, old.attribute, old.office_id, old.service_id)
          is distinct from (new.status, new.attribute, new.office_id, new.service_id))
      execute function case_mirrors();

    -- Exactly one live contact-back task where and only where the citizen is still to be told by first level (REQ 4).
    create function case_contact_back_task() returns trigger language plpgsql as $$
    declare subject uuid := case tg_table_name when 'cases' then new.id else (to_jsonb(new) ->> 'case_id')::uuid end;
    begin
      if (select count(*) from case_tasks
          where case_id = subject and kind = 'contact_back' and state in ('open', 'claimed'))
        <> (select count(*) from cases where id = subject and parent_id is null and attribute = 'to_communicate') then
        raise exception 'to communicate and its task go together'
          using errcode = '23514', constraint = 'case_contact_back_task';
      end if;
      return null;
    end $$;
    create constraint trigger case_contact_back_task after update of attribute on cases
      deferrable initially deferred for each row
      when ((old.attribute is not distinct from 'to_communicate') <> (new.attribute is not distinct from 'to_communicate'))
      execute function case_contact_back_task();
    create constraint trigger case_contact_back_task after insert or update of state on case_tasks
      deferrable initially deferred for each row execute function case_contact_back_task();

    -- A specialist is of the case's agency (REQ 3.6); the ended invitations of an earlier agency may stay.
    create function case_specialist_agency() returns trigger language plpgsql as $$
    begin
      if new.ended_at is null and not exists (select from cases c join person_roles r on r.agency_id = c.agency_id
        where c.id = new.case_id and r.person_id = new.person_id and r.role = 'specialist') then
        raise exception 'a specialist is of the same agency'
          using errcode = '23514', constraint = 'case_specialist_agency';
      end if;
      return new;
    end $$;
    create trigger case_specialist_agency before insert or update on case_specialists
      for each row execute function case_specialist_agency();

    create function case_parent_only() returns trigger language plpgsql as $$
    begin
      if exists (select from cases where id = new.case_id and parent_id is not null) then
        raise exception 'attempts and tasks live on the parent'
          using errcode = '23514', constraint = 'case_parent_only';
      end if;
      return new;
    end $$;
    create trigger case_parent_only before insert on contact_attempts
      for each row execute function case_parent_only();
    create trigger case_parent_only before insert on case_tasks for each row
      when (new.kind <> 'undeliverable') execute function case_parent_only();

    -- An anonymous grievance is told only once its calls' numbers are gone (REQ 2).
    create function case_grievance_anonymous() returns trigger language plpgsql as $$
    begin
      if exists (select from cases s join contact_cases kc on kc.case_id = s.id
          join contacts k on k.id = kc.contact_id left join calls c on c.id = k.call_id
        where s.id = new.id and s.citizen_id is null and (k.caller_e164 is not null or c.caller_e164 is not null
          or c.caller_raw is not null or c.caller_name is not null)) then
        raise exception 'an anonymous grievance stores no number'
          using errcode = '23514', constraint = 'case_grievance_anonymous';
      end if;
      return null;
    end $$;
    create constraint trigger case_grievance_anonymous after insert or update of status on cases
      deferrable initially deferred for each row
      when (new.reason = 'grievance' and new.status = 'resolved_l1' and new.citizen_id is null)
      execute function case_grievance_anonymous();
  `);
}
