import type pg from "pg";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { DayException, WeeklyHours } from "./opening-hours.ts";
import {
  type CalendarWeek,
  claimCalendarVersion,
  readCalendars,
  replaceCalendarExceptions,
  replaceCalendarWeek,
  type StoredCalendar,
} from "./opening-hours-store.ts";

type Editor = Pick<SignedInPerson, "id" | "login">;

/** @throws AppError not_found, stale_version, rule_violated when two lines of one weekday overlap. */
export async function editCalendarWeek(
  pool: Pool,
  calendar: { id: string; version: number; week: CalendarWeek },
  person: Editor,
): Promise<StoredCalendar> {
  refuseOverlap(calendar.week.hours);
  return editCalendar(pool, calendar, (client) =>
    replaceCalendarWeek(client, calendar.id, calendar.week, { personId: person.id, actor: person.login }),
  );
}

/** @throws AppError not_found, stale_version. */
export async function editCalendarExceptions(
  pool: Pool,
  calendar: { id: string; version: number; exceptions: readonly (DayException & { note: string })[] },
  person: Editor,
): Promise<StoredCalendar> {
  return editCalendar(pool, calendar, (client) =>
    replaceCalendarExceptions(client, calendar.id, calendar.exceptions, { personId: person.id, actor: person.login }),
  );
}

async function editCalendar(
  pool: Pool,
  { id, version }: { id: string; version: number },
  change: (client: pg.PoolClient) => Promise<void>,
): Promise<StoredCalendar> {
  return inTransaction(pool, async (client) => {
    const claimed = await claimCalendarVersion(client, id, version);
    if (claimed) await change(client);
    const [calendar] = await readCalendars(client, [id]);
    if (!calendar) throw new AppError("not_found", "There is no such calendar");
    if (claimed) return calendar;
    throw new AppError("stale_version", "Somebody changed these hours meanwhile", {
      it: "L'orario è stato modificato da un'altra persona nel frattempo.",
      insteadIt: "Ricaricare l'orario e ripetere la modifica.",
      extra: { currentVersion: calendar.version },
    });
  });
}

function refuseOverlap(hours: readonly WeeklyHours[]): void {
  const sorted = [...hours].sort((a, b) => a.weekday - b.weekday || a.opens.localeCompare(b.opens));
  const clash = sorted.find((line, at) => {
    const before = sorted[at - 1];
    return before !== undefined && before.weekday === line.weekday && before.closes > line.opens;
  });
  if (!clash) return;
  throw new AppError("rule_violated", "Two lines of one weekday overlap", {
    rule: "REQ 1.1",
    it: "Due fasce orarie dello stesso giorno si sovrappongono.",
    extra: { weekday: clash.weekday, opens: clash.opens },
  });
}
