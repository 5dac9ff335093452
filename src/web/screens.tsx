import type { ReactNode } from "react";
import { mayUse, type Permission } from "../people/permissions.ts";
import type { Person } from "./api/api-types.ts";
import { InboxScreen } from "./inbox/inbox-screen.tsx";
import { OperatorScreen } from "./operator/operator-screen.tsx";
import type { IconName } from "./shell/icon.tsx";
import type { Texts } from "./texts/texts.tsx";

export type Screen = {
  /** First part of the hash. */
  name: string;
  permission: Permission;
  icon: IconName;
  label: (texts: Texts) => string;
  render: (rest: string[]) => ReactNode;
};

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
    icon: "inbox",
    label: (t) => t.nav.inbox,
    render: ([caseId]) => <InboxScreen caseId={caseId ?? null} />,
  },
];

export function screensOf(person: Pick<Person, "roles">): Screen[] {
  return screens.filter((screen) => mayUse(person, screen.permission));
}
