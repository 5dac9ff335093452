import { query } from "./api-client.ts";
import type { Page, Service } from "./api-types.ts";
import { client } from "./desk-api.ts";
import { onceKey } from "./once-key.ts";
import type {
  Agency,
  Agenda,
  Booking,
  CallDetail,
  CallLine,
  CardChange,
  CardDetail,
  CardImport,
  CardLine,
  CardVersion,
  DeadLetter,
  Department,
  EmptySearch,
  ExpectedBooking,
  FlowDetail,
  FlowLine,
  FlowVersion,
  GeneralAnswer,
  ImportReport,
  Need,
  NeedDetail,
  Office,
  OfficeDetail,
  OpeningCalendar,
  OperatorLine,
  PersonCard,
  PersonName,
  ServiceSettings,
  Slot,
} from "./screen-types.ts";

export type UnitKind = "agencies" | "departments" | "offices" | "services";
type Filter = Record<string, string | number | undefined | null>;
type Body = Record<string, unknown>;

const get = <T>(path: string, filter: Filter = {}) => client.call<T>(path + query(filter));
const list = <T>(path: string, filter: Filter = {}) => get<Page<T>>(path, filter);
const post = <T>(path: string, body?: Body) => client.call<T>(path, { method: "POST", body });
const make = <T>(path: string, body: Body) => client.call<T>(path, { method: "POST", body, idempotencyKey: onceKey() });
const change = <T>(method: "PATCH" | "PUT" | "POST" | "DELETE", path: string, ifMatch: number, body?: Body) =>
  client.call<T>(path, { method, ifMatch, ...(body ? { body } : {}) });

/** All pages of a list that is known to be short. */
async function all<T>(path: string, filter: Filter = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list<T>(path, { ...filter, limit: 100, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor && items.length < 2_000);
  return items;
}

/** Requests of the working screens, one line each; loaded with the first of them. */
export const screenApi = {
  logAttempt: (caseId: string, body: Body) => post<unknown>(`/cases/${caseId}/attempts`, body),
  specialists: (caseId: string) => list<PersonName>(`/cases/${caseId}/specialists`),
  inviteSpecialist: (caseId: string, personId: string) => post(`/cases/${caseId}/specialists`, { personId }),
  dismissSpecialist: (caseId: string, personId: string) =>
    client.call<unknown>(`/cases/${caseId}/specialists/${personId}`, { method: "DELETE" }),
  answerCancelRequest: (caseId: string, version: number, body: Body) =>
    change("POST", `/cases/${caseId}/cancel-request`, version, body),

  cardDrafts: (filter: Filter) => list<CardLine>("/cards/drafts", filter),
  cardLatest: (id: string) => get<CardDetail>(`/cards/${id}`, { version: "latest" }),
  cardVersions: (id: string) => list<CardVersion>(`/cards/${id}/versions`),
  newCard: (body: Body) => make<CardDetail>("/cards", body),
  patchCard: (id: string, version: number, body: Body) => change<CardDetail>("PATCH", `/cards/${id}`, version, body),
  publishCard: (id: string, version: number) => change<CardDetail>("POST", `/cards/${id}/publish`, version),
  withdrawCard: (id: string, version: number) => change<CardDetail>("POST", `/cards/${id}/withdraw`, version),
  emptySearches: () => list<EmptySearch>("/card-searches", { limit: 20 }),
  addDocument: (cardId: string, file: File) =>
    client.call<unknown>(`/cards/${cardId}/documents${query({ name: file.name })}`, { method: "POST", file }),
  releaseDocument: (id: string, released: boolean) =>
    client.call<unknown>(`/card-documents/${id}`, { method: "PATCH", body: { released } }),
  removeDocument: (id: string) => client.call<void>(`/card-documents/${id}`, { method: "DELETE" }),
  standardAnswers: () => list<GeneralAnswer>("/standard-answers"),
  changeStandardAnswer: ({ reason, language, version }: GeneralAnswer, text: string) =>
    change<GeneralAnswer>("PUT", `/standard-answers/${reason}/${language}`, version, { text }),

  services: (filter: Filter) => list<ServiceSettings>("/services", filter),
  service: (id: string) => get<ServiceSettings>(`/services/${id}`),
  allServices: (agency?: string) => all<ServiceSettings>("/services", { agency }),
  findServices: (q: string, agency: string | undefined) => list<Service>("/services", { q, agency, limit: 20 }),
  patchService: (id: string, version: number, body: Body) =>
    change<ServiceSettings>("PATCH", `/services/${id}`, version, body),
  agencies: () => all<Agency>("/agencies"),
  departments: () => all<Department>("/departments"),
  offices: () => all<Office>("/offices"),
  office: (id: string) => get<OfficeDetail>(`/offices/${id}`),
  addAbsence: (officeId: string, body: Body) => make(`/offices/${officeId}/absences`, body),
  removeAbsence: (officeId: string, id: string) =>
    client.call<void>(`/offices/${officeId}/absences/${id}`, { method: "DELETE" }),
  saveOfficeHours: (id: string, version: number, body: Body) => change("PUT", `/offices/${id}/hours`, version, body),
  newUnit: (kind: UnitKind, body: Body) => make<{ id: string }>(`/${kind}`, body),
  patchUnit: (kind: UnitKind, id: string, version: number, body: Body) =>
    change<{ version: number }>("PATCH", `/${kind}/${id}`, version, body),
  importFile: (kind: "organisation" | "directory", file: File, dryRun: boolean) =>
    client.call<ImportReport>(`/imports/${kind}${query({ dryRun: dryRun ? 1 : 0 })}`, { method: "POST", file }),

  needs: (filter: Filter) => list<Need>("/information-needs", filter),
  need: (id: string) => get<NeedDetail>(`/information-needs/${id}`),
  moveNeed: (id: string, version: number, body: Body) =>
    change<Need>("POST", `/information-needs/${id}/moves`, version, body),

  stageCards: (agencyId: string, file: File) =>
    client.call<CardImport>(`/card-imports${query({ agency: agencyId })}`, { method: "POST", file }),
  cardChanges: (importId: string, cursor: string | null) =>
    list<CardChange>(`/card-imports/${importId}`, { cursor, limit: 100 }),
  applyCards: (importId: string) => post<CardImport>(`/card-imports/${importId}/apply`),
  discardCards: (importId: string) => client.call<CardImport>(`/card-imports/${importId}`, { method: "DELETE" }),

  people: (filter: Filter) => list<PersonCard>("/people", filter),
  person: (id: string) => get<PersonCard>(`/people/${id}`),
  newPerson: (body: Body) => post<{ person: PersonCard; password: string }>("/people", body),
  patchPerson: (id: string, version: number, body: Body) => change<PersonCard>("PATCH", `/people/${id}`, version, body),
  putRoles: (id: string, version: number, body: Body) =>
    change<PersonCard>("PUT", `/people/${id}/roles`, version, body),
  resetPassword: (id: string) => post<{ password: string }>(`/people/${id}/password-reset`),
  endSessions: (id: string) => client.call<unknown>(`/people/${id}/sessions`, { method: "DELETE" }),
  linkIdentity: (id: string, body: Body) => client.call<unknown>(`/people/${id}/identity`, { method: "PUT", body }),
  resetSecondFactor: (id: string) => client.call<unknown>(`/people/${id}/second-factor`, { method: "DELETE" }),

  deadLetters: () => list<DeadLetter>("/messages/dead-letters", { limit: 100 }),

  agendas: (filter: Filter) => list<Agenda>("/agendas", filter),
  agenda: (id: string) => get<Agenda>(`/agendas/${id}`),
  newAgenda: (body: Body) => make<Agenda>("/agendas", body),
  patchAgenda: (id: string, version: number, body: Body) => change<Agenda>("PATCH", `/agendas/${id}`, version, body),
  slots: (id: string, from: string, to: string) => list<Slot>(`/agendas/${id}/slots`, { from, to }),
  agendaBookings: (id: string, from: string, to: string) =>
    list<ExpectedBooking>(`/agendas/${id}/bookings`, { from, to }),
  caseBookings: (caseId: string) => list<Booking>(`/cases/${caseId}/bookings`),
  hold: (agendaId: string, caseId: string, startsAt: string) =>
    make<Booking>("/bookings", { agendaId, caseId, startsAt }),
  changeBooking: (id: string, version: number, body: Body) =>
    change<Booking>("PATCH", `/bookings/${id}`, version, body),
  cancelBooking: (id: string, version: number) => change<Booking>("DELETE", `/bookings/${id}`, version),

  operators: () => list<OperatorLine>("/operators"),
  setOperator: (personId: string, state: string, reason?: string) =>
    client.call<unknown>(`/operators/${personId}/state`, { method: "PUT", body: { state, reason } }),
  calls: (filter: Filter) => list<CallLine>("/calls", filter),
  call: (id: string) => get<CallDetail>(`/calls/${id}`),
  flows: () => list<FlowLine>("/ivr-flows"),
  flow: (id: string) => get<FlowDetail>(`/ivr-flows/${id}`),
  flowVersions: (id: string) => list<FlowVersion>(`/ivr-flows/${id}/versions`),
  flowVersion: (id: string, version: number) => get<{ document: unknown }>(`/ivr-flows/${id}/versions/${version}`),
  publishFlow: (id: string, version: number, document: unknown) =>
    change<FlowDetail>("PUT", `/ivr-flows/${id}`, version, { document }),
  switchEmergency: (agencyId: string, on: boolean, prompt: string | null) =>
    client.call<unknown>(`/agencies/${agencyId}/emergency`, { method: "PUT", body: { on, prompt } }),
  calendars: () => list<OpeningCalendar>("/calendars", { limit: 100 }),
  saveWeek: (id: string, version: number, body: Body) =>
    change<OpeningCalendar>("PUT", `/calendars/${id}`, version, body),
  saveExceptions: (id: string, version: number, items: unknown[]) =>
    change<OpeningCalendar>("PUT", `/calendars/${id}/exceptions`, version, { items }),
};
