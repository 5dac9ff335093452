import { hasRole, hasRoleIn, type SignedInPerson } from "../people/person.ts";
import type { ReportSight } from "./report-list-store.ts";

/** REQ 12: supervisors everything, referents their agencies' reports, office people their offices' copies. */
export function reportSight(person: SignedInPerson): ReportSight {
  const held = person.roles.filter(({ role }) => role === "supervisor" || role === "agency_referent");
  return {
    all: person.roles.some(({ role, agencyId }) => role === "supervisor" && agencyId === null),
    agencyIds: held.flatMap(({ agencyId }) => (agencyId === null ? [] : [agencyId])),
    officeIds: hasRole(person, "office_agent") ? person.officeIds : [],
  };
}

/** Null: the whole centre, for supervisors of all agencies only. */
export function mayAskFor(person: SignedInPerson, agencyId: string | null): boolean {
  if (agencyId === null) return reportSight(person).all;
  return hasRoleIn(person, agencyId, "supervisor", "agency_referent");
}
