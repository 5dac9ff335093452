import type { Queryable } from "../../database/pool.ts";
import type { ReportKind } from "../report.ts";

const addJob = `graphile_worker.add_job('send_report', json_build_object('deliveryId', id),
  job_key := 'send-report:' || id, run_at := due_at, max_attempts := 3)`;

/**
 * The post of a made report, in the transaction that makes it: each office its own copy, the agency (its address for
 * reports, else its referents) or the supervisors the whole. Who has no address gets a row that says so.
 */
export async function addressReport(db: Queryable, reportId: string): Promise<void> {
  await db.query(
    `with r as (select * from reports where id = $1), wanted as (
      select 'office' as recipient, o.id as office_id, o.email::text as address
      from offices o where o.id in (select f.office_id from report_files f where f.report_id = $1)
      union
      select 'agency', null, coalesce(a.report_email, p.email)::text
      from r join agencies a on a.id = r.agency_id
        left join person_roles l on a.report_email is null and l.agency_id = a.id and l.role = 'agency_referent'
        left join people p on p.id = l.person_id and p.disabled_at is null
      union
      select 'centre', null, p.email::text
      from r left join person_roles l on l.role = 'supervisor'
        left join people p on p.id = l.person_id and p.disabled_at is null
      where r.agency_id is null
    ), told as (
      select * from wanted w where address is not null
      union all
      select distinct w.recipient, w.office_id, null from wanted w where not exists (select from wanted x
        where x.recipient = w.recipient and x.office_id is not distinct from w.office_id and x.address is not null)
    ), made as (
      insert into report_deliveries (report_id, recipient, office_id, to_address, state, ended_at)
      select $1, recipient, office_id, address, case when address is null then 'no_address' else 'queued' end,
        case when address is null then clock_timestamp() end
      from told returning id, state, due_at)
    select ${addJob} from made where state = 'queued'`,
    [reportId],
  );
}

export type ReportDelivery = {
  id: string;
  claimId: string;
  reportId: string;
  officeId: string | null;
  toAddress: string;
  attempts: number;
  kind: ReportKind;
  firstDay: string;
  lastDay: string;
  agencyName: string | null;
  officeName: string | null;
};

/** Takes a due delivery for one try at the mail server; the claim commits before the server is asked. */
export async function claimDelivery(db: Queryable, id: string, claimMs: number): Promise<ReportDelivery | null> {
  const { rows } = await db.query<ReportDelivery>(
    `update report_deliveries d set state = 'sending', claim_id = uuidv7(), attempts = d.attempts + 1,
      claimed_until = clock_timestamp() + $2 * interval '1 millisecond'
    from reports r
    where d.id = $1 and r.id = d.report_id and d.state = 'queued' and d.due_at <= clock_timestamp()
    returning d.id, d.claim_id as "claimId", d.report_id as "reportId", d.office_id as "officeId",
      d.to_address as "toAddress", d.attempts, r.kind, to_char(r.first_day, 'YYYY-MM-DD') as "firstDay",
      to_char(r.last_day, 'YYYY-MM-DD') as "lastDay", (select name from agencies a where a.id = r.agency_id) as "agencyName",
      (select name from offices o where o.id = d.office_id) as "officeName"`,
    [id, claimMs],
  );
  return rows[0] ?? null;
}

export type FileToSend = { id: string; name: string; mediaType: string; sizeBytes: number; sha256: string };

/** The copy that goes to this recipient, without its bytes. */
export async function filesToSend(db: Queryable, delivery: ReportDelivery): Promise<FileToSend[]> {
  const { rows } = await db.query<FileToSend>(
    `select id, name, media_type as "mediaType", size_bytes as "sizeBytes", sha256 from report_files
    where report_id = $1 and office_id is not distinct from $2 order by format desc`,
    [delivery.reportId, delivery.officeId],
  );
  return rows;
}

export type DeliveryEnd =
  | { state: "sent"; providerId: string; receipt: string | null; sentFiles: string[] }
  | { state: "queued"; retryMs: number; code: string; detail: string }
  | { state: "failed" | "unknown"; code: string; detail: string };

/** What the mail server said, if the claim still holds. */
export async function settleDelivery(
  db: Queryable,
  { id, claimId }: Pick<ReportDelivery, "id" | "claimId">,
  end: DeliveryEnd,
): Promise<void> {
  const sent = end.state === "sent" ? end : null;
  const trouble = end.state === "sent" ? null : end;
  await db.query(
    `with d as (
      update report_deliveries set state = $3, claim_id = null, claimed_until = null, provider_id = $4, receipt = left($5, 500),
        sent_files = $6, error_code = left($7, 20), error_detail = left($8, 500),
        sent_at = case when $3 = 'sent' then clock_timestamp() end,
        ended_at = case when $3 in ('sent', 'failed') then clock_timestamp() end,
        due_at = clock_timestamp() + $9 * interval '1 millisecond'
      where id = $1 and claim_id = $2 and state = 'sending' returning id, state, due_at)
    select ${addJob} from d where state = 'queued'`,
    [
      ...[id, claimId, end.state, sent?.providerId ?? null, sent?.receipt ?? null, sent?.sentFiles ?? null],
      ...[trouble?.code ?? null, trouble?.detail ?? null, end.state === "queued" ? end.retryMs : 0],
    ],
  );
}

/** A returned notice about a report's mail (the mark is the delivery's id); false: the mark is not of a report. */
export async function returnDelivery(db: Queryable, id: string, code: string, detail: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update report_deliveries set state = 'undelivered', error_code = left($2, 20), error_detail = left($3, 500),
      ended_at = clock_timestamp()
    where id = $1 and state in ('sent', 'undelivered')`,
    [id, code, detail],
  );
  return rowCount === 1;
}

/** Sends again on a supervisor's word: what failed, came back, or has an unknown outcome; to the address of now. */
export async function requeueDelivery(db: Queryable, reportId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with d as (
      update report_deliveries d set state = 'queued', attempts = 0, due_at = clock_timestamp(), ended_at = null,
        sent_at = null, provider_id = null, receipt = null, sent_files = null, to_address = n.address
      from (select x.id, coalesce(case x.recipient when 'office' then (select email from offices where id = x.office_id)
          when 'agency' then (select a.report_email from agencies a join reports r on r.agency_id = a.id
            where r.id = x.report_id) end, x.to_address) as address
        from report_deliveries x where x.id = $2 and x.report_id = $1) n
      where d.id = n.id and n.address is not null and d.state in ('failed', 'undelivered', 'unknown', 'no_address')
      returning d.id, d.due_at)
    select ${addJob} from d`,
    [reportId, id],
  );
  return rowCount === 1;
}

/** Claims that ran out without a word: nobody knows what the server did, and no program sends again. */
export async function sweepDeliveries(db: Queryable): Promise<void> {
  await db.query(
    `update report_deliveries set state = 'unknown', claim_id = null, claimed_until = null, error_code = 'unknown',
      error_detail = 'interrupted while the mail server was asked'
    where state = 'sending' and claimed_until < clock_timestamp()`,
  );
  await db.query(
    `select ${addJob} from report_deliveries d where state = 'queued' and due_at < clock_timestamp() - interval '10 seconds'
      and not exists (select from graphile_worker.jobs j where j.key = 'send-report:' || d.id and j.locked_at is null)`,
  );
}
