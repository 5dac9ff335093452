import type { Queryable } from "../database/pool.ts";

export type DemoOperator = {
  login: string;
  seat: string;
  sipPassword: string;
  /** A page is open. */
  present: boolean;
  /** The phone that this person chose is registered. */
  phoneOnline: boolean;
  chosen: string;
  system: string;
};

/** Operators among these logins who have a seat, those whose page is open first. */
export async function demoOperators(db: Queryable, logins: string[]): Promise<DemoOperator[]> {
  const { rows } = await db.query(
    `select p.login::text as login, s.number as seat, s.sip_password as "sipPassword",
      o.signed_in_at is not null and o.stream_lost_at is null as present, coalesce(c.online, false) as "phoneOnline",
      o.chosen, o.system
    from operators o join people p on p.id = o.person_id join seats s on s.id = o.seat_id
    left join seat_contacts c on c.account = s.number || case o.phone when 'web' then '-web' else '' end
    where p.login::text = any($1) order by present desc, p.login`,
    [logins],
  );
  return rows;
}

/** A number that the demo's citizens file knows, so that the page has somebody to show; null without citizens. */
export async function knownCaller(db: Queryable): Promise<string | null> {
  const { rows } = await db.query(
    `select n.value from citizen_contacts n join citizens z on z.id = n.citizen_id
    where n.kind = 'phone' and z.merged_into_id is null order by random() limit 1`,
  );
  return rows[0]?.value ?? null;
}

export type DemoProgress = {
  callId: string;
  caseNumber: number | null;
  state: string;
  outcome: string | null;
  /** What the flow is doing with the caller: "menu", "language", … */
  node: string | null;
  nodeType: string | null;
  /** Seat that rings or talks. */
  seat: string | null;
};

/** The newest call from this number since then; null before it has arrived. */
export async function demoProgress(db: Queryable, callerE164: string, since: Date): Promise<DemoProgress | null> {
  const { rows } = await db.query(
    `select c.id as "callId", k.number as "caseNumber", c.state, c.outcome, c.ivr_node as node,
      v.document -> 'nodes' -> c.ivr_node ->> 'type' as "nodeType",
      (select s.number from operators o join seats s on s.id = o.seat_id where o.person_id = c.person_id) as seat
    from calls c left join cases k on k.opened_by_call_id = c.id
    left join ivr_flow_versions v on v.flow_id = c.flow_id and v.version = c.flow_version
    where c.caller_e164 = $1 and c.started_at >= $2 order by c.started_at desc limit 1`,
    [callerE164, since],
  );
  return rows[0] ?? null;
}

export async function databaseTime(db: Queryable): Promise<Date> {
  const { rows } = await db.query("select clock_timestamp() as now");
  return rows[0].now;
}
