import { query } from "./api-client.ts";
import type { CaseLine, CaseRow, Page } from "./api-types.ts";
import { client } from "./desk-api.ts";
import { onceKey } from "./once-key.ts";
import type {
  Agency,
  AvailabilityCheck,
  CardInCase,
  CardSearch,
  CardText,
  ChildBody,
  DirectoryEntry,
  OfficeAvailability,
  TransferView,
} from "./work-types.ts";

export type TransferCommand = "complete" | "return" | "drop" | "swap" | "conference";
type OfficeWish = { officeId: string; checkId: string };

const post = <T>(path: string, body: unknown): Promise<T> =>
  client.call<T>(path, { method: "POST", body, idempotencyKey: onceKey() });

/** Requests of the operator's own work: cards in a case, children, tasks, transfers, directory. */
export const workApi = {
  searchCards: (q: string, agency: string | null, signal?: AbortSignal) =>
    client.call<CardSearch>(`/cards${query({ q, agency, limit: 20 })}`, { signal }),
  card: (id: string) => client.call<CardText>(`/cards/${id}`),
  /** Reads a card while working on a case: its version is kept (REQ 10). */
  readCard: (caseId: string, cardId: string) =>
    client.call<CardText>(`/cases/${caseId}/card-readings`, { method: "POST", body: { cardId } }),
  chooseCard: (caseId: string, version: number, cardId: string) =>
    client.call<CaseRow>(`/cases/${caseId}/cards`, { method: "POST", body: { cardId }, ifMatch: version }),
  cardsOfCase: (caseId: string) => client.call<Page<CardInCase>>(`/cases/${caseId}/cards`),
  agencies: () => client.call<Page<Agency>>(`/agencies${query({ limit: 100 })}`),

  caseByNumber: (number: number) => client.call<Page<CaseLine>>(`/cases${query({ number, limit: 1 })}`),
  hangChild: (parentId: string, body: ChildBody) => post<CaseRow>(`/cases/${parentId}/children`, body),
  reportNeed: (body: { about: string; text: string; caseId: string; [more: string]: unknown }) =>
    post<{ id: string; number?: number }>("/information-needs", body),

  claimTask: (caseId: string, taskId: string) =>
    client.call<unknown>(`/cases/${caseId}/tasks/${taskId}/claim`, { method: "POST" }),
  releaseTask: (caseId: string, taskId: string) =>
    client.call<unknown>(`/cases/${caseId}/tasks/${taskId}/release`, { method: "POST" }),
  decideCancelRequest: (caseId: string, version: number, decision: "granted" | "refused") =>
    client.call<CaseRow>(`/cases/${caseId}/cancel-request`, { method: "POST", body: { decision }, ifMatch: version }),

  /** Click to call: one's own phone rings first. */
  dial: (caseId: string, number: string) => post<{ callId: string }>("/calls", { caseId, number }),

  availability: (serviceId: string) => client.call<Page<OfficeAvailability>>(`/services/${serviceId}/availability`),
  checkAvailability: (callId: string, body: { serviceId: string; caseId: string }) =>
    post<AvailabilityCheck>(`/calls/${callId}/availability-checks`, body),
  consult: (callId: string, wish: OfficeWish) => post<unknown>(`/calls/${callId}/consult`, wish),
  transfer: (callId: string, wish: OfficeWish | { entryId: string; caseId: string }) =>
    post<unknown>(`/calls/${callId}/transfer`, wish),
  transferCommand: (callId: string, command: TransferCommand) => post<unknown>(`/calls/${callId}/${command}`, {}),
  transfersOfCall: (callId: string) => client.call<Page<TransferView>>(`/calls/${callId}/transfers`),
  directory: (q: string, agency: string, signal?: AbortSignal) =>
    client.call<Page<DirectoryEntry>>(`/directory${query({ q, agency, limit: 20 })}`, { signal }),
};
