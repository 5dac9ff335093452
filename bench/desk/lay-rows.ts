import { randomUUID } from "node:crypto";
import { testClient } from "../../test/support/web.ts";
import type { DeskStage } from "./desk-stage.ts";

/** What the demo's data does not have: lists that would be empty are walked with rows too. */
export async function layRows(stage: DeskStage): Promise<void> {
  await stage.usualFlow();
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
