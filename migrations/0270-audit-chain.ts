import type { Knex } from "knex";

/**
 * The audit log can only grow, and a chain of hashes shows whether somebody with more rights than the program changed
 * it all the same (ASVS 16.4). Sealing follows the writing by seconds, so that no write waits for another one's chain.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table audit_chain (
      seq bigint primary key,
      audit_id bigint not null unique,
      hash bytea not null check (length(hash) = 32),
      sealed_at timestamptz not null default clock_timestamp()
    );

    create function refuse_rewriting() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = '42501';
    end $$;
    create trigger audit_append_only before update or delete or truncate on audit
      for each statement execute function refuse_rewriting();
    create trigger audit_chain_append_only before update or delete or truncate on audit_chain
      for each statement execute function refuse_rewriting();

    -- What one line says, the same in every session's time zone and date style.
    create function audit_digest(previous bytea, line audit) returns bytea language sql immutable as $$
      select sha256(previous || convert_to(jsonb_build_array(line.id,
        to_char(line.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), line.person_id, line.actor, line.action,
        line.subject_kind, line.subject_id, line.data)::text, 'UTF8'))
    $$;

    -- Seals up to 5000 lines; one sealer at a time, the others find nothing to do. A line whose transaction ends late
    -- is still found: numbers up to 10000 behind the newest sealed one are looked through.
    create function seal_audit() returns integer language plpgsql as $$
    declare
      last_seq bigint;
      last_hash bytea;
      line audit;
      sealed integer := 0;
    begin
      if not pg_try_advisory_xact_lock(hashtext('055055 audit chain')) then
        return 0;
      end if;
      select seq, hash into last_seq, last_hash from audit_chain order by seq desc limit 1;
      last_seq := coalesce(last_seq, 0);
      last_hash := coalesce(last_hash, '');
      for line in
        select a.* from audit a
        where a.id > coalesce((select max(audit_id) from audit_chain), 0) - 10000
          and not exists (select from audit_chain c where c.audit_id = a.id)
        order by a.id limit 5000
      loop
        last_seq := last_seq + 1;
        last_hash := audit_digest(last_hash, line);
        insert into audit_chain (seq, audit_id, hash) values (last_seq, line.id, last_hash);
        sealed := sealed + 1;
      end loop;
      return sealed;
    end $$;
  `);
}
