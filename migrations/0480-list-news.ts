import type { Knex } from "knex";

/** List of the page → tables that it shows. Tables that calls write are not here: their lists have their own news. */
const lists: Record<string, string[]> = {
  cards: ["cards", "card_versions", "card_documents"],
  answers: ["standard_answers"],
  searches: ["card_searches"],
  agendas: ["agendas", "agenda_hours", "agenda_exceptions"],
  bookings: ["bookings"],
  organisation: ["agencies", "departments", "offices", "services", "service_reasons", "person_absences"],
  people: ["people", "person_roles", "office_people", "person_second_factors"],
  hours: ["calendars", "calendar_hours", "calendar_exceptions"],
  flows: ["ivr_flows", "ivr_flow_versions"],
  needs: ["information_needs"],
  reports: ["reports", "report_files", "report_deliveries"],
};

/** NOTIFY 'lists' with the list's name at the commit of each statement that changed one of its tables (once a commit). */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create function tell_list() returns trigger language plpgsql as $$
    begin
      perform pg_notify('lists', tg_argv[0]);
      return null;
    end $$;
  `);
  for (const [list, tables] of Object.entries(lists)) {
    for (const table of tables) {
      await db.raw(`create trigger ${table}_told after insert or update or delete on ${table}
        for each statement execute function tell_list('${list}')`);
    }
  }
  // Of what is sent only the dead are listed.
  await db.raw(`
    create trigger message_sendings_told after update on message_sendings
      for each row when (old.dead_at is distinct from new.dead_at) execute function tell_list('messages');
  `);
}
