import type { SessionData } from "express-session";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";

/** SQL that tells whether the person is bound to the desk: a call, or waiting for one, counts as being here. */
const atWork = `coalesce(o.system in ('ringing', 'on_call', 'wrap_up'), false)`;
const waiting = `coalesce(o.stream_lost_at is null and (o.chosen = 'available' and o.system = 'idle'
  or exists (select from seats x where x.id = o.seat_id and x.kind = 'office')), false)`;

export type SessionPerson = SignedInPerson & {
  signedInAt: Date;
  /** Ringing, talking or in wrap-up: never cut by expiry (FAULTS S7). */
  atWork: boolean;
};

/**
 * The person of a session with roles as they are now (none until a password that others know was changed; not that of
 * an administrator until the second factor was given, where it is required), and, when it is in use, the idle limit
 * moved on (at most once a minute, to write little). Null when the session is over or the person was disabled.
 */
export async function sessionPerson(
  pool: Pool,
  sid: string,
  idleMinutes: number,
  inUse: boolean,
  secondFactorRequired: boolean,
): Promise<SessionPerson | null> {
  const result = await pool.query<SessionPerson>({
    name: "session-person",
    text: `
      with used as (
        update sessions set expire = now() + make_interval(mins => $2)
        where $3 and sid = $1 and expire between now() and now() + make_interval(mins => $2 - 1)
      )
      select p.id, p.login::text as login, p.display_name as "displayName", p.language,
        to_timestamp((s.sess ->> 'signedInAt')::float8 / 1000) as "signedInAt", ${atWork} as "atWork",
        coalesce((select jsonb_agg(jsonb_build_object('role', r.role, 'agencyId', r.agency_id))
          from person_roles r where r.person_id = p.id and not p.must_change_password
            and (r.role <> 'administrator' or not $4 or s.sess ->> 'secondFactor' = 'true')), '[]') as roles,
        array_remove(array[case when p.must_change_password then 'change_password' end,
          case when $4 and s.sess ->> 'secondFactor' is distinct from 'true' and exists (select from person_roles r
            where r.person_id = p.id and r.role = 'administrator') then 'second_factor' end], null) as pending,
        array(select office_id from office_people f where f.person_id = p.id) as "officeIds",
        array(select service_id from referent_services v where v.person_id = p.id) as "serviceIds"
      from sessions s join people p on p.id = s.person_id left join operators o on o.person_id = p.id
      where s.sid = $1 and s.expire > now() and p.disabled_at is null`,
    values: [sid, idleMinutes, inUse, secondFactorRequired],
  });
  return result.rows[0] ?? null;
}

/**
 * Which of these sessions of open desks are still good: without any role nobody has a desk. A desk with a call, or
 * available for one, keeps its session from idling out; the absolute limit holds for all but those with a call.
 */
export async function liveSessions(
  pool: Pool,
  sids: string[],
  limits: { idleMinutes: number; absoluteHours: number },
): Promise<Set<string>> {
  const result = await pool.query<{ sid: string }>({
    name: "live-sessions",
    text: `
      with kept as (
        update sessions s set expire = now() + make_interval(mins => $2) from operators o
        where o.person_id = s.person_id and s.sid = any($1) and (${atWork} or ${waiting})
          and s.expire < now() + make_interval(mins => $2 - 1)
        returning s.sid
      )
      select s.sid from sessions s join people p on p.id = s.person_id left join operators o on o.person_id = p.id
      where s.sid = any($1) and p.disabled_at is null and exists (select from person_roles r where r.person_id = p.id)
        and (s.expire > now() or s.sid in (select sid from kept))
        and (${atWork} or to_timestamp((s.sess ->> 'signedInAt')::float8 / 1000) > now() - make_interval(hours => $3))`,
    values: [sids, limits.idleMinutes, limits.absoluteHours],
  });
  return new Set(result.rows.map((row) => row.sid));
}

/** Signs a person out everywhere (password changed, account disabled, administrator's command). */
export async function endSessionsOf(db: Queryable, personId: string): Promise<number> {
  const result = await db.query("delete from sessions where person_id = $1", [personId]);
  return result.rowCount ?? 0;
}

export type OwnSession = { signedInAt: Date; lastUsedAt: Date; current: boolean };

/** Where the person is signed in, newest first (ASVS 7.5.2). */
export async function sessionsOf(db: Queryable, personId: string, sid: string, idleMinutes: number) {
  const { rows } = await db.query<OwnSession>(
    `select to_timestamp((sess ->> 'signedInAt')::float8 / 1000) as "signedInAt",
      least(expire - make_interval(mins => $3), now()) as "lastUsedAt", sid = $2 as current
    from sessions where person_id = $1 and expire > now() order by 1 desc`,
    [personId, sid, idleMinutes],
  );
  return rows;
}

/** What a session holds; null when it is over, by PostgreSQL's clock. */
export async function readSessionData(db: Queryable, sid: string): Promise<SessionData | null> {
  const text = "select sess from sessions where sid = $1 and expire > now()";
  const { rows } = await db.query<{ sess: SessionData }>({ name: "session-data", text, values: [sid] });
  return rows[0]?.sess ?? null;
}

export async function writeSessionData(db: Queryable, sid: string, data: SessionData, minutes: number): Promise<void> {
  await db.query(
    `insert into sessions (sid, sess, expire) values ($1, $2, now() + make_interval(mins => $3))
    on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire`,
    [sid, data, minutes],
  );
}

export async function deleteExpiredSessions(db: Queryable): Promise<void> {
  await db.query("delete from sessions where expire < now()");
}
