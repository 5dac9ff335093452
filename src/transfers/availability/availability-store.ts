import type { Queryable } from "../../database/pool.ts";
import { readCalendars, type StoredCalendar } from "../../ivr/hours/opening-hours-store.ts";
import type { OfficeFacts, PersonFacts, Verdict } from "./availability.ts";

type PersonJson = Omit<
  PersonFacts,
  "doNotDisturbSince" | "absentUntil" | "occupiedSince" | "idleSince" | "lastAnswer"
> & {
  doNotDisturbSince: string | null;
  absentUntil: string | null;
  occupiedSince: string | null;
  idleSince: string | null;
  lastAnswer: { outcome: string; at: string } | null;
};

/**
 * Everything the verdict on these offices needs, in one statement (two with their calendars); null means all offices in
 * use. Only who may take a transfer counts: office agents in use. A call of ours occupies whoever our rows say is in
 * it; `now` decides leave, so that hours and leave go by one clock.
 */
export async function readOfficeFacts(
  db: Queryable,
  officeIds: readonly string[] | null,
  now: Date,
): Promise<OfficeFacts[]> {
  const { rows } = await db.query<{
    officeId: string;
    name: string;
    agencyId: string;
    disabled: boolean;
    calendarId: string | null;
    version: number;
    people: PersonJson[];
  }>({
    name: "office-facts",
    text: `
      select o.id as "officeId", o.name, o.agency_id as "agencyId", o.disabled_at is not null as disabled,
        o.calendar_id as "calendarId", o.version, coalesce(m.people, '[]') as people
      from offices o
      left join lateral (
        select jsonb_agg(jsonb_build_object('personId', p.id, 'name', p.display_name,
          'account', s.number || case d.phone when 'web' then '-web' else '' end,
          'pageOpen', d.person_id is not null and d.stream_lost_at is null, 'registered', coalesce(c.online, false),
          'doNotDisturbSince', d.do_not_disturb_since, 'absentUntil', b.ends_at,
          'occupied', case when coalesce(l.since, t.since) is not null or d.system in ('ringing', 'on_call') then 'call'
            when d.system = 'wrap_up' then 'wrap_up' end,
          'occupiedSince', case when coalesce(l.since, t.since) is not null then least(l.since, t.since)
            when d.system <> 'idle' then (select max(at) from operator_state_log g where g.person_id = p.id) end,
          'idleSince', d.idle_since,
          'lastAnswer', (select jsonb_build_object('outcome', w.outcome, 'at', w.at) from office_answers w
            where w.person_id = p.id order by w.at desc limit 1)) order by p.id) as people
        from office_people k join people p on p.id = k.person_id and p.disabled_at is null
        left join operators d on d.person_id = p.id
        left join seats s on s.id = d.seat_id and s.kind = 'office' and s.disabled_at is null
          and d.signed_in_at is not null
        left join seat_contacts c on c.account = s.number || case d.phone when 'web' then '-web' else '' end
        left join person_absences b on b.person_id = p.id and b.starts_at <= $2 and b.ends_at > $2
        left join lateral (select coalesce(talk_at, started_at) as since from calls
          where person_id = p.id and state in ('offered', 'talking') limit 1) l on true
        left join lateral (select created_at as since from transfers
          where person_id = p.id and state <> 'ended' limit 1) t on true
        where k.office_id = o.id and exists (select from person_roles r where r.person_id = p.id
          and r.role = 'office_agent' and (r.agency_id is null or r.agency_id = o.agency_id))
      ) m on true
      where case when $1::uuid[] is null then o.disabled_at is null and not o.is_rejects_desk
        else o.id = any($1) end
      order by o.name, o.id`,
    values: [officeIds, now],
  });
  const calendars = await calendarsOf(db, rows);
  return rows.map(({ calendarId, version, people, ...office }) => {
    const calendar = calendarId === null ? null : (calendars.get(calendarId) ?? null);
    const hoursVersion = calendar ? `${calendar.id} ${calendar.version} ${version}` : "";
    return { ...office, calendar, hoursVersion, people: people.map(withDates) };
  });
}

async function calendarsOf(
  db: Queryable,
  rows: readonly { calendarId: string | null }[],
): Promise<Map<string, StoredCalendar>> {
  const ids = [...new Set(rows.flatMap((row) => (row.calendarId === null ? [] : [row.calendarId])))];
  const calendars = ids.length === 0 ? [] : await readCalendars(db, ids);
  return new Map(calendars.map((calendar) => [calendar.id, calendar]));
}

function withDates(person: PersonJson): PersonFacts {
  const date = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...person,
    doNotDisturbSince: date(person.doNotDisturbSince),
    absentUntil: date(person.absentUntil),
    occupiedSince: date(person.occupiedSince),
    idleSince: date(person.idleSince),
    lastAnswer: person.lastAnswer && { ...person.lastAnswer, at: new Date(person.lastAnswer.at) },
  };
}

/** How the last calls passed to the office ended, newest first. */
export async function lastOfficeAnswers(
  db: Queryable,
  officeId: string,
  limit: number,
): Promise<{ outcome: OfficeAnswer; personName: string | null; at: Date }[]> {
  const { rows } = await db.query(
    `select w.outcome, p.display_name as "personName", w.at from office_answers w
      left join people p on p.id = w.person_id where w.office_id = $1 order by w.at desc limit $2`,
    [officeId, limit],
  );
  return rows;
}

export const officeAnswers = [
  "answered",
  "no_answer",
  "busy",
  "refused",
  "unreachable",
  "voicemail",
  "caller_left",
] as const;
export type OfficeAnswer = (typeof officeAnswers)[number];

/** For whoever rings an office: how it ended, so that the next check knows. */
export async function noteOfficeAnswer(
  db: Queryable,
  answer: { officeId: string; personId: string | null; callId: string; outcome: OfficeAnswer },
): Promise<void> {
  await db.query("insert into office_answers (office_id, person_id, call_id, outcome) values ($1, $2, $3, $4)", [
    answer.officeId,
    answer.personId,
    answer.callId,
    answer.outcome,
  ]);
}

export type ServiceOffice = {
  serviceId: string;
  officeId: string;
  acceptsInformation: boolean;
};

/** The one competent office of a service in use (REQ 0); null when there is no such service. */
export async function officeOfService(db: Queryable, serviceId: string): Promise<ServiceOffice | null> {
  const { rows } = await db.query<ServiceOffice>(
    `select id as "serviceId", office_id as "officeId", accepts_information as "acceptsInformation" from services
      where id = $1 and disabled_at is null`,
    [serviceId],
  );
  return rows[0] ?? null;
}

export type CheckedCall = {
  caseId: string;
  serviceId: string | null;
  /** Competent for the case's service. */
  officeId: string | null;
  acceptsInformation: boolean;
  switchboard: boolean;
};

/**
 * The case of this operator's live call on which a check is logged, locked: the one named, else the one the call
 * opened. Null when the call is not this operator's now, or the case does not belong to it.
 */
export async function lockCheckedCase(
  db: Queryable,
  callId: string,
  operatorId: string,
  caseId: string | null,
): Promise<CheckedCall | null> {
  const { rows } = await db.query<CheckedCall>(
    `select s.id as "caseId", s.service_id as "serviceId", v.office_id as "officeId",
        coalesce(v.accepts_information, false) as "acceptsInformation", s.switchboard
      from calls c join contacts k on k.call_id = c.id join contact_cases kc on kc.contact_id = k.id
      join cases s on s.id = kc.case_id left join services v on v.id = s.service_id
      where c.id = $1 and c.person_id = $2 and c.state = 'talking'
        and case when $3::uuid is null then s.opened_by_call_id = c.id else s.id = $3 end
      for no key update of s`,
    [callId, operatorId, caseId],
  );
  return rows[0] ?? null;
}

export type NewCheck = {
  callId: string;
  caseId: string;
  officeId: string;
  serviceId: string | null;
  personId: string | null;
  account: string | null;
  askedById: string;
  verdict: Verdict;
  evidence: unknown;
};

export async function insertCheck(
  db: Queryable,
  check: NewCheck,
): Promise<{ id: string; madeAt: Date; expiresAt: Date }> {
  const { rows } = await db.query(
    `insert into availability_checks (call_id, case_id, office_id, service_id, person_id, account, asked_by_id, verdict,
        evidence)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id, made_at as "madeAt", expires_at as "expiresAt"`,
    [
      check.callId,
      check.caseId,
      check.officeId,
      check.serviceId,
      check.personId,
      check.account,
      check.askedById,
      check.verdict,
      JSON.stringify(check.evidence),
    ],
  );
  return rows[0]!;
}

export type StoredCheck = {
  id: string;
  caseId: string;
  officeId: string;
  serviceId: string | null;
  personId: string | null;
  account: string | null;
  verdict: Verdict;
  madeAt: Date;
  /** On PostgreSQL's clock, the one all copies share. */
  ageSeconds: number;
};

/** A check of this office in this call; null for any other. */
export async function readCheck(
  db: Queryable,
  checkId: string,
  officeId: string,
  callId: string,
): Promise<StoredCheck | null> {
  const { rows } = await db.query<StoredCheck>(
    `select id, case_id as "caseId", office_id as "officeId", service_id as "serviceId", person_id as "personId",
        account, verdict, made_at as "madeAt",
        extract(epoch from clock_timestamp() - made_at)::float8 as "ageSeconds"
      from availability_checks where id = $1 and office_id = $2 and call_id = $3`,
    [checkId, officeId, callId],
  );
  return rows[0] ?? null;
}

/** False while no operator talks: then nobody waits for an office. */
export async function isAnybodyTalking(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ talking: boolean }>({
    name: "anybody-talking",
    text: "select exists (select from calls where state = 'talking') as talking",
  });
  return rows[0]?.talking ?? false;
}

/**
 * Writes the verdicts that differ from the last told ones and tells them to the operators whose case belongs to that
 * office, or who asked about it in the call they have. One statement; another copy that is at it wins. The answer is
 * how many offices changed.
 */
export async function tellVerdicts(
  db: Queryable,
  verdictsNow: readonly { officeId: string; verdict: Verdict; payload: Record<string, unknown> }[],
): Promise<number> {
  const { rows } = await db.query<{ changed: number }>({
    name: "tell-verdicts",
    text: `
      with changed as (
        insert into office_verdicts as v (office_id, verdict, payload)
        select "officeId", verdict, payload from jsonb_to_recordset($1) as n ("officeId" uuid, verdict text, payload jsonb)
          order by "officeId"
        on conflict (office_id) do update set verdict = excluded.verdict, payload = excluded.payload,
          changed_at = clock_timestamp() where v.payload <> excluded.payload
        returning office_id, payload
      ), asking as (
        select distinct c.person_id, h.office_id, h.payload from changed h
        join calls c on c.state = 'talking' and c.person_id is not null
        where exists (select from availability_checks k where k.call_id = c.id and k.office_id = h.office_id)
          or exists (select from contacts k join contact_cases kc on kc.contact_id = k.id
            join cases s on s.id = kc.case_id join services v on v.id = s.service_id
            where k.call_id = c.id and v.office_id = h.office_id)
      ), told as (
        select append_desk_event(person_id, 'office', payload) from (
          select * from asking order by person_id, office_id offset 0) a
      )
      select (select count(*) from changed) as changed, (select count(*) from told) as told`,
    values: [JSON.stringify(verdictsNow)],
  });
  return rows[0]?.changed ?? 0;
}
