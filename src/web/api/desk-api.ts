import { ApiClient, query } from "./api-client.ts";
import type {
  Card,
  CaseLine,
  CaseRow,
  CaseView,
  Citizen,
  CitizenContact,
  FoundCitizen,
  LegalMoves,
  LiveTask,
  Page,
  PauseReason,
  PhoneAccount,
  Service,
} from "./api-types.ts";
import type { Me } from "./me.ts";
import { onceKey } from "./once-key.ts";

export const client = new ApiClient();

export type SignIn = { login: string; password: string; seat?: string; phone?: "sip" | "web"; code?: string };
export type CallCommand = "answer" | "hold" | "unhold" | "mute" | "unmute" | "hangup" | "rejoin";
export type MoveBody = {
  to: string;
  attribute?: string | null;
  cause?: string;
  note?: string;
  nextAttemptAt?: string;
  serviceId?: string;
};
export type CitizenBody = {
  firstName: string | null;
  lastName: string | null;
  contacts: Omit<CitizenContact, "id">[];
};

export type MissedCall = {
  offerId: string;
  callId: string;
  caller: string | null;
  at: string;
  reason: "refused" | "no_answer" | "busy" | "unreachable";
  becameOf: "waiting" | "answered" | "gave_up";
};

/** Every request of the page, one line each; failures are Problems (api-client.ts). */
export const api = {
  signIn: (body: SignIn) => client.call<unknown>("/session", { method: "POST", body }),
  signOut: () => client.call<void>("/session", { method: "DELETE" }),
  signOutEverywhere: () => client.call<void>("/me/sessions", { method: "DELETE" }),
  signInOptions: () => client.call<{ oidc: boolean }>("/session/options"),
  me: () => client.call<Me>("/me"),
  sessions: () => client.call<Page<{ signedInAt: string; lastUsedAt: string; current: boolean }>>("/me/sessions"),
  secondFactor: () => client.call<{ enrolled: boolean }>("/me/second-factor"),
  changePassword: (body: { current: string; password: string }) =>
    client.call<void>("/me/password", { method: "PUT", body }),
  beginSecondFactor: () => client.call<{ secret: string; uri: string }>("/me/second-factor", { method: "POST" }),
  confirmSecondFactor: (code: string) =>
    client.call<void>("/me/second-factor/confirm", { method: "POST", body: { code } }),
  doNotDisturb: () => client.call<{ on: boolean }>("/me/do-not-disturb"),
  setDoNotDisturb: (on: boolean) => client.call<{ on: boolean }>("/me/do-not-disturb", { method: "PUT", body: { on } }),
  setLanguage: (language: "it" | "en") => client.call<void>("/me/language", { method: "PUT", body: { language } }),
  setState: (state: string, reason?: string) =>
    client.call<void>("/me/state", { method: "PUT", body: { state, reason } }),
  extendWrapUp: () => client.call<void>("/me/wrap-up/extend", { method: "POST" }),
  endWrapUp: () => client.call<void>("/me/wrap-up/end", { method: "POST" }),
  pauseReasons: () => client.call<Page<PauseReason>>("/pause-reasons"),

  command: (callId: string, command: CallCommand) =>
    client.call<void>(`/calls/${callId}/${command}`, { method: "POST", body: {}, idempotencyKey: onceKey() }),

  /** Goes on while the page closes: the citizen hears music until a page is there again. */
  leaveCall: (callId: string) =>
    client.call<void>(`/calls/${callId}/away`, { method: "POST", body: {}, keepalive: true }),
  phoneAccount: () => client.call<PhoneAccount>("/me/phone", { method: "POST" }),

  caseById: (id: string) => client.call<CaseView>(`/cases/${id}`),
  patchCase: (id: string, version: number, body: Record<string, unknown>) =>
    client.call<CaseRow>(`/cases/${id}`, { method: "PATCH", body, ifMatch: version, keepalive: true }),
  legalMoves: (id: string, signal?: AbortSignal) => client.call<LegalMoves>(`/cases/${id}/legal-moves`, { signal }),
  move: (id: string, version: number, body: MoveBody) =>
    client.call<CaseRow>(`/cases/${id}/moves`, { method: "POST", body, ifMatch: version }),
  takeCharge: (id: string) => client.call<CaseRow>(`/cases/${id}/take-charge`, { method: "POST" }),
  /** The call is about this case, whose answer waits to be told. */
  linkCall: (id: string, callId: string) =>
    client.call<CaseRow>(`/cases/${id}/contacts`, { method: "POST", body: { callId } }),
  addNote: (id: string, text: string) => client.call<unknown>(`/cases/${id}/notes`, { method: "POST", body: { text } }),
  openCase: (callId: string | null) =>
    client.call<CaseRow>("/cases", { method: "POST", body: callId ? { callId } : {}, idempotencyKey: onceKey() }),
  tasks: () => client.call<Page<LiveTask>>("/tasks"),
  missedCalls: () => client.call<Page<MissedCall>>("/me/missed-calls"),
  toComplete: () => client.call<Page<CaseLine>>(`/cases${query({ mine: "to_complete" })}`),
  casesOfCitizen: (citizenId: string) => client.call<Page<CaseLine>>(`/cases${query({ citizenId, limit: 20 })}`),
  inbox: (filter: Record<string, string | undefined>) => client.call<Page<CaseLine>>(`/inbox${query(filter)}`),

  citizens: (q: string, signal?: AbortSignal) =>
    client.call<Page<FoundCitizen>>(`/citizens${query({ q, limit: 10 })}`, { signal }),
  citizen: (id: string) => client.call<Citizen>(`/citizens/${id}`),
  newCitizen: (body: CitizenBody) =>
    client.call<Citizen>("/citizens", { method: "POST", body, idempotencyKey: onceKey() }),
  patchCitizen: (id: string, version: number, body: CitizenBody) =>
    client.call<Citizen>(`/citizens/${id}`, { method: "PATCH", body, ifMatch: version }),

  services: (q: string, signal?: AbortSignal) =>
    client.call<Page<Service>>(`/services${query({ q, limit: 20 })}`, { signal }),
  cards: (q: string, agency: string | undefined, signal?: AbortSignal) =>
    client.call<Page<Card>>(`/cards${query({ q, agency, limit: 20 })}`, { signal }),
  card: (id: string) => client.call<Card>(`/cards/${id}`),
};
