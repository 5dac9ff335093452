import type { PoolClient } from "pg";
import type { Queryable } from "../../database/pool.ts";
import type { SystemState } from "../operator.ts";

/** Operators' seats are rung by the queue, those of an office by transfers. */
export type SeatKind = "operator" | "office";
export type SeatRow = { id: string; number: string };

export async function seatByNumber(
  client: PoolClient,
  number: string,
  kinds: readonly SeatKind[],
): Promise<SeatRow | null> {
  const result = await client.query<SeatRow>(
    "select id, number from seats where number = $1 and kind = any($2) and disabled_at is null for update",
    [number, kinds],
  );
  return result.rows[0] ?? null;
}

/** Seat used last, when it is still in service and of one of these kinds. */
export async function lastSeat(
  client: PoolClient,
  personId: string,
  kinds: readonly SeatKind[],
): Promise<SeatRow | null> {
  const result = await client.query<SeatRow>(
    `select s.id, s.number from seats s join operators o on o.seat_id = s.id
     where o.person_id = $1 and s.kind = any($2) and s.disabled_at is null for update of s`,
    [personId, kinds],
  );
  return result.rows[0] ?? null;
}

export async function freeSeats(db: Queryable, kinds: readonly SeatKind[]): Promise<string[]> {
  const result = await db.query<{ number: string }>(
    `select number from seats s where kind = any($1) and disabled_at is null and not exists (
       select from operators o where o.seat_id = s.id and o.signed_in_at is not null)
     order by number limit 100`,
    [kinds],
  );
  return result.rows.map((row) => row.number);
}

export type Sitter = { personId: string; displayName: string; atWork: boolean };

/** Who else has this seat; `atWork` is false when the desk was left (signed out, or offline and away for 45 s). */
export async function sitterOf(
  client: PoolClient,
  seatId: string,
  exceptPersonId: string,
  lostSeconds: number,
): Promise<Sitter | null> {
  const result = await client.query<Sitter>(
    `select o.person_id as "personId", p.display_name as "displayName",
      o.system <> 'idle' or (o.signed_in_at is not null and not (o.chosen = 'offline'
        and coalesce(o.stream_lost_at <= clock_timestamp() - make_interval(secs => $3), false))) as "atWork"
    from operators o join people p on p.id = o.person_id
    where o.seat_id = $1 and o.person_id <> $2 for update of o`,
    [seatId, exceptPersonId, lostSeconds],
  );
  return result.rows[0] ?? null;
}

export async function leaveSeat(client: PoolClient, personId: string): Promise<void> {
  await client.query("update operators set seat_id = null, version = version + 1 where person_id = $1", [personId]);
}

export async function systemStateOf(client: PoolClient, personId: string): Promise<SystemState | null> {
  const result = await client.query<{ system: SystemState }>(
    "select system from operators where person_id = $1 for update",
    [personId],
  );
  return result.rows[0]?.system ?? null;
}

const atOffice = "exists (select from seats s where s.id = excluded.seat_id and s.kind = 'office')";

/** Who sits down can be disturbed again, and at an office's seat takes no calls of the queue. */
export async function sitDown(
  client: PoolClient,
  personId: string,
  seatId: string,
  phone: "sip" | "web" | undefined,
): Promise<void> {
  await client.query(
    `insert into operators (person_id, seat_id, phone, signed_in_at)
     values ($1, $2, coalesce($3, 'sip'), clock_timestamp())
     on conflict (person_id) do update set seat_id = excluded.seat_id, phone = coalesce($3, operators.phone),
       signed_in_at = clock_timestamp(), do_not_disturb_since = null,
       chosen = case when ${atOffice} then 'offline' else operators.chosen end,
       pause_reason = case when ${atOffice} then null else operators.pause_reason end,
       version = operators.version + 1`,
    [personId, seatId, phone ?? null],
  );
}

/** Null when the person does not sit at an office's seat. */
export async function writeDoNotDisturb(
  db: Queryable,
  personId: string,
  on: boolean,
): Promise<{ since: Date | null } | null> {
  const result = await db.query<{ since: Date | null }>(
    `update operators o set version = o.version + 1,
      do_not_disturb_since = case when $2 then coalesce(o.do_not_disturb_since, clock_timestamp()) end
     from seats s where o.person_id = $1 and s.id = o.seat_id and s.kind = 'office' and o.signed_in_at is not null
     returning o.do_not_disturb_since as since`,
    [personId, on],
  );
  return result.rows[0] ?? null;
}

export async function readDoNotDisturb(db: Queryable, personId: string): Promise<Date | null> {
  const result = await db.query<{ since: Date | null }>(
    "select do_not_disturb_since as since from operators where person_id = $1",
    [personId],
  );
  return result.rows[0]?.since ?? null;
}

/** A new sign-in in the middle of a call changes neither seat nor phone. */
export async function signedInAgain(client: PoolClient, personId: string): Promise<void> {
  await client.query("update operators set signed_in_at = clock_timestamp() where person_id = $1", [personId]);
}

/** Signed out: offline, seat free for others; a call goes on. True when there is such an operator. */
export async function standUp(client: PoolClient, personId: string): Promise<boolean> {
  const result = await client.query(
    `update operators set chosen = 'offline', pause_reason = null, do_not_disturb_since = null, signed_in_at = null,
      stream_node_id = null,
      stream_lost_at = coalesce(stream_lost_at, clock_timestamp()), version = version + 1
     where person_id = $1`,
    [personId],
  );
  return result.rowCount === 1;
}
