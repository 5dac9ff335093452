import type { Pool } from "../../src/database/pool.ts";

const steps: ((calls: number) => string)[] = [
  () => `insert into people (login, display_name) select 'op' || n, 'Operatore ' || n from generate_series(1, 100) n`,
  () => `insert into agencies (name, short_name) select 'Ente ' || n, 'E' || n from generate_series(1, 3) n`,
  () => `insert into departments (agency_id, name) select id, 'Servizi' from agencies`,
  () => `insert into offices (agency_id, name) select id, 'Ufficio' from agencies`,
  () => `insert into services (agency_id, department_id, office_id, name, profile)
    select d.agency_id, d.id, o.id, 'Servizio', 'base' from departments d join offices o on o.agency_id = d.agency_id`,
  // Triggers and foreign keys would only make the filling slow: the rows are right by construction.
  () => "set session_replication_role = replica",
  () => `create temporary table filling_services as select row_number() over () - 1 as n, * from services`,
  () => `create temporary table filling_people as select row_number() over () - 1 as n, id from people`,
  (calls) => `create temporary table filling as
    select n, uuidv7() as call_id, uuidv7() as case_id, uuidv7() as contact_id, n % 100 as person, n % 3 as service,
      timestamptz '2026-02-28T23:00Z' + (n::float / ${calls}) * interval '30.9 days' as at, n % 10 as fate
    from generate_series(0, ${calls - 1}) n`,
  () => `insert into calls (id, agency_id, state, started_at, queued_at, talk_at, ended_at, outcome, person_id)
    select f.call_id, s.agency_id, 'ended', f.at, case when fate < 9 then f.at + interval '15 s' end,
      case when fate < 8 then f.at + interval '15 s' + (f.n % 60) * interval '1 s' end, f.at + interval '240 s',
      case when fate < 8 then 'answered' when fate = 8 then 'abandoned_queue' else 'abandoned_ivr' end,
      case when fate < 8 then p.id end
    from filling f join filling_services s on s.n = f.service join filling_people p on p.n = f.person`,
  () => `insert into contacts (id, call_id, direction, channel, created_at)
    select contact_id, call_id, 'inbound', 'phone', at from filling`,
  () => `insert into cases (id, opened_by_call_id, status, attribute, cancel_reason, reason, agency_id, department_id,
      service_id, profile, request, answer, opened_at, closed_at)
    select f.case_id, f.call_id, case when fate < 8 then 'resolved_l1' else 'cancelled' end,
      case when fate < 8 then 'communicated' end, case when fate >= 8 then 'abandoned' end,
      case when fate < 8 then (array['information', 'grievance', 'issue_report'])[1 + f.n % 3] end, s.agency_id,
      s.department_id, s.id, 'base', 'Come?', 'Così', f.at, f.at + interval '300 s'
    from filling f join filling_services s on s.n = f.service`,
  () => `insert into contact_cases (contact_id, case_id) select contact_id, case_id from filling`,
  () => `insert into operator_state_log (person_id, at, state, call_id)
    select p.id, f.at + x.after * interval '1 s', x.state, case when x.state <> 'available' then f.call_id end
    from filling f join filling_people p on p.n = f.person,
      (values ('on_call', 30), ('wrap_up', 240), ('available', 260)) x (state, after)
    where f.fate < 8`,
  () => "reset session_replication_role",
  () => "drop table filling",
  () => "analyze",
];

/** A month of calls, answered, abandoned and hung up early, with contacts, cases and the operators' states. */
export async function fillReports(pool: Pool, calls: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("set statement_timeout = 0");
    for (const step of steps) await client.query({ text: step(calls), query_timeout: 600_000 } as { text: string });
    await client.query("checkpoint");
  } finally {
    client.release(true);
  }
}
