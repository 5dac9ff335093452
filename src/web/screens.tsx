import { lazy, type ReactNode } from "react";
import { mayUse, type Permission } from "../people/permissions.ts";
import type { Role } from "../people/roles.ts";
import type { Person } from "./api/api-types.ts";
import { OperatorScreen } from "./operator/operator-screen.tsx";
import type { IconName } from "./shell/icon.tsx";
import type { Texts } from "./texts/texts.tsx";

export type Screen = {
  /** First part of the hash. */
  name: string;
  permission: Permission;
  /** When the permission is wider than the people who work with the screen. */
  roles?: readonly Role[];
  icon: IconName;
  label: (texts: Texts) => string;
  /** Without header and call bar: for a screen on the wall. */
  bare?: boolean;
  /** Not in the menu: reached from elsewhere in the header. */
  aside?: boolean;
  render: (rest: string[]) => ReactNode;
};

// The desk is in the first load; what follows comes with its screen.
const InboxScreen = lazy(async () => ({ default: (await import("./inbox/inbox-screen.tsx")).InboxScreen }));
const KnowledgeScreen = lazy(async () => ({
  default: (await import("./knowledge/knowledge-screen.tsx")).KnowledgeScreen,
}));
const StandardAnswersScreen = lazy(async () => ({
  default: (await import("./knowledge/standard-answers-screen.tsx")).StandardAnswersScreen,
}));
const CardImportScreen = lazy(async () => ({
  default: (await import("./knowledge/card-import-screen.tsx")).CardImportScreen,
}));
const AgendaScreen = lazy(async () => ({ default: (await import("./agenda/agenda-screen.tsx")).AgendaScreen }));
const ServicesScreen = lazy(async () => ({
  default: (await import("./structure/services-screen.tsx")).ServicesScreen,
}));
const OfficesScreen = lazy(async () => ({ default: (await import("./structure/offices-screen.tsx")).OfficesScreen }));
const NeedsScreen = lazy(async () => ({ default: (await import("./needs/needs-screen.tsx")).NeedsScreen }));
const TreeScreen = lazy(async () => ({ default: (await import("./structure/tree-screen.tsx")).TreeScreen }));
const PeopleScreen = lazy(async () => ({ default: (await import("./structure/people-screen.tsx")).PeopleScreen }));
const ImportsScreen = lazy(async () => ({ default: (await import("./structure/imports-screen.tsx")).ImportsScreen }));
const RoomScreen = lazy(async () => ({ default: (await import("./supervision/room-screen.tsx")).RoomScreen }));
const CallsScreen = lazy(async () => ({ default: (await import("./supervision/calls-screen.tsx")).CallsScreen }));
const FlowScreen = lazy(async () => ({ default: (await import("./flow/flow-screen.tsx")).FlowScreen }));
const HoursScreen = lazy(async () => ({ default: (await import("./hours/hours-screen.tsx")).HoursScreen }));
const DeadMessagesScreen = lazy(async () => ({
  default: (await import("./supervision/dead-messages-screen.tsx")).DeadMessagesScreen,
}));

const ReportsScreen = lazy(async () => ({ default: (await import("./reports/reports-screen.tsx")).ReportsScreen }));
const WallboardScreen = lazy(async () => ({
  default: (await import("./wallboard/wallboard-screen.tsx")).WallboardScreen,
}));
const DayScreen = lazy(async () => ({ default: (await import("./wallboard/day-screen.tsx")).DayScreen }));
const SettingsScreen = lazy(async () => ({ default: (await import("./settings/settings-screen.tsx")).SettingsScreen }));
const PhonesScreen = lazy(async () => ({ default: (await import("./settings/phones-screen.tsx")).PhonesScreen }));
const WebhooksScreen = lazy(async () => ({ default: (await import("./settings/webhooks-screen.tsx")).WebhooksScreen }));
const ConsentScreen = lazy(async () => ({ default: (await import("./settings/consent-screen.tsx")).ConsentScreen }));
const AuditScreen = lazy(async () => ({ default: (await import("./settings/audit-screen.tsx")).AuditScreen }));
const RightsScreen = lazy(async () => ({ default: (await import("./rights/rights-screen.tsx")).RightsScreen }));
const GuideScreen = lazy(async () => ({ default: (await import("./guide/guide-screen.tsx")).GuideScreen }));
const AccountScreen = lazy(async () => ({ default: (await import("./session/account-screen.tsx")).AccountScreen }));

/** Every screen of the page and who has it: the one table that the menu, the router and the checks walk. */
export const screens: readonly Screen[] = [
  {
    name: "postazione",
    permission: "operator.work",
    icon: "desk",
    label: (t) => t.nav.desk,
    render: () => <OperatorScreen />,
  },
  {
    name: "casi",
    permission: "inbox.read",
    roles: ["office_agent", "specialist"],
    icon: "inbox",
    label: (t) => t.nav.inbox,
    render: ([caseId]) => <InboxScreen place="casi" caseId={caseId ?? null} />,
  },
  {
    name: "rigetti",
    permission: "case.reassign",
    icon: "swap",
    label: (t) => t.nav.rejects,
    render: ([caseId]) => <InboxScreen place="rigetti" caseId={caseId ?? null} />,
  },
  {
    name: "schede",
    permission: "card.edit",
    icon: "book",
    label: (t) => t.nav.cards,
    render: ([cardId]) => <KnowledgeScreen cardId={cardId ?? null} />,
  },
  {
    name: "risposte",
    permission: "card.edit",
    roles: ["knowledge_editor"],
    icon: "check",
    label: (t) => t.nav.answers,
    render: () => <StandardAnswersScreen />,
  },
  {
    name: "fornitura",
    permission: "card.edit",
    icon: "inbox",
    label: (t) => t.nav.delivery,
    render: () => <CardImportScreen />,
  },
  {
    name: "agende",
    permission: "agenda.edit",
    icon: "clock",
    label: (t) => t.nav.agendas,
    render: ([agendaId]) => <AgendaScreen agendaId={agendaId ?? null} />,
  },
  {
    name: "servizi",
    permission: "organisation.edit",
    roles: ["agency_referent"],
    icon: "check",
    label: (t) => t.nav.services,
    render: ([serviceId]) => <ServicesScreen serviceId={serviceId ?? null} />,
  },
  {
    name: "organizzazione",
    permission: "organisation.import",
    icon: "swap",
    label: (t) => t.nav.organisation,
    render: ([kind, id, within]) => <TreeScreen kind={kind ?? null} id={id ?? null} within={within ?? null} />,
  },
  {
    name: "persone",
    permission: "people.read",
    roles: ["administrator"],
    icon: "user",
    label: (t) => t.nav.people,
    render: ([personId]) => <PeopleScreen personId={personId ?? null} />,
  },
  {
    name: "uffici",
    permission: "organisation.edit",
    icon: "desk",
    label: (t) => t.nav.offices,
    render: ([officeId]) => <OfficesScreen officeId={officeId ?? null} />,
  },
  {
    name: "esigenze",
    permission: "need.read",
    roles: ["office_agent", "knowledge_editor", "agency_referent"],
    icon: "info",
    label: (t) => t.nav.needs,
    render: ([needId]) => <NeedsScreen needId={needId ?? null} />,
  },
  {
    name: "importazioni",
    permission: "directory.edit",
    icon: "down",
    label: (t) => t.nav.imports,
    render: () => <ImportsScreen />,
  },
  {
    name: "sala",
    permission: "operator.watch",
    icon: "chart",
    label: (t) => t.nav.room,
    render: () => <RoomScreen />,
  },
  {
    name: "chiamate",
    permission: "call.read",
    roles: ["supervisor"],
    icon: "phone",
    label: (t) => t.nav.calls,
    render: ([callId]) => <CallsScreen callId={callId ?? null} />,
  },
  {
    name: "flusso",
    permission: "flow.read",
    icon: "swap",
    label: (t) => t.nav.flow,
    render: () => <FlowScreen />,
  },
  {
    name: "orari",
    permission: "hours.edit",
    icon: "clock",
    label: (t) => t.nav.hours,
    render: ([calendarId]) => <HoursScreen calendarId={calendarId ?? null} />,
  },
  {
    name: "messaggi",
    permission: "message.dead",
    icon: "warning",
    label: (t) => t.nav.messages,
    render: () => <DeadMessagesScreen />,
  },
  {
    name: "rapporti",
    permission: "report.read",
    icon: "chart",
    label: (t) => t.nav.reports,
    render: ([reportId]) => <ReportsScreen reportId={reportId ?? null} />,
  },
  {
    name: "andamento",
    permission: "queue.watch",
    roles: ["supervisor", "administrator"],
    icon: "chart",
    label: (t) => t.nav.day,
    render: () => <DayScreen />,
  },
  {
    name: "bacheca",
    permission: "queue.watch",
    roles: ["supervisor", "administrator"],
    icon: "chart",
    label: (t) => t.nav.wallboard,
    bare: true,
    render: () => <WallboardScreen />,
  },
  {
    name: "cittadini",
    permission: "citizen.rights",
    icon: "user",
    label: (t) => t.nav.rights,
    render: ([citizenId]) => <RightsScreen citizenId={citizenId ?? null} />,
  },
  {
    name: "telefoni",
    permission: "seat.edit",
    icon: "phone",
    label: (t) => t.nav.phones,
    render: () => <PhonesScreen />,
  },
  {
    name: "webhook",
    permission: "webhook.edit",
    icon: "swap",
    label: (t) => t.nav.webhooks,
    render: ([webhookId]) => <WebhooksScreen webhookId={webhookId ?? null} />,
  },
  {
    name: "consensi",
    permission: "settings.edit",
    icon: "check",
    label: (t) => t.nav.consents,
    render: ([part, version]) => <ConsentScreen part={part ?? null} version={version ?? null} />,
  },
  {
    name: "registro",
    permission: "audit.read",
    icon: "lock",
    label: (t) => t.nav.audit,
    render: () => <AuditScreen />,
  },
  {
    name: "impostazioni",
    permission: "queue.edit",
    icon: "sliders",
    label: (t) => t.nav.settings,
    render: () => <SettingsScreen />,
  },
  {
    name: "guida",
    permission: "organisation.read",
    icon: "info",
    label: (t) => t.nav.guide,
    render: ([part]) => <GuideScreen part={part ?? null} />,
  },
  {
    name: "account",
    permission: "desk.stream",
    icon: "user",
    label: (t) => t.account.title,
    aside: true,
    render: () => <AccountScreen />,
  },
];

export function screensOf(person: Pick<Person, "roles">): Screen[] {
  return screens.filter(
    ({ permission, roles }) =>
      mayUse(person, permission) && (!roles || person.roles.some(({ role }) => roles.includes(role))),
  );
}
