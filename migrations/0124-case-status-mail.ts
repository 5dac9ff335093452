import type { Knex } from "knex";

/**
 * A case status that was answered by e-mail keeps its own failed sendings and next attempt (REQ 4, 6.4): only the
 * children that mirror their parent have none.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    do $$
    declare name text;
    begin
      select conname into strict name from pg_constraint where conrelid = 'cases'::regclass and contype = 'c'
        and pg_get_constraintdef(oid) = 'CHECK (((parent_id IS NULL) OR (next_attempt_at IS NULL)))';
      execute format('alter table cases drop constraint %I', name);
    end $$;
    alter table cases add check (parent_id is null or reason = 'case_status' or next_attempt_at is null);

    create or replace function case_parent_only() returns trigger language plpgsql as $$
    begin
      if exists (select from cases where id = new.case_id and parent_id is not null and reason <> 'case_status') then
        raise exception 'attempts and tasks live on the parent'
          using errcode = '23514', constraint = 'case_parent_only';
      end if;
      return new;
    end $$;
  `);
}
