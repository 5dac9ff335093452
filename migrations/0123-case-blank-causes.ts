import type { Knex } from "knex";

// A check that comes out as null lets the row through: what is missing must count as false.
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table cases
      add check (status <> 'rejected' or reject_cause is distinct from 'other' or coalesce(btrim(reject_note), '') <> ''),
      add check (missing_knowledge is null or coalesce(missing_knowledge ->> 'kind', '')
        in ('no_card', 'card_does_not_answer'));
  `);
}
