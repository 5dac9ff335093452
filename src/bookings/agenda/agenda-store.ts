import type { Queryable } from "../../database/pool.ts";
import type { Agenda, AgendaException, AgendaHours } from "./agenda.ts";

const clockText = (column: string) =>
  `case when ${column} = '24:00' then '24:00' else to_char(${column}, 'HH24:MI') end`;

const columns = `g.id, g.agency_id as "agencyId", g.service_id as "serviceId", s.name as "serviceName",
  a.name as "agencyName", g.name, g.place, g.bring, g.slot_minutes as "slotMinutes", g.places,
  g.hold_seconds as "holdSeconds", g.notice_hours as "noticeHours", g.horizon_days as "horizonDays",
  g.day_quota as "dayQuota", g.week_quota as "weekQuota", g.italian_holidays as "italianHolidays",
  g.local_holidays as "localHolidays", g.disabled_at is not null as disabled, g.version,
  coalesce((select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', ${clockText("h.opens")},
      'closes', ${clockText("h.closes")}, 'places', h.places) order by h.weekday, h.opens)
    from agenda_hours h where h.agenda_id = g.id), '[]') as hours,
  coalesce((select jsonb_agg(jsonb_build_object('day', to_char(x.day, 'YYYY-MM-DD'), 'opens', ${clockText("x.opens")},
      'closes', ${clockText("x.closes")}, 'places', x.places, 'note', x.note) order by x.day, x.opens)
    from agenda_exceptions x where x.agenda_id = g.id), '[]') as exceptions`;
const tables = "agendas g join services s on s.id = g.service_id join agencies a on a.id = g.agency_id";

export async function readAgenda(db: Queryable, id: string, lock = false): Promise<Agenda | null> {
  const { rows } = await db.query<Agenda>(
    `select ${columns} from ${tables} where g.id = $1 ${lock ? "for update of g" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** By service and name; `serviceIds` null: of all services. */
export async function listAgendas(
  db: Queryable,
  filter: { serviceId: string | null; agencyId: string | null; disabled: boolean; after: string | null },
  limit: number,
): Promise<Agenda[]> {
  const { rows } = await db.query<Agenda>(
    `select ${columns} from ${tables}
    where ($1::uuid is null or g.service_id = $1) and ($2::uuid is null or g.agency_id = $2)
      and ($3 or g.disabled_at is null) and ($4::uuid is null or g.id > $4)
    order by g.id limit $5`,
    [filter.serviceId, filter.agencyId, filter.disabled, filter.after, limit],
  );
  return rows;
}

export type AgendaColumns = Pick<
  Agenda,
  | "name"
  | "place"
  | "bring"
  | "slotMinutes"
  | "places"
  | "holdSeconds"
  | "noticeHours"
  | "horizonDays"
  | "dayQuota"
  | "weekQuota"
  | "italianHolidays"
  | "localHolidays"
>;

const valuesOf = (agenda: AgendaColumns): unknown[] => [
  agenda.name,
  agenda.place,
  agenda.bring,
  agenda.slotMinutes,
  agenda.places,
  agenda.holdSeconds,
  agenda.noticeHours,
  agenda.horizonDays,
  agenda.dayQuota,
  agenda.weekQuota,
  agenda.italianHolidays,
  agenda.localHolidays,
];

export async function insertAgenda(
  db: Queryable,
  of: { agencyId: string; serviceId: string },
  agenda: AgendaColumns,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into agendas (agency_id, service_id, name, place, bring, slot_minutes, places, hold_seconds, notice_hours,
      horizon_days, day_quota, week_quota, italian_holidays, local_holidays)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id`,
    [of.agencyId, of.serviceId, ...valuesOf(agenda)],
  );
  return rows[0]!.id;
}

/** Writes all columns and counts the version; the caller holds the row's lock. */
export async function updateAgenda(
  db: Queryable,
  id: string,
  agenda: AgendaColumns & { disabled: boolean },
): Promise<void> {
  await db.query(
    `update agendas set name = $2, place = $3, bring = $4, slot_minutes = $5, places = $6, hold_seconds = $7,
      notice_hours = $8, horizon_days = $9, day_quota = $10, week_quota = $11, italian_holidays = $12,
      local_holidays = $13, disabled_at = case when $14 then coalesce(disabled_at, now()) end, version = version + 1
    where id = $1`,
    [id, ...valuesOf(agenda), agenda.disabled],
  );
}

export async function replaceHours(db: Queryable, id: string, hours: readonly AgendaHours[]): Promise<void> {
  await db.query("delete from agenda_hours where agenda_id = $1", [id]);
  await db.query(
    `insert into agenda_hours (agenda_id, weekday, opens, closes, places)
    select $1, weekday, opens, closes, places
    from jsonb_to_recordset($2::jsonb) as h (weekday smallint, opens time, closes time, places smallint)`,
    [id, JSON.stringify(hours)],
  );
}

export async function replaceExceptions(
  db: Queryable,
  id: string,
  exceptions: readonly AgendaException[],
): Promise<void> {
  await db.query("delete from agenda_exceptions where agenda_id = $1", [id]);
  await db.query(
    `insert into agenda_exceptions (agenda_id, day, opens, closes, places, note)
    select $1, day, opens, closes, places, note
    from jsonb_to_recordset($2::jsonb) as x (day date, opens time, closes time, places smallint, note text)`,
    [id, JSON.stringify(exceptions)],
  );
}

export async function serviceWithAgenda(
  db: Queryable,
  serviceId: string,
): Promise<{ agencyId: string; hasAgenda: boolean } | null> {
  const { rows } = await db.query(
    `select agency_id as "agencyId", has_agenda as "hasAgenda" from services where id = $1 and disabled_at is null`,
    [serviceId],
  );
  return rows[0] ?? null;
}
