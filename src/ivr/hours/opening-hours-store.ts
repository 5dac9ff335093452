import type { Queryable } from "../../database/pool.ts";
import type { Calendar, DayException, WeeklyHours } from "./opening-hours.ts";

export type StoredCalendar = Calendar & {
  id: string;
  name: string;
  version: number;
  hours: WeeklyHours[];
  exceptions: (DayException & { note: string })[];
};

// Past exceptions are history: only those that can still matter are read (yesterday, for a day that ends elsewhere).
const calendarColumns = `c.id, c.name, c.version, c.italian_holidays as "italianHolidays",
  c.local_holidays as "localHolidays",
  coalesce((select json_agg(json_build_object('weekday', h.weekday, 'opens', left(h.opens::text, 5),
                                              'closes', left(h.closes::text, 5)) order by h.weekday, h.opens)
            from calendar_hours h where h.calendar_id = c.id), '[]') as hours,
  coalesce((select json_agg(json_build_object('day', e.day, 'opens', left(e.opens::text, 5),
                                              'closes', left(e.closes::text, 5), 'note', e.note)
                            order by e.day, e.opens)
            from calendar_exceptions e where e.calendar_id = c.id and e.day >= current_date - 1), '[]') as exceptions`;

export async function listCalendars(db: Queryable, limit: number, afterId: string | null): Promise<StoredCalendar[]> {
  const { rows } = await db.query<StoredCalendar>(
    `select ${calendarColumns} from calendars c where $2::uuid is null or c.id > $2 order by c.id limit $1`,
    [limit, afterId],
  );
  return rows;
}

export async function readCalendars(db: Queryable, ids: readonly string[]): Promise<StoredCalendar[]> {
  const { rows } = await db.query<StoredCalendar>(
    `select ${calendarColumns} from calendars c where c.id = any($1::uuid[])`,
    [ids],
  );
  return rows;
}

export type CalendarWeek = {
  name: string;
  italianHolidays: boolean;
  localHolidays: readonly string[];
  hours: readonly WeeklyHours[];
};
type Author = { personId: string; actor: string };

/** Takes the next version of a calendar; false when `version` is not the present one (or it does not exist). */
export async function claimCalendarVersion(client: Queryable, id: string, version: number): Promise<boolean> {
  const { rowCount } = await client.query(`update calendars set version = version + 1 where id = $1 and version = $2`, [
    id,
    version,
  ]);
  return rowCount === 1;
}

/** The caller holds the calendar's row by `claimCalendarVersion`. */
export async function replaceCalendarWeek(
  client: Queryable,
  id: string,
  week: CalendarWeek,
  author: Author,
): Promise<void> {
  await client.query(`update calendars set name = $2, italian_holidays = $3, local_holidays = $4 where id = $1`, [
    id,
    week.name,
    week.italianHolidays,
    week.localHolidays,
  ]);
  // Two statements: in one, the new lines would meet the old ones in the constraint against overlaps.
  await client.query(`delete from calendar_hours where calendar_id = $1`, [id]);
  await client.query(
    `insert into calendar_hours (calendar_id, weekday, opens, closes)
     select $1, weekday, opens, closes
     from jsonb_to_recordset($2) as line (weekday smallint, opens time, closes time)`,
    [id, JSON.stringify(week.hours)],
  );
  await tellAndAudit(client, id, "calendar.week", week, author);
}

/** Replaces the exceptions of today and later; what is past stays as it was. */
export async function replaceCalendarExceptions(
  client: Queryable,
  id: string,
  exceptions: readonly (DayException & { note: string })[],
  author: Author,
): Promise<void> {
  await client.query(`delete from calendar_exceptions where calendar_id = $1 and day >= current_date - 1`, [id]);
  await client.query(
    `insert into calendar_exceptions (calendar_id, day, opens, closes, note)
     select $1, day, opens, closes, note
     from jsonb_to_recordset($2) as line (day date, opens time, closes time, note text)
     where day >= current_date - 1`,
    [id, JSON.stringify(exceptions)],
  );
  await tellAndAudit(client, id, "calendar.exceptions", exceptions, author);
}

async function tellAndAudit(
  client: Queryable,
  id: string,
  action: string,
  data: unknown,
  { personId, actor }: Author,
): Promise<void> {
  await client.query(
    `with audited as (
       insert into audit (person_id, actor, action, subject_kind, subject_id, data)
       values ($2, $3, $4, 'calendar', $1, $5)
     )
     select pg_notify('flows', '')`,
    [id, personId, actor, action, JSON.stringify(data)],
  );
}

/**
 * For demo and tests, where calls come at any hour: the calendars that live flows ask are open day and night, as
 * long as nobody has edited them (so that it may run at each start).
 */
export async function openAroundTheClock(db: Queryable): Promise<void> {
  await db.query(
    `with asked as (
       select distinct (jsonb_path_query(v.document, '$.nodes.*.calendarId') #>> '{}')::uuid as id
       from ivr_flows f join ivr_flow_versions v on v.flow_id = f.id and v.version = f.published_version
     ), opened as (
       update calendars set italian_holidays = false, local_holidays = '{}', version = 2
       where id in (select id from asked) and version = 1 returning id
     ), widened as (
       update calendar_hours set opens = '00:00', closes = '24:00'
       where calendar_id in (select id from opened)
     ), told as (
       select pg_notify('flows', '')
     )
     insert into calendar_hours (calendar_id, weekday, opens, closes)
     select id, weekday, '00:00', '24:00' from told, opened, generate_series(1, 7) as days (weekday)
     where not exists (select from calendar_hours h where h.calendar_id = opened.id and h.weekday = days.weekday)`,
  );
}
