import type { Queryable } from "../database/pool.ts";
import type { Calendar } from "../ivr/hours/opening-hours.ts";
import { readCalendars } from "../ivr/hours/opening-hours-store.ts";
import type { EntryKind, NumberFacts, VoicemailPolicy } from "./directory.ts";

export type DirectoryEntry = NumberFacts & {
  id: string;
  agencyId: string;
  agencyName: string;
  kind: EntryKind;
  name: string;
  role: string;
  officeName: string;
  account: string | null;
  voicemailPolicy: VoicemailPolicy;
  calendarId: string | null;
  version: number;
};

/** Select list of an entry `e` with its agency `a`. */
export const entryColumns = `e.id, e.agency_id as "agencyId", a.short_name as "agencyName", e.kind, e.name, e.role,
  e.office as "officeName", e.phone, e.extension, e.account, e.disclosable, e.fallback_phone as "fallbackPhone",
  (select jsonb_build_object('phone', o.phone, 'extension', o.extension, 'disclosable', o.disclosable)
    from directory_entries o where o.id = e.office_entry_id and o.disabled_at is null) as office,
  e.voicemail_policy as "voicemailPolicy", e.calendar_id as "calendarId", e.version`;

/** Entries in use of agencies that subscribe (REQ 7.1). */
export const inDirectory = "e.disabled_at is null and a.switchboard and a.disabled_at is null";

export async function readEntry(db: Queryable, id: string): Promise<DirectoryEntry | null> {
  const { rows } = await db.query<DirectoryEntry>(
    `select ${entryColumns} from directory_entries e join agencies a on a.id = e.agency_id
      where e.id = $1 and ${inDirectory}`,
    [id],
  );
  return rows[0] ?? null;
}

/** By name, after the entry where the last page ended. */
export async function listEntries(
  db: Queryable,
  page: { agencyId: string | null; after: string | null; limit: number },
): Promise<DirectoryEntry[]> {
  const { rows } = await db.query<DirectoryEntry>(
    `select ${entryColumns} from directory_entries e join agencies a on a.id = e.agency_id
      where ${inDirectory} and ($1::uuid is null or e.agency_id = $1)
        and ($2::uuid is null or (e.name, e.id) > (select name, id from directory_entries where id = $2))
      order by e.name, e.id limit $3`,
    [page.agencyId, page.after, page.limit],
  );
  return rows;
}

/** Whether the agency subscribes; null when there is no such agency. */
export async function subscribes(db: Queryable, agencyId: string): Promise<boolean | null> {
  const { rows } = await db.query<{ subscribes: boolean }>(
    "select switchboard and disabled_at is null as subscribes from agencies where id = $1",
    [agencyId],
  );
  return rows[0]?.subscribes ?? null;
}

export async function calendarsOfEntries(
  db: Queryable,
  entries: readonly Pick<DirectoryEntry, "calendarId">[],
): Promise<Map<string, Calendar>> {
  const ids = [...new Set(entries.flatMap((entry) => (entry.calendarId === null ? [] : [entry.calendarId])))];
  const calendars = ids.length === 0 ? [] : await readCalendars(db, ids);
  return new Map(calendars.map((calendar) => [calendar.id, calendar]));
}
