import { v7 } from "uuid";
import { citizenCandidates } from "../../src/citizens/citizen-search-store.ts";
import type { Pool } from "../../src/database/pool.ts";

/** An agency with one base and one advanced service, for pages that look one up. */
export async function layService(pool: Pool): Promise<void> {
  await pool.query(`
    with a as (insert into agencies (name, short_name) values ('Comune di prova', 'Prova') returning id),
    d as (insert into departments (agency_id, name) select id, 'Servizi al cittadino' from a returning id, agency_id),
    o as (insert into offices (agency_id, name) select id, 'Ufficio anagrafe' from a returning id)
    insert into services (agency_id, department_id, office_id, name, profile, accepts_information)
    select d.agency_id, d.id, o.id, s.name, s.profile, s.profile = 'advanced'
    from d, o, (values ('Anagrafe', 'base'), ('Residenza', 'advanced')) as s (name, profile)`);
}

/**
 * A call as the page sees it: the rows and live events that the call part writes, without a phone. Tests of the page
 * alone use it; the whole way of a call is tested on a real Asterisk.
 */
export class PageCall {
  readonly callId = v7();
  readonly caseId = v7();
  readonly offerId = v7();
  readonly personId: string;
  private readonly pool: Pool;
  private talkAt: string | null = null;

  private constructor(pool: Pool, personId: string) {
    this.pool = pool;
    this.personId = personId;
  }

  static async ring(pool: Pool, personId: string, number = "+390550012345"): Promise<PageCall> {
    const call = new PageCall(pool, personId);
    const { callId, caseId, offerId } = call;
    const contactId = v7();
    await pool.query("insert into calls (id, caller_e164, state, person_id) values ($1, $2, 'offered', $3)", [
      callId,
      number,
      personId,
    ]);
    await pool.query(
      "insert into contacts (id, call_id, direction, channel, caller_e164, person_id) values ($1, $2, 'inbound', 'phone', $3, $4)",
      [contactId, callId, number, personId],
    );
    const { rows } = await pool.query<{ number: string }>(
      "insert into cases (id, opened_by_call_id, owner_id) values ($1, $2, $3) returning number",
      [caseId, callId, personId],
    );
    await pool.query("insert into contact_cases (contact_id, case_id) values ($1, $2)", [contactId, caseId]);
    await pool.query(
      "insert into case_history (case_id, seq, actor, kind, to_status) values ($1, 1, 'system:calls', 'opened', 'draft')",
      [caseId],
    );
    await call.tell("offer", {
      offerId,
      callId,
      caseId,
      caseNumber: Number(rows[0]?.number),
      caller: { e164: number, name: null },
      language: "it",
      agencyId: null,
      choices: [{ node: "menu", key: "1", label: "Comune di prova" }],
      waitMs: 12_000,
      account: "201",
      autoAnswer: false,
      offeredAt: new Date().toISOString(),
      citizens: await citizenCandidates(pool, number),
      recentCases: [],
    });
    await call.operator("system = 'ringing', call_id = $2, wrap_up_until = null", [callId]);
    return call;
  }

  async answer(): Promise<void> {
    this.talkAt = new Date().toISOString();
    await this.pool.query("update calls set state = 'talking', talk_at = now(), answered_at = now() where id = $1", [
      this.callId,
    ]);
    await this.tellCall("talking", false);
    await this.tell("offer_ended", { offerId: this.offerId, callId: this.callId, reason: "answered" });
    await this.operator("system = 'on_call'");
  }

  async hold(): Promise<void> {
    await this.pool.query("update calls set held = true where id = $1", [this.callId]);
    await this.tellCall("talking", true);
  }

  async end(): Promise<void> {
    await this.pool.query("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1", [
      this.callId,
    ]);
    await this.tellCall("ended", false);
    await this.operator("system = 'wrap_up', wrap_up_until = now() + interval '60 seconds'");
  }

  /** Over for the desk, whatever state it was in. */
  async leave(): Promise<void> {
    await this.pool.query("update calls set state = 'ended', ended_at = now(), outcome = 'answered' where id = $1", [
      this.callId,
    ]);
    await this.operator("system = 'idle', call_id = null, wrap_up_until = null");
  }

  private tellCall(state: "talking" | "ended", held: boolean): Promise<void> {
    const endedAt = state === "ended" ? new Date().toISOString() : null;
    const { callId, talkAt } = this;
    return this.tell("call", { callId, state, held, muted: false, talkAt, endedAt, outcome: null });
  }

  private async operator(changes: string, values: unknown[] = []): Promise<void> {
    const { rows } = await this.pool.query<{ state: unknown }>(
      `update operators o set ${changes} where person_id = $1 returning operator_state_payload(o) as state`,
      [this.personId, ...values],
    );
    await this.tell("state", rows[0]?.state);
  }

  private async tell(kind: string, payload: unknown): Promise<void> {
    await this.pool.query("select append_desk_event($1, $2, $3)", [this.personId, kind, JSON.stringify(payload)]);
  }
}
