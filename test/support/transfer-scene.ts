import type { Centre, TestOperator } from "./centre.ts";
import { type PhoneCall, SipPhone } from "./sip-phone.ts";
import { testPerson } from "./web.ts";

export type TestOffice = {
  id: string;
  serviceId: string;
  agencyId: string;
  departmentId: string;
  personId: string;
  seat: string;
  phone: SipPhone;
};

let count = 0;

/** An office with one person at a registered phone; its service takes information (advanced). */
export async function testOffice(centre: Centre, seat: string, tone: number): Promise<TestOffice> {
  const { pool } = centre;
  const one = async (sql: string, values: unknown[]): Promise<string> =>
    (await pool.query<{ id: string }>(`${sql} returning id`, values)).rows[0]?.id ?? "";
  const name = `Ufficio ${++count}`;
  const agencyId = await one("insert into agencies (name, short_name, switchboard) values ($1, $1, true)", [name]);
  const departmentId = await one("insert into departments (agency_id, name) values ($1, 'Servizi')", [agencyId]);
  const id = await one("insert into offices (agency_id, name) values ($1, $2)", [agencyId, name]);
  const serviceId = await one(
    `insert into services (agency_id, department_id, office_id, name, profile, accepts_information, accepts_complaints)
    values ($1, $2, $3, 'Carta d''identità', 'advanced', true, true)`,
    [agencyId, departmentId, id],
  );
  const personId = await testPerson(pool, `office${seat}`, "office_agent");
  await pool.query("insert into office_people (office_id, person_id) values ($1, $2)", [id, personId]);
  const seatId = await one(
    "insert into seats (number, kind, sip_password, web_password) values ($1, 'office', 'sip-secret', 'web-secret')",
    [seat],
  );
  await pool.query(
    "insert into operators (person_id, seat_id, signed_in_at, stream_lost_at) values ($1, $2, now(), null)",
    [personId, seatId],
  );
  await pool.query("select pg_notify('phones', '')");
  const office = { id, serviceId, agencyId, departmentId, personId, seat, phone: await registered(centre, seat, tone) };
  centre.citizens.push(office.phone);
  return office;
}

/** The account reaches Asterisk a moment after the seat's row. */
export async function registered(centre: Centre, seat: string, tone: number): Promise<SipPhone> {
  for (let tries = 0; ; tries++) {
    const account = { user: seat, password: "sip-secret" };
    const phone = new SipPhone({ server: centre.asterisk.sip, account, tone });
    try {
      await phone.open();
      return phone;
    } catch (error) {
      phone.vanish();
      if (tries > 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }
}

export type Talk = {
  centre: Centre;
  operator: TestOperator;
  office: TestOffice;
  citizen: PhoneCall & { phone: SipPhone };
  /** The operator's side of the talk. */
  desk: PhoneCall;
  callId: string;
  caseId: string;
};

/** A citizen (600 Hz) talks with the operator; the draft is ready to become Trasferito. */
export async function talkReady(centre: Centre, operator: TestOperator, office: TestOffice): Promise<Talk> {
  await operator.phone.settled();
  const before = operator.phone.invited.length;
  await centre.rows(
    "select from operators where person_id = $1 and system in ('idle', 'wrap_up', 'not_answering')",
    (rows) => rows.length === 1,
    10_000,
    [operator.personId],
  );
  await operator.client.call("POST", "/me/wrap-up/end");
  await operator.available();
  const phone = await centre.citizen(600);
  const from = `05501${String(++count).padStart(5, "0")}`;
  const citizen = Object.assign(await phone.dial("055055", from, "Mario Rossi"), { phone });
  const desk = await operator.rings(before + 1);
  operator.phone.answer(desk);
  const [row] = await centre.rows<{ id: string; case_id: string }>(
    `select c.id, s.id as case_id from calls c join cases s on s.opened_by_call_id = c.id
    where c.state = 'talking' and c.caller_e164 = $1`,
    (rows) => rows.length === 1,
    10_000,
    [`+39${from}`],
  );
  await citizen.until("answered");
  const talk = { centre, operator, office, citizen, desk, callId: row?.id ?? "", caseId: row?.case_id ?? "" };
  await centre.pool.query(
    `update cases set reason = 'information', information_kinds = '{how}', request = 'Rinnovo', agency_id = $2,
      department_id = $3, service_id = $4, version = version + 1 where id = $1`,
    [talk.caseId, office.agencyId, office.departmentId, office.serviceId],
  );
  return talk;
}

/** A positive check made `ageSeconds` ago. */
export async function checked(talk: Talk, ageSeconds = 1): Promise<string> {
  const { rows } = await talk.centre.pool.query<{ id: string }>(
    `insert into availability_checks (call_id, case_id, office_id, service_id, person_id, account, asked_by_id, verdict,
      evidence, made_at)
    values ($1, $2, $3, $4, $5, $6, $7, 'free', '{}', now() - make_interval(secs => $8)) returning id`,
    [
      ...[talk.callId, talk.caseId, talk.office.id, talk.office.serviceId, talk.office.personId, talk.office.seat],
      ...[talk.operator.personId, ageSeconds],
    ],
  );
  return rows[0]?.id ?? "";
}

/** The case as the switchboard registers it, and an entry of the directory that is the office's phone. */
export async function switchboardCase(
  talk: Talk,
  policy: "press_one" | "detect" | "trust",
  changes: { account?: string | null; phone?: string; disclosable?: boolean } = {},
): Promise<{ entryId: string; caseId: string }> {
  const { pool } = talk.centre;
  await pool.query(
    `update cases set switchboard = true, department_id = null, service_id = null, note = 'Cerca Anna Bianchi',
      version = version + 1 where id = $1`,
    [talk.caseId],
  );
  const { account = talk.office.seat, phone = "+39055276111", disclosable = true } = changes;
  const { rows } = await pool.query<{ id: string }>(
    `insert into directory_entries (agency_id, external_id, kind, name, phone, account, disclosable, voicemail_policy)
    values ($1, uuidv7()::text, 'person', 'Anna Bianchi', $2, $3, $4, $5) returning id`,
    [talk.office.agencyId, phone, account, disclosable, policy],
  );
  return { entryId: rows[0]?.id ?? "", caseId: talk.caseId };
}

/** The operator's command about the call; the HTTP status and body. */
export async function command(talk: Talk, name: string, body?: unknown) {
  return talk.operator.client.call("POST", `/calls/${talk.callId}/${name}`, body);
}

/** Starts a consultation or a contextual transfer with a fresh check; resolves when the office's phone has rung. */
export async function ringOffice(talk: Talk, kind: "consult" | "transfer"): Promise<PhoneCall> {
  const before = talk.office.phone.invited.length;
  const answer = await command(talk, kind, { officeId: talk.office.id, checkId: await checked(talk) });
  if (answer.status !== 202) throw new Error(`${kind}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return talk.office.phone.nextInvite(before);
}

export async function transferState(talk: Talk, state: string, result: string | null = null): Promise<void> {
  const sql = `select state, result, cause from transfers where call_id = $1 order by created_at desc limit 1`;
  await talk.centre.rows<{ state: string; result: string | null }>(
    sql,
    (rows) => rows[0]?.state === state && (result === null || rows[0]?.result === result),
    30_000,
    [talk.callId],
  );
}

/** Who hears whom now: after a second each listed pair hears the other's tone, nobody else's. */
export async function hearEachOther(a: PhoneCall, b: PhoneCall, toneA: number, toneB: number): Promise<void> {
  const deadline = performance.now() + 8_000;
  // What was heard before proves nothing.
  for (const phone of [a, b]) phone.rtp.forgetHeard();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [atA, atB] = [a.rtp.heard(toneB), b.rtp.heard(toneA)];
    if (atA > 0.5 && atB > 0.5) return;
    if (performance.now() > deadline)
      throw new Error(`they do not hear each other: ${atA.toFixed(2)} ${atB.toFixed(2)}`);
  }
}

export async function nothingLeft(centre: Centre): Promise<void> {
  await centre.rows("select id, state from calls where state <> 'ended'", (rows) => rows.length === 0);
  const deadline = performance.now() + 5_000;
  for (;;) {
    const channels = await centre.ari<{ name: string }[]>("channels");
    const bridges = (await centre.ari<{ id: string; bridge_type: string }[]>("bridges")).filter(
      (bridge) => !/^055055-wait-/.test(bridge.id),
    );
    if (channels.length === 0 && bridges.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`left: ${[...channels.map((one) => one.name), ...bridges.map((one) => one.id)].join(" ")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
