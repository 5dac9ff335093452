import type { Queryable } from "../database/pool.ts";
import type { ReportFormat, ReportKind, ReportState } from "./report.ts";

/**
 * Whose reports a person sees (REQ 12): everything, all of some agencies, or the copies of some offices of reports
 * that concern them.
 */
export type ReportSight = { all: boolean; agencyIds: string[]; officeIds: string[] };

/** `r` is reports; $1 all, $2 agencies, $3 offices. */
const visible = `($1 or r.agency_id = any($2::uuid[])
  or exists (select from report_files v where v.report_id = r.id and v.office_id = any($3::uuid[])))`;

export type ReportLine = {
  id: string;
  kind: ReportKind;
  agencyId: string | null;
  agencyName: string | null;
  origin: "schedule" | "person";
  rhythm: "weekly" | "monthly" | null;
  firstDay: string;
  lastDay: string;
  state: ReportState;
  error: string | null;
  requestedAt: Date;
  madeAt: Date | null;
  madeMs: number | null;
  askedBy: string | null;
  totals: Record<string, number> | null;
  reconciled: boolean | null;
};

const columns = `r.id, r.kind, r.agency_id as "agencyId", a.name as "agencyName", r.origin, r.rhythm,
  to_char(r.first_day, 'YYYY-MM-DD') as "firstDay", to_char(r.last_day, 'YYYY-MM-DD') as "lastDay", r.state, r.error,
  r.requested_at as "requestedAt", r.made_at as "madeAt", r.made_ms as "madeMs", p.display_name as "askedBy", r.totals,
  r.reconciled`;
const tables = "reports r left join agencies a on a.id = r.agency_id left join people p on p.id = r.asked_by_id";

export async function listReports(
  db: Queryable,
  sight: ReportSight,
  filter: { kind: ReportKind | null; agencyId: string | null; cursor: string | null; limit: number },
): Promise<{ items: ReportLine[]; nextCursor: string | null }> {
  const { rows } = await db.query<ReportLine>(
    `select ${columns} from ${tables}
    where ${visible} and ($4::text is null or r.kind = $4) and ($5::uuid is null or r.agency_id = $5)
      and ($6::uuid is null or r.id < $6)
    order by r.id desc limit $7`,
    [sight.all, sight.agencyIds, sight.officeIds, filter.kind, filter.agencyId, filter.cursor, filter.limit + 1],
  );
  const items = rows.slice(0, filter.limit);
  return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
}

export type ReportReconciliation = { what: string; reported: number; counted: number };
export type ReportWithProof = ReportLine & { reconciliation: ReportReconciliation[] | null };

export async function readReport(db: Queryable, sight: ReportSight, id: string): Promise<ReportWithProof | null> {
  const { rows } = await db.query<ReportWithProof>(
    `select ${columns}, r.reconciliation from ${tables} where ${visible} and r.id = $4`,
    [sight.all, sight.agencyIds, sight.officeIds, id],
  );
  return rows[0] ?? null;
}

export type ReportFileLine = {
  id: string;
  officeId: string | null;
  officeName: string | null;
  format: ReportFormat;
  name: string;
  mediaType: string;
  sizeBytes: number;
  sha256: string;
};

/** An office's people see its copy only; `f` is report_files. */
const visibleFile = `(($1 or f.agency_id = any($2::uuid[])) or f.office_id = any($3::uuid[]))`;
const fileColumns = `f.id, f.office_id as "officeId", o.name as "officeName", f.format, f.name,
  f.media_type as "mediaType", f.size_bytes as "sizeBytes", f.sha256`;

export async function listFiles(db: Queryable, sight: ReportSight, reportId: string): Promise<ReportFileLine[]> {
  const { rows } = await db.query<ReportFileLine>(
    `select ${fileColumns} from report_files f left join offices o on o.id = f.office_id
    where ${visibleFile} and f.report_id = $4 order by o.name nulls first, f.office_id, f.format`,
    [sight.all, sight.agencyIds, sight.officeIds, reportId],
  );
  return rows;
}

export async function readFile(
  db: Queryable,
  sight: ReportSight,
  reportId: string,
  fileId: string,
): Promise<ReportFileLine | null> {
  return (await listFiles(db, sight, reportId)).find(({ id }) => id === fileId) ?? null;
}

export async function readFileContent(db: Queryable, fileId: string): Promise<Buffer> {
  const { rows } = await db.query<{ content: Buffer }>("select content from report_files where id = $1", [fileId]);
  if (!rows[0]) throw new Error("The file of a report is gone");
  return rows[0].content;
}

export type DeliveryLine = {
  id: string;
  recipient: "office" | "agency" | "centre";
  officeName: string | null;
  toAddress: string | null;
  state: string;
  attempts: number;
  errorCode: string | null;
  errorDetail: string | null;
  messageId: string | null;
  receipt: string | null;
  sentFiles: string[] | null;
  sentAt: Date | null;
  endedAt: Date | null;
};

/** Where it was sent, and the proof. Office people see their own line. */
export async function listDeliveries(db: Queryable, sight: ReportSight, reportId: string): Promise<DeliveryLine[]> {
  const { rows } = await db.query<DeliveryLine>(
    `select d.id, d.recipient, o.name as "officeName", d.to_address as "toAddress", d.state, d.attempts,
      d.error_code as "errorCode", d.error_detail as "errorDetail", d.provider_id as "messageId", d.receipt,
      d.sent_files as "sentFiles", d.sent_at as "sentAt", d.ended_at as "endedAt"
    from report_deliveries d join reports r on r.id = d.report_id left join offices o on o.id = d.office_id
    where d.report_id = $4 and ($1 or r.agency_id = any($2::uuid[]) or d.office_id = any($3::uuid[]))
    order by o.name nulls first, d.to_address`,
    [sight.all, sight.agencyIds, sight.officeIds, reportId],
  );
  return rows;
}

export async function setReportAddress(db: Queryable, agencyId: string, email: string | null): Promise<boolean> {
  const { rowCount } = await db.query("update agencies set report_email = $2 where id = $1", [agencyId, email]);
  return rowCount === 1;
}

export type ReportAddress = { agencyId: string; agencyName: string; email: string | null; referents: string[] };

export async function listReportAddresses(db: Queryable, sight: ReportSight): Promise<ReportAddress[]> {
  const { rows } = await db.query<ReportAddress>(
    `select a.id as "agencyId", a.name as "agencyName", a.report_email::text as email,
      array(select p.email::text from person_roles l join people p on p.id = l.person_id
        where l.agency_id = a.id and l.role = 'agency_referent' and p.email is not null and p.disabled_at is null
        order by 1) as referents
    from agencies a where a.disabled_at is null and ($1 or a.id = any($2::uuid[])) order by a.name`,
    [sight.all, sight.agencyIds],
  );
  return rows;
}
