import type { Knex } from "knex";

/**
 * What was kept for a time written in the program is kept by the rules, too: searches of cards (what was typed may be a
 * name), and reports, whose texts are citizens' words. A text that citizens agreed to is never rewritten (GDPR art. 7.1):
 * there is a new version.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table retention_rules drop constraint retention_rules_kind_check,
      add constraint retention_rules_kind_check
        check (kind in ('case', 'citizen', 'bounce', 'report', 'operator_log', 'card_search'));
    insert into retention_rules (kind, reason, keep_days) values ('card_search', null, 180);
    -- They went after two years, whatever the rule said.
    update retention_rules set keep_days = 730 where kind = 'report' and version = 1;

    alter table sms_consent_texts
      add column made_by_id uuid references people,
      add check (length(btrim(text_it)) between 20 and 1000 and length(btrim(text_en)) between 20 and 1000);
    create trigger sms_consent_texts_append_only before update or delete or truncate on sms_consent_texts
      for each statement execute function refuse_rewriting();
  `);
}
