import { randomUUID } from "node:crypto";
import { createPool } from "../../src/database/pool.ts";
import { silentLogger } from "../../src/log.ts";
import { makeReport } from "../../src/reports/make-report.ts";
import type { CaseWorld, TestService } from "./cases.ts";
import type { TestDatabase } from "./database.ts";

export type PastCall = {
  /** When it arrived. */
  at: string;
  service: TestService;
  /** Seconds in the queue before the answer; null: nobody answered. */
  wait: number | null;
  reason?: string;
  status?: string;
  request?: string;
  switchboard?: boolean;
  missing?: object;
};

/** A call that is over, with its contact and its case, closed two minutes later. */
export async function pastCall({ pool, anna }: CaseWorld, past: PastCall): Promise<{ callId: string; caseId: string }> {
  const { service, wait, status = "resolved_l1", reason = "information" } = past;
  const ids = { callId: randomUUID(), caseId: randomUUID(), contactId: randomUUID() };
  const answered = wait !== null;
  const cancelled = status === "cancelled";
  await pool.query(
    `with c as (
      insert into calls (id, agency_id, state, started_at, queued_at, talk_at, ended_at, outcome, person_id)
      values ($1, $4, 'ended', $5, $5::timestamptz + interval '10 s',
        case when $6 then $5::timestamptz + interval '10 s' + $7 * interval '1 s' end,
        $5::timestamptz + interval '2 min', case when $6 then 'answered' else 'abandoned_queue' end, $8)
    ), k as (
      insert into contacts (id, call_id, direction, channel, created_at) values ($3, $1, 'inbound', 'phone', $5)
    ), s as (
      insert into cases (id, opened_by_call_id, status, attribute, cancel_reason, reason, switchboard, agency_id,
        department_id, service_id, profile, office_id, request, answer, note, missing_knowledge, opened_at, closed_at)
      values ($2, $1, $9, case when $9 = 'resolved_l1' then 'communicated' end, case when $9 = 'cancelled' then 'abandoned' end,
        $10, $11, $4, case when not $11 then $12::uuid end, case when not $11 then $13::uuid end,
        case when not $11 then 'base' end, case when not $11 then $14::uuid end, $15, 'Così', 'Nota', $16, $5,
        $5::timestamptz + interval '2 min')
    )
    insert into contact_cases (contact_id, case_id) values ($3, $2)`,
    [
      ...[
        ids.callId,
        ids.caseId,
        ids.contactId,
        service.agencyId,
        past.at,
        answered,
        wait ?? 0,
        answered ? anna.id : null,
      ],
      ...[
        status,
        cancelled ? null : reason,
        past.switchboard ?? false,
        service.departmentId,
        service.id,
        service.officeId,
      ],
      ...[past.request ?? "Come?", past.missing ?? null],
    ],
  );
  return ids;
}

/** As a copy makes it: with the long statements' pool. */
export async function makeNow({ url }: TestDatabase, reportId: string, now = new Date()): Promise<boolean> {
  const pool = createPool(url, "reports", 2, silentLogger);
  try {
    return await makeReport({ pool, clock: { now: () => now }, log: silentLogger }, reportId);
  } finally {
    await pool.end();
  }
}
