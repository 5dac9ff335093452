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
];

export function screensOf(person: Pick<Person, "roles">): Screen[] {
  return screens.filter(
    ({ permission, roles }) =>
      mayUse(person, permission) && (!roles || person.roles.some(({ role }) => roles.includes(role))),
  );
}
