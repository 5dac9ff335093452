import type { Knex } from "knex";

/**
 * What a fresh production database needs so that somebody who dials 055055 is answered: opening hours, one queue, one
 * flow. All of it is data that a supervisor then changes.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`insert into queues (name) values ('principale') on conflict (name) do nothing`);
  const calendar: { rows: { id: string }[] } = await db.raw(
    `insert into calendars (name) values ('Contact center 055055') returning id`,
  );
  const calendarId = calendar.rows[0]?.id;
  await db.raw(
    `insert into calendar_hours (calendar_id, weekday, opens, closes)
     select ?, weekday, '08:00', case weekday when 6 then time '14:00' else '20:00' end from generate_series(1, 6) weekday`,
    [calendarId ?? null],
  );
  const flow: { rows: { id: string }[] } = await db.raw(`insert into ivr_flows (name) values ('055055') returning id`);
  const flowId = flow.rows[0]?.id ?? null;
  await db.raw(`insert into ivr_flow_versions (flow_id, version, document) values (?, 1, ?)`, [
    flowId,
    JSON.stringify(defaultFlow(calendarId)),
  ]);
  await db.raw(`insert into served_numbers (number, flow_id) values ('055055', ?)`, [flowId]);
}

/** The language comes before the privacy notice, so that the notice is understood. */
function defaultFlow(calendarId: string | undefined): unknown {
  return {
    start: "welcome",
    nodes: {
      welcome: { type: "announce", prompts: ["welcome"], next: "language" },
      language: {
        type: "language",
        prompts: ["language-choice@it", "language-choice@en"],
        choices: [
          { key: "1", language: "it" },
          { key: "2", language: "en" },
        ],
        timeoutSeconds: 3,
        tries: 1,
        next: "privacy",
      },
      privacy: { type: "privacy", prompts: ["privacy"], next: "hours" },
      hours: { type: "hours", calendarId, open: "emergency", closed: "closed", holiday: "holiday" },
      closed: { type: "hangup", prompts: ["closed", "goodbye"], outcome: "outside_hours" },
      holiday: { type: "hangup", prompts: ["holiday", "goodbye"], outcome: "outside_hours" },
      emergency: { type: "emergency", scope: "any", next: "menu" },
      menu: {
        type: "menu",
        prompts: ["menu-main"],
        choices: [
          { key: "1", label: { it: "Informazioni", en: "Information" }, target: "operators" },
          { key: "2", label: { it: "Reclamo o segnalazione", en: "Complaint or report" }, target: "operators" },
          { key: "3", label: { it: "Richiesta già fatta", en: "Request already made" }, target: "operators" },
          { key: "0", label: { it: "Operatore", en: "Operator" }, target: "operators" },
        ],
        timeout: "operators",
      },
      operators: { type: "queue", queue: "principale", prompts: ["to-queue"] },
    },
  };
}
