import type { ReportFormat, ReportKind, ReportState, Rhythm } from "../../reports/report.ts";
import { query } from "../api/api-client.ts";
import type { Page } from "../api/api-types.ts";
import { client } from "../api/desk-api.ts";
import { onceKey } from "../api/once-key.ts";

export type ReportLine = {
  id: string;
  kind: ReportKind;
  agencyId: string | null;
  agencyName: string | null;
  rhythm: Rhythm | null;
  firstDay: string;
  lastDay: string;
  state: ReportState;
  error: string | null;
  madeAt: string | null;
  askedBy: string | null;
  reconciled: boolean | null;
};

export type ReportFile = {
  id: string;
  officeId: string | null;
  officeName: string | null;
  format: ReportFormat;
  name: string;
  sizeBytes: number;
};

export type ReportDelivery = {
  id: string;
  recipient: "office" | "agency" | "centre";
  officeName: string | null;
  toAddress: string | null;
  state: "queued" | "sending" | "sent" | "undelivered" | "failed" | "unknown" | "no_address";
  errorDetail: string | null;
  messageId: string | null;
  receipt: string | null;
};

export type ReportDetail = ReportLine & {
  reconciliation: { what: string; reported: number; counted: number }[] | null;
  files: ReportFile[];
  deliveries: ReportDelivery[];
};

export type ReportAddress = { agencyId: string; agencyName: string; email: string | null; referents: string[] };

export const reportApi = {
  reports: (filter: Record<string, string | null>) => client.call<Page<ReportLine>>(`/reports${query(filter)}`),
  report: (id: string) => client.call<ReportDetail>(`/reports/${id}`),
  ask: (body: { kind: ReportKind; agencyId: string | null; firstDay: string; lastDay: string }) =>
    client.call<ReportLine>("/reports", { method: "POST", body, idempotencyKey: onceKey() }),
  resend: (reportId: string, deliveryId: string) =>
    client.call<unknown>(`/reports/${reportId}/deliveries/${deliveryId}/resend`, { method: "POST" }),
  addresses: () => client.call<Page<ReportAddress>>("/report-addresses"),
  setAddress: (agencyId: string, email: string | null) =>
    client.call<void>(`/report-addresses/${agencyId}`, { method: "PUT", body: { email } }),
  fileAddress: (reportId: string, fileId: string) => `/api/v1/reports/${reportId}/files/${fileId}`,
};
