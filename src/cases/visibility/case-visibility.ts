import { hasRole, type SignedInPerson } from "../../people/person.ts";

/**
 * Who sees which case (REQ 12), in one place: a SQL condition on `cases s` that every read of cases carries. What is
 * not visible is answered like what is not there (404).
 *
 * - first level and supervisor: every agency;
 * - office agent: what is with their office now, and the reminders and notices that follow it; never grievances,
 *   first-level or unresolved cases (those reach the office by report), nor what it rejected; and the case of the
 *   transfer that rings or consults them, while it does (REQ 3.4);
 * - specialist: the cases they were invited to, as long as the case is with that agency;
 * - referent: the cases of their services, once they have left draft;
 * - rejects desk: rejected cases.
 */
export function visibleCases(person: Pick<SignedInPerson, "id" | "roles" | "officeIds" | "serviceIds">, first: number) {
  const terms: string[] = [];
  const values: unknown[] = [];
  const parameter = (value: unknown) => {
    values.push(value);
    return `$${first + values.length - 1}`;
  };
  if (hasRole(person, "operator", "supervisor")) return { sql: "true", values };
  if (hasRole(person, "office_agent") && person.officeIds.length > 0) {
    const offices = parameter(person.officeIds);
    terms.push(followed((h) => `${h}.office_id = any(${offices}::uuid[]) and ${h}.status in ${officeStatuses}`));
  }
  if (hasRole(person, "office_agent")) {
    terms.push(`exists (select from transfers g where g.case_id = s.id and g.person_id = ${parameter(person.id)}
      and g.state <> 'ended')`);
  }
  if (hasRole(person, "rejects_agent")) terms.push(followed((h) => `${h}.status = 'rejected'`));
  if (hasRole(person, "specialist")) {
    const self = parameter(person.id);
    const agencies = parameter(person.roles.filter((held) => held.role === "specialist").map((held) => held.agencyId));
    terms.push(
      followed(
        (h) => `${h}.agency_id = any(${agencies}::uuid[]) and exists (select from case_specialists i
          where i.case_id = ${h}.id and i.person_id = ${self} and i.ended_at is null)`,
      ),
    );
  }
  if (hasRole(person, "agency_referent") && person.serviceIds.length > 0) {
    terms.push(`(s.service_id = any(${parameter(person.serviceIds)}::uuid[]) and s.status <> 'draft')`);
  }
  return { sql: terms.length === 0 ? "false" : `(${terms.join(" or ")})`, values };
}

// The same statuses as `visibleToOffice` of case.ts; a test compares the two.
const officeStatuses = "('assigned', 'transferred', 'suspended', 'resolved_l2', 'assigned_resolved')";

/** A mirroring child is seen with its parent, whatever its own row says; every other case by itself. */
function followed(condition: (head: string) => string): string {
  return `((${condition("s")} and (s.parent_id is null or s.reason = 'case_status'))
    or (s.parent_id is not null and s.reason in ('reminder', 'update_notice') and s.status not in ('draft', 'cancelled')
      and exists (select from cases h where h.id = s.parent_id and ${condition("h")})))`;
}
