import type { Knex } from "knex";

/** Reasons for a pause to begin with; they are data, changed by the supervisor (REQ 1.7). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    insert into pause_reasons (code, label_it, label_en, position) values
      ('break', 'Pausa', 'Break', 1),
      ('meal', 'Pasto', 'Meal', 2),
      ('back_office', 'Lavoro d''ufficio', 'Back office', 3),
      ('training', 'Formazione', 'Training', 4),
      ('meeting', 'Riunione', 'Meeting', 5)
    on conflict do nothing;
  `);
}
