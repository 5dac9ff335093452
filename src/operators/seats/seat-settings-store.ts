import type { Queryable } from "../../database/pool.ts";
import type { SeatKind } from "./seat-store.ts";

export type SeatSettings = {
  id: string;
  number: string;
  kind: SeatKind;
  autoAnswer: boolean;
  disabled: boolean;
  /** Registered now: the desk phone, the phone in the page. */
  phoneOnline: boolean;
  pageOnline: boolean;
  /** Who sits there, signed in. */
  person: string | null;
  version: number;
};

const columns = `s.id, s.number, s.kind, s.auto_answer as "autoAnswer", s.disabled_at is not null as disabled,
  coalesce((select online from seat_contacts where account = s.number), false) as "phoneOnline",
  coalesce((select online from seat_contacts where account = s.number || '-web'), false) as "pageOnline",
  (select p.display_name from operators o join people p on p.id = o.person_id
    where o.seat_id = s.id and o.signed_in_at is not null) as person, s.version`;

export async function listSeats(db: Queryable): Promise<SeatSettings[]> {
  const { rows } = await db.query<SeatSettings>(`select ${columns} from seats s order by s.number`);
  return rows;
}

async function readSeat(db: Queryable, id: string): Promise<SeatSettings> {
  const { rows } = await db.query<SeatSettings>(`select ${columns} from seats s where s.id = $1`, [id]);
  return rows[0]!;
}

export type NewSeat = { number: string; kind: SeatKind; autoAnswer: boolean; password: string; webPassword: string };

/** Null: the number is taken. */
export async function insertSeat(db: Queryable, seat: NewSeat): Promise<SeatSettings | null> {
  const { rows } = await db.query<{ id: string }>(
    `insert into seats (number, kind, auto_answer, sip_password, web_password) values ($1, $2, $3, $4, $5)
    on conflict (number) do nothing returning id`,
    [seat.number, seat.kind, seat.autoAnswer, seat.password, seat.webPassword],
  );
  return rows[0] ? readSeat(db, rows[0].id) : null;
}

/** Version and whether somebody is signed in there; null: no such seat. */
export async function lockSeat(db: Queryable, id: string): Promise<SeatSettings | null> {
  const { rowCount } = await db.query("select from seats where id = $1 for update", [id]);
  return rowCount === 1 ? readSeat(db, id) : null;
}

export async function writeSeat(db: Queryable, seat: SeatSettings, password: string | null): Promise<SeatSettings> {
  await db.query(
    `update seats set auto_answer = $2, disabled_at = case when $3 then coalesce(disabled_at, now()) end,
      sip_password = coalesce($4, sip_password), version = version + 1 where id = $1`,
    [seat.id, seat.autoAnswer, seat.disabled, password],
  );
  return readSeat(db, seat.id);
}

/** Every copy then writes the accounts to its switch. */
export async function tellPhones(db: Queryable): Promise<void> {
  await db.query("select pg_notify('phones', '')");
}
