import type { WallboardFigure } from "../../wallboard/wallboard.ts";
import { query } from "./api-client.ts";
import type { Citizen, Page } from "./api-types.ts";
import { client } from "./desk-api.ts";

export type BoardFigure = {
  figure: WallboardFigure;
  unit: "count" | "seconds" | "percent";
  value: number | null;
  target: number;
  meets: boolean | null;
  version: number;
};
export type Board = {
  at: string;
  serviceLevelSeconds: number;
  waitingSince: string | null;
  talking: number;
  items: BoardFigure[];
};
export type HalfHour = {
  from: string;
  answered: number;
  abandoned: number;
  otherEnds: number;
  inTime: number;
  serviceLevel: number | null;
  meanWait: number | null;
  longestWait: number | null;
};
export type ReasonCount = { agencyId: string | null; agencyName: string | null; reason: string | null; cases: number };
export type Day = { serviceLevelSeconds: number; halfHours: HalfHour[]; reasons: ReasonCount[] };

export const queueFields = ["ringSeconds", "wrapUpSeconds", "announceSeconds", "maxWaiting", "maxWaitSeconds"] as const;
export type QueueField = (typeof queueFields)[number];
export type Queue = { id: string; name: string; version: number } & Record<QueueField, number>;

export type PauseReason = {
  code: string;
  labelIt: string;
  labelEn: string;
  disabled: boolean;
  version: number;
};

export type RetentionRule = { kind: string; reason: string | null; keepDays: number; version: number };

/** A version of what operators read out before an SMS; it is never changed. */
export type ConsentVersion = {
  version: string;
  textIt: string;
  textEn: string;
  validFrom: string;
  /** Null: it came with the program. */
  madeBy: string | null;
  current: boolean;
  /** Citizens who agreed to it. */
  consents: number;
};

export type Seat = {
  id: string;
  number: string;
  kind: "operator" | "office";
  autoAnswer: boolean;
  disabled: boolean;
  phoneOnline: boolean;
  pageOnline: boolean;
  person: string | null;
  version: number;
};
export type ChangedSeat = Seat & { phonePassword: string | null };

export type SpokenPrompt = { text: string; audio: boolean };
export type Prompt = { name: string; it: SpokenPrompt | null; en: SpokenPrompt | null };

export type Webhook = {
  id: string;
  name: string;
  url: string;
  kinds: string[];
  agencyId: string | null;
  disabled: boolean;
  version: number;
};
export type WebhookLine = {
  id: string;
  kind: string;
  state: "queued" | "sending" | "done" | "dead";
  attempts: number;
  createdAt: string;
  lastStatus: number | null;
  lastError: string | null;
  lastMs: number | null;
};

export type AuditLine = {
  id: number;
  at: string;
  personName: string | null;
  actor: string;
  action: string;
  subjectKind: string | null;
  subjectId: string | null;
  caseNumber: number | null;
  data: Record<string, unknown>;
};

export type Schedule = {
  kind: string;
  rhythm: string;
  enabled: boolean;
  firstDay: string | null;
  lastDay: string | null;
  dueAt: string | null;
  version: number;
};

export type Merge = { id: string; survivorId: string; mergedId: string; mergedAt: string };

type Body = Record<string, unknown>;
type Filter = Record<string, string | number | undefined | null>;

const get = <T>(path: string, filter: Filter = {}) => client.call<T>(path + query(filter));
const list = <T>(path: string, filter: Filter = {}) => get<Page<T>>(path, filter);
const post = <T>(path: string, body?: Body) => client.call<T>(path, { method: "POST", body });
const change = <T>(method: "PATCH" | "PUT" | "POST", path: string, ifMatch: number, body: Body) =>
  client.call<T>(path, { method, ifMatch, body });

/** Requests of the screens of supervisor and administrator, one line each. */
export const settingsApi = {
  board: () => get<Board>("/wallboard"),
  day: () => get<Day>("/wallboard/day"),
  setTarget: (figure: WallboardFigure, version: number, target: number) =>
    change<{ target: number; version: number }>("PUT", `/wallboard/targets/${figure}`, version, { target }),
  queues: () => list<Queue>("/queues"),
  patchQueue: (id: string, version: number, body: Body) => change<Queue>("PATCH", `/queues/${id}`, version, body),
  pauseReasons: () => list<PauseReason>("/pause-reasons/all"),
  newPauseReason: (body: Body) => post<PauseReason>("/pause-reasons", body),
  patchPauseReason: (code: string, version: number, body: Body) =>
    change<PauseReason>("PATCH", `/pause-reasons/${code}`, version, body),
  retention: () => list<RetentionRule>("/retention-rules"),
  setRetention: ({ kind, reason, version }: RetentionRule, keepDays: number) =>
    change<void>("PUT", "/retention-rules", version, { kind, reason, keepDays }),

  consentTexts: () => list<ConsentVersion>("/consent-texts"),
  newConsentText: (body: Body) => post<void>("/consent-texts", body),

  seats: () => list<Seat>("/seats"),
  newSeat: (body: Body) => post<ChangedSeat>("/seats", body),
  patchSeat: (id: string, version: number, body: Body) => change<ChangedSeat>("PATCH", `/seats/${id}`, version, body),

  prompts: () => list<Prompt>("/prompts"),
  promptAddress: (name: string, language: "it" | "en") => `/api/v1/prompts/${name}/${language}/audio`,

  webhooks: () => list<Webhook>("/webhooks"),
  newWebhook: (body: Body) => post<Webhook & { secret: string }>("/webhooks", body),
  patchWebhook: (id: string, version: number, body: Body) => change<Webhook>("PATCH", `/webhooks/${id}`, version, body),
  deliveries: (id: string, filter: Filter) => list<WebhookLine>(`/webhooks/${id}/deliveries`, filter),
  testWebhook: (id: string) => post<WebhookLine>(`/webhooks/${id}/test`),
  retryDelivery: (id: string, deliveryId: string) =>
    post<WebhookLine>(`/webhooks/${id}/deliveries/${deliveryId}/retry`),

  audit: (filter: Filter) => list<AuditLine>("/audit", filter),
  auditLink: () => get<{ seq: number | null; hash: string | null }>("/audit/link"),

  schedules: () => list<Schedule>("/report-schedules"),
  setSchedule: ({ kind, rhythm, version }: Schedule, enabled: boolean) =>
    change<Schedule>("PUT", `/report-schedules/${kind}/${rhythm}`, version, { enabled }),

  exportCitizen: (id: string) => get<Record<string, unknown>>(`/citizens/${id}/export`),
  eraseCitizen: (id: string, ground: string) =>
    post<{ records: number; cases: number }>(`/citizens/${id}/erasure`, { ground }),
  merges: (id: string) => list<Merge>(`/citizens/${id}/merges`),
  merge: (id: string, version: number, mergedId: string) =>
    change<{ mergeId: string; citizen: Citizen }>("POST", `/citizens/${id}/merges`, version, { mergedId }),
  undoMerge: (mergeId: string) => post<{ citizen: Citizen }>(`/citizen-merges/${mergeId}/undo`),
};
