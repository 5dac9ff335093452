import type { Knex } from "knex";

export async function up(db: Knex): Promise<void> {
  await db.raw(`
    -- What the operator says where the card has no standard answer of its own (REQ 2); edited by the knowledge editor.
    create table standard_answers (
      reason text not null check (reason in ('grievance', 'issue_report', 'reminder', 'update_notice', 'complaint')),
      language text not null check (language in ('it', 'en')),
      text text not null check (btrim(text) <> '' and length(text) <= 2000),
      version integer not null default 1,
      primary key (reason, language)
    );
    insert into standard_answers (reason, language, text) values
      ('grievance', 'it', 'Abbiamo registrato la sua lamentela: l''ufficio competente la riceve nel rapporto periodico. Non è prevista una risposta.'),
      ('grievance', 'en', 'We have recorded your grievance: the office in charge receives it in its periodic report. No reply is foreseen.'),
      ('issue_report', 'it', 'Abbiamo registrato la sua segnalazione e l''abbiamo trasmessa all''ufficio competente. Non è prevista una risposta.'),
      ('issue_report', 'en', 'We have recorded your report and passed it to the office in charge. No reply is foreseen.'),
      ('reminder', 'it', 'Abbiamo registrato il suo sollecito e l''abbiamo trasmesso all''ufficio che ha in carico la sua richiesta.'),
      ('reminder', 'en', 'We have recorded your reminder and passed it to the office that handles your request.'),
      ('update_notice', 'it', 'Abbiamo registrato la sua comunicazione e l''abbiamo trasmessa all''ufficio che ha in carico la sua richiesta.'),
      ('update_notice', 'en', 'We have recorded your notice and passed it to the office that handles your request.'),
      ('complaint', 'it', 'Abbiamo registrato il suo reclamo: l''ufficio competente le darà una risposta.'),
      ('complaint', 'en', 'We have recorded your complaint: the office in charge will give you a reply.');

    -- The page of an inbox, oldest first (REQ 3.7).
    create index cases_inbox on cases (office_id, opened_at, id) where closed_at is null and office_id is not null;
  `);
}
