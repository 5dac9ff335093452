import type { Queryable } from "../database/pool.ts";
import type { Booking } from "./booking.ts";

const columns = `b.id, b.agenda_id as "agendaId", g.name as "agendaName", g.agency_id as "agencyId",
  g.service_id as "serviceId", s.name as "serviceName", b.case_id as "caseId", k.number as "caseNumber", b.state,
  b.starts_at as "startsAt", b.ends_at as "endsAt", b.place, b.held_until as "heldUntil",
  b.confirmed_at as "confirmedAt", g.place as "where", g.bring, b.version`;
const tables = `bookings b join agendas g on g.id = b.agenda_id join services s on s.id = g.service_id
  join cases k on k.id = b.case_id`;

export async function readBooking(db: Queryable, id: string, lock = false): Promise<Booking | null> {
  const { rows } = await db.query<Booking>(
    `select ${columns} from ${tables} where b.id = $1 ${lock ? "for update of b" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** The live or last booking first. */
export async function bookingsOfCase(db: Queryable, caseId: string): Promise<Booking[]> {
  const { rows } = await db.query<Booking>(
    `select ${columns} from ${tables} where b.case_id = $1 order by b.created_at desc limit 100`,
    [caseId],
  );
  return rows;
}

export type ExpectedCitizen = Booking & {
  citizenId: string | null;
  citizen: { firstName: string | null; lastName: string | null } | null;
};

/** Who comes: confirmed bookings of an agenda in [from, to), by time. */
export async function confirmedBookings(
  db: Queryable,
  agendaId: string,
  from: Date,
  to: Date,
): Promise<ExpectedCitizen[]> {
  const { rows } = await db.query<ExpectedCitizen>(
    `select ${columns}, case when z.id is not null
      then jsonb_build_object('firstName', z.first_name, 'lastName', z.last_name) end as citizen, z.id as "citizenId"
    from ${tables} left join citizens z on z.id = k.citizen_id
    where b.agenda_id = $1 and b.state = 'confirmed' and b.starts_at >= $2 and b.starts_at < $3
    order by b.starts_at, b.place limit 5000`,
    [agendaId, from, to],
  );
  return rows;
}

export type TakenPlace = { startsAt: Date; endsAt: Date; place: number; day: string };

// A hold that ran out takes no place.
const live = "(b.state = 'confirmed' or (b.state = 'held' and b.held_until > clock_timestamp()))";

/** Places that are taken in [from, to), with their day in Florence. */
export async function takenPlaces(db: Queryable, agendaId: string, from: Date, to: Date): Promise<TakenPlace[]> {
  const { rows } = await db.query<TakenPlace>(
    `select b.starts_at as "startsAt", b.ends_at as "endsAt", b.place,
      to_char(b.starts_at at time zone 'Europe/Rome', 'YYYY-MM-DD') as day
    from bookings b where b.agenda_id = $1 and ${live} and b.starts_at < $3 and b.ends_at > $2
    order by b.starts_at`,
    [agendaId, from, to],
  );
  return rows;
}

/** So that of many who take the last of a quota at once only one does. Until the transaction ends. */
export async function lockQuota(db: Queryable, agendaId: string): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('agenda quota ' || $1, 0))", [agendaId]);
}

/** Live bookings in [from, to) but one. */
export async function countBookings(
  db: Queryable,
  agendaId: string,
  from: Date,
  to: Date,
  butId: string | null,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from bookings b
    where b.agenda_id = $1 and ${live} and b.starts_at >= $2 and b.starts_at < $3 and b.id is distinct from $4`,
    [agendaId, from, to, butId],
  );
  return rows[0]!.count;
}

export type WantedPlace = { agendaId: string; startsAt: Date; endsAt: Date; places: number };

/** Holds that ran out give the place to whoever asks. */
export async function expireHolds(
  db: Queryable,
  wanted: WantedPlace,
  place: number,
  butId: string | null,
): Promise<void> {
  await db.query(
    `update bookings set state = 'expired', ended_at = clock_timestamp(), version = version + 1
    where agenda_id = $1 and state = 'held' and held_until <= clock_timestamp() and place = $4
      and tstzrange(starts_at, ends_at) && tstzrange($2, $3) and id is distinct from $5`,
    [wanted.agendaId, wanted.startsAt, wanted.endsAt, place, butId],
  );
}

/**
 * Holds that ran out and that nobody will confirm any more: their case is no draft, or an hour has passed. Until then the
 * row is the place, which its own case may still confirm. @returns how many
 */
export async function expireForgottenHolds(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `update bookings b set state = 'expired', ended_at = clock_timestamp(), version = b.version + 1
    from cases k where k.id = b.case_id and b.state = 'held' and b.held_until <= clock_timestamp()
      and (k.status <> 'draft' or b.held_until <= clock_timestamp() - interval '1 hour')`,
  );
  return rowCount ?? 0;
}

export type FreePlace = {
  place: number;
  /** A hold that ran out stands on it. */
  stale: boolean;
};

/** A place that nobody has, one that nobody has held rather than one that was; null when all are taken. */
export async function freePlace(db: Queryable, wanted: WantedPlace, butId: string | null): Promise<FreePlace | null> {
  const { rows } = await db.query<FreePlace>(
    `select p.place, bool_or(b.id is not null) as stale from generate_series(1, $4::int) p (place)
      left join bookings b on b.agenda_id = $1 and b.state in ('held', 'confirmed') and b.place = p.place
        and tstzrange(b.starts_at, b.ends_at) && tstzrange($2, $3) and b.id is distinct from $5
    group by p.place having coalesce(bool_and(b.state = 'held' and b.held_until <= clock_timestamp()), true)
    order by stale, p.place limit 1`,
    [wanted.agendaId, wanted.startsAt, wanted.endsAt, wanted.places, butId],
  );
  return rows[0] ?? null;
}

/** @returns null when somebody else took that very place meanwhile (the database decides, not the look before). */
export async function insertHold(
  db: Queryable,
  wanted: WantedPlace,
  place: number,
  hold: { caseId: string; personId: string; seconds: number },
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `insert into bookings (agenda_id, case_id, starts_at, ends_at, place, held_until, person_id)
    values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6), $7)
    on conflict do nothing returning id`,
    [wanted.agendaId, hold.caseId, wanted.startsAt, wanted.endsAt, place, hold.seconds, hold.personId],
  );
  return rows[0]?.id ?? null;
}

/** @throws 23P01 when somebody else took that very place meanwhile */
export async function putElsewhere(db: Queryable, id: string, wanted: WantedPlace, place: number): Promise<void> {
  await db.query("update bookings set starts_at = $2, ends_at = $3, place = $4, version = version + 1 where id = $1", [
    id,
    wanted.startsAt,
    wanted.endsAt,
    place,
  ]);
}

export async function confirmHold(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update bookings set state = 'confirmed', confirmed_at = clock_timestamp(), held_until = null, version = version + 1
    where id = $1`,
    [id],
  );
}

export async function cancelBookingRow(db: Queryable, id: string): Promise<void> {
  await db.query(
    "update bookings set state = 'cancelled', ended_at = clock_timestamp(), version = version + 1 where id = $1",
    [id],
  );
}

/** The booking that a case has now, locked; a case has one at most. */
export async function liveBookingOfCase(db: Queryable, caseId: string): Promise<Booking | null> {
  const { rows } = await db.query<Booking>(
    `select ${columns} from ${tables} where b.case_id = $1 and b.state in ('held', 'confirmed') for update of b`,
    [caseId],
  );
  return rows[0] ?? null;
}
