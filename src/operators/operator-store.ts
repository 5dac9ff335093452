import type { PoolClient } from "pg";
import type { Queryable } from "../database/pool.ts";
import type { ChosenState, ShownState, SystemState } from "./operator.ts";

/** What the page shows of an operator: the payload of the `state` event (written by the database function). */
export type OperatorView = {
  state: ShownState;
  chosen: ChosenState;
  pauseReason: string | null;
  wrapUpUntil: string | null;
  wrapUpExtensions: number;
  callId: string | null;
  seat: string | null;
  phone: "sip" | "web";
};

export type OperatorRow = {
  personId: string;
  chosen: ChosenState;
  system: SystemState;
  seatId: string | null;
  seatKind: "operator" | "office" | null;
  wrapUpExtensions: number;
};

/** The row, locked until the end of the transaction: a decision of the queue waits, or has happened before. */
export async function lockOperator(client: PoolClient, personId: string): Promise<OperatorRow | null> {
  const result = await client.query<OperatorRow>(
    `select person_id as "personId", chosen, system, seat_id as "seatId", wrap_up_extensions as "wrapUpExtensions",
      (select kind from seats s where s.id = seat_id) as "seatKind"
     from operators where person_id = $1 for update`,
    [personId],
  );
  return result.rows[0] ?? null;
}

export async function operatorView(db: Queryable, personId: string): Promise<OperatorView | null> {
  const result = await db.query<{ view: OperatorView }>(
    "select operator_state_payload(o) as view from operators o where person_id = $1",
    [personId],
  );
  return result.rows[0]?.view ?? null;
}

/** Writes the state log and the `state` event of each person, in the transaction of the change (STYLE 8). */
export async function recordStates(client: PoolClient, personIds: string[]): Promise<void> {
  if (personIds.length === 0) return;
  // Ordered, so that two of these at once lock the feeds in the same order.
  await client.query(
    `select record_operator_state(o) from (select * from operators where person_id = any($1::uuid[])
     order by person_id) as o`,
    [personIds],
  );
}

/** Wakes whoever gives out calls: somebody may have become free. */
export async function wakeQueue(client: Queryable): Promise<void> {
  await client.query("select pg_notify('queue', '')");
}

/** The person's choice. From "not answering" any choice leads back to idle; a call or wrap-up goes on untouched. */
export async function writeChoice(
  client: PoolClient,
  personId: string,
  chosen: ChosenState,
  pauseReason: string | null,
): Promise<void> {
  await client.query(
    `update operators set chosen = $2, pause_reason = $3, version = version + 1,
      idle_since = case when $2 = 'available' and (chosen <> 'available' or system = 'not_answering')
        then clock_timestamp() else idle_since end,
      system = case when system = 'not_answering' then 'idle' else system end,
      call_id = case when system = 'not_answering' then null else call_id end,
      offer_id = case when system = 'not_answering' then null else offer_id end
    where person_id = $1`,
    [personId, chosen, pauseReason],
  );
}

/**
 * SET list that ends a call for its operator, for the statement that ends the call: wrap-up of so many seconds, or
 * straight to idle when there is none. `seconds` is SQL, e.g. "q.wrap_up_seconds"; alias of operators must be `o`.
 */
export function afterCall(seconds: string): string {
  return `system = case when ${seconds} > 0 then 'wrap_up' else 'idle' end,
    wrap_up_until = case when ${seconds} > 0 then clock_timestamp() + make_interval(secs => ${seconds}) end,
    wrap_up_extensions = 0,
    call_id = case when ${seconds} > 0 then o.call_id end,
    offer_id = case when ${seconds} > 0 then o.offer_id end,
    idle_since = clock_timestamp(),
    version = o.version + 1`;
}

/** SET list from wrap-up to idle. */
const toIdle = `system = 'idle', wrap_up_until = null, wrap_up_extensions = 0, call_id = null, offer_id = null,
  idle_since = clock_timestamp(), version = version + 1`;

/** Ends one person's wrap-up; false when there is none (already over: a normal answer). */
export async function endWrapUpOf(client: PoolClient, personId: string): Promise<boolean> {
  const result = await client.query(`update operators set ${toIdle} where person_id = $1 and system = 'wrap_up'`, [
    personId,
  ]);
  return result.rowCount === 1;
}

/** True when one more minute was given. */
export async function lengthenWrapUp(
  client: PoolClient,
  personId: string,
  seconds: number,
  atMost: number,
): Promise<boolean> {
  const result = await client.query(
    `update operators set wrap_up_until = wrap_up_until + make_interval(secs => $2),
      wrap_up_extensions = wrap_up_extensions + 1, version = version + 1
    where person_id = $1 and system = 'wrap_up' and wrap_up_extensions < $3`,
    [personId, seconds, atMost],
  );
  return result.rowCount === 1;
}

/** Cheap look of the sweep: is anything due? `now` null means the database's clock. */
export async function isAnythingDue(db: Queryable, now: Date | null, lostSeconds: number): Promise<boolean> {
  const result = await db.query<{ due: boolean }>({
    name: "operators-due",
    text: `select exists (select from operators where wrap_up_until <= coalesce($1, clock_timestamp())
      or (chosen <> 'offline' and stream_lost_at <= coalesce($1, clock_timestamp()) - make_interval(secs => $2))) as due`,
    values: [now, lostSeconds],
  });
  return result.rows[0]?.due ?? false;
}

/** Wrap-ups whose time is over → idle; the ids. */
export async function endDueWrapUps(client: PoolClient, now: Date | null): Promise<string[]> {
  const result = await client.query<{ id: string }>(
    `update operators set ${toIdle}
     where system = 'wrap_up' and wrap_up_until <= coalesce($1, clock_timestamp()) returning person_id as id`,
    [now],
  );
  return result.rows.map((row) => row.id);
}

/** Desks away too long → offline; a call of such an operator goes on. The ids. */
export async function sendLostDesksOffline(
  client: PoolClient,
  now: Date | null,
  lostSeconds: number,
): Promise<string[]> {
  const result = await client.query<{ id: string }>(
    `update operators set chosen = 'offline', pause_reason = null, version = version + 1
     where chosen <> 'offline' and stream_lost_at <= coalesce($1, clock_timestamp()) - make_interval(secs => $2)
     returning person_id as id`,
    [now, lostSeconds],
  );
  return result.rows.map((row) => row.id);
}

export type OperatorLine = OperatorView & {
  personId: string;
  displayName: string;
  languages: string[];
  since: Date | null;
  connected: boolean;
};

/** Everybody with a desk, for the supervisor; `since` is when the state shown began. */
export async function listOperators(db: Queryable): Promise<OperatorLine[]> {
  const result = await db.query<{ line: OperatorView } & Omit<OperatorLine, keyof OperatorView>>(
    `select o.person_id as "personId", p.display_name as "displayName", o.languages, operator_state_payload(o) as line,
      (select max(at) from operator_state_log l where l.person_id = o.person_id) as since,
      o.stream_lost_at is null as connected
    from operators o join people p on p.id = o.person_id where p.disabled_at is null
      -- People of an office sit at seats too.
      and exists (select from person_roles r where r.person_id = p.id and r.role = 'operator')
    order by p.display_name, o.person_id`,
  );
  return result.rows.map(({ line, ...rest }) => ({ ...line, ...rest }));
}

export type PauseReason = { code: string; labelIt: string; labelEn: string };

export async function listPauseReasons(db: Queryable): Promise<PauseReason[]> {
  const result = await db.query<PauseReason>(
    `select code, label_it as "labelIt", label_en as "labelEn" from pause_reasons where disabled_at is null
     order by position, code`,
  );
  return result.rows;
}
