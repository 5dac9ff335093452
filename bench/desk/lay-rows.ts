import { randomUUID } from "node:crypto";
import { testClient } from "../../test/support/web.ts";
import type { DeskStage } from "./desk-stage.ts";

/** What the demo's data does not have: lists that would be empty are walked with rows too. */
export async function layRows(stage: DeskStage): Promise<void> {
  await stage.usualFlow();
  await layDay(stage);
  await stage.pool.query(
    `insert into case_specialists (case_id, person_id, invited_by_id)
    select c.id, sara.id, gina.id from cases c join office_people o on o.office_id = c.office_id
      join people gina on gina.id = o.person_id and gina.login = 'gina', people sara
    where sara.login = 'sara' and c.status = 'assigned' limit 3`,
  );
  await stage.pool.query(
    `insert into card_searches (text, found, person_id)
    select 'zanzariere bioniche', 'nothing', id from people where login = 'anna'`,
  );
  await stage.pool.query(
    "update message_sendings set dead_at = now(), error_code = '30007', error_detail = 'Carrier violation'",
  );
  await stage.pool.query(
    `insert into webhooks (name, url, secret, kinds, created_by_id)
    select 'URP', 'https://urp.example.org/eventi', repeat('x', 40), '{case.opened,case.changed}', id from people
    where login = 'pietro'`,
  );
  const olga = await testClient(stage.centre.url, "olga");
  const day = new Date().toISOString().slice(0, 10);
  const asked = { kind: "contact_centre", agencyId: null, firstDay: day, lastDay: day };
  const answer = await olga.call("POST", "/reports", asked, { "idempotency-key": randomUUID() });
  if (answer.status !== 202) throw new Error(`the report was refused: ${JSON.stringify(answer.body)}`);
  await stage.centre.rows("select from reports where state in ('made', 'failed')", (rows) => rows.length > 0);
}

/** The pictures of the day want calls of some hours and cases of several agencies. */
async function layDay(stage: DeskStage): Promise<void> {
  await stage.pool.query(
    `insert into calls (id, caller_e164, started_at, queued_at, talk_at, ended_at, state, outcome, queue_id, person_id)
    select uuidv7(at - now()), '+3905500' || 30000 + n, at, at, case when n % 9 > 0 then at + wait end,
      at + wait + interval '3 minutes', 'ended',
      case when n % 9 > 0 then 'answered' else 'abandoned_queue' end, q.id, p.id
    from (select n, now() - make_interval(mins => 30 + 4 * n) as at, make_interval(secs => (n * 37) % 95) as wait
        from generate_series(1, 90) n) c,
      (select min(id::text)::uuid as id from queues) q, people p where p.login = 'bruno'`,
  );
  await stage.pool.query(
    `insert into cases select (jsonb_populate_record(c.row, jsonb_build_object('id', uuidv7(),
      'number', nextval('case_numbers'), 'opened_by_call_id', null, 'opened_at', now()))).*
    from (select c as row from cases c where c.status in ('resolved_l1', 'resolved_l2') order by c.number limit 60) c`,
  );
}
