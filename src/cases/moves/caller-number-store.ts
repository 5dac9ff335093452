import type { Queryable } from "../../database/pool.ts";

/**
 * Erases the caller's number from everything that the case's calls left here: contacts, calls, call events, offers
 * shown on desks (REQ 2, anonymous grievance). Asterisk's calls.csv has no numbers, and
 * parachute.csv loses them when it is imported, so nothing outside is left. A mark keeps late writers from putting
 * it back.
 */
export async function eraseCallerNumber(db: Queryable, caseId: string): Promise<number> {
  const { rows: calls } = await db.query(
    `update calls c set caller_e164 = null, caller_raw = null, caller_name = null, number_erased_at = clock_timestamp(),
      -- Where we called the citizen.
      called_number = case c.direction when 'outbound' then null else c.called_number end
    from contact_cases kc join contacts k on k.id = kc.contact_id
    where kc.case_id = $1 and c.id = k.call_id returning c.id, c.started_at`,
    [caseId],
  );
  await db.query(
    `update contacts k set caller_e164 = null, number_erased_at = clock_timestamp()
    from contact_cases kc where kc.case_id = $1 and k.id = kc.contact_id`,
    [caseId],
  );
  for (const call of calls) await eraseTraces(db, call.id, call.started_at);
  return calls.length;
}

async function eraseTraces(db: Queryable, callId: string, startedAt: Date): Promise<void> {
  await db.query(
    `update call_events set data = data - '{caller,callerE164,callerRaw,callerName,number,from}'::text[]
    where call_id = $1 and data ?| '{caller,callerE164,callerRaw,callerName,number,from}'`,
    [callId],
  );
  // Only the desks where this call rang, and only since it came in: both by index.
  await db.query(
    `update desk_events d set payload = jsonb_set(d.payload - '{citizens,recentCases}'::text[], '{caller}',
      '{"e164": null, "name": null}')
    where d.created_at >= $2 and d.person_id in (select person_id from offers where call_id = $1)
      and d.payload ->> 'callId' = $1::text and d.payload ? 'caller'`,
    [callId, startedAt],
  );
}
