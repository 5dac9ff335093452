import type { Pool } from "../../database/pool.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import type { CaseStatus, ContactReason } from "../case.ts";
import { type CasePage, listCases, pageAfter } from "../visibility/case-read-store.ts";

export type InboxQuery = {
  officeId?: string;
  status?: CaseStatus;
  reason?: ContactReason;
  serviceId?: string;
  taken?: "me" | "nobody" | "others";
  q?: string;
  limit: number;
  cursor?: string;
};

const OFFICE_WORK: readonly CaseStatus[] = ["assigned", "transferred", "suspended", "resolved_l2"];

/**
 * The work that waits for this person's level, oldest first (REQ 3.7): what the offices have open, for the rejects
 * desk what was rejected, for a specialist the invitations. Assegnato Risolto is closed: it is asked for by status.
 */
export async function showInbox(pool: Pool, person: SignedInPerson, query: InboxQuery): Promise<CasePage> {
  const { q, status, limit, cursor, ...filter } = query;
  const statuses: CaseStatus[] = status ? [status] : [...OFFICE_WORK];
  if (!status && hasRole(person, "rejects_agent")) statuses.push("rejected");
  // Whoever is operator too sees everything by REQ 12; the inbox stays the second level's.
  const secondLevel = { ...person, roles: person.roles.filter(({ role }) => SECOND_LEVEL.has(role)) };
  return listCases(
    pool,
    secondLevel,
    { ...filter, statuses, open: status === "assigned_resolved" ? undefined : true, text: q?.trim() || undefined },
    { limit, after: pageAfter(cursor), order: "oldest" },
  );
}

const SECOND_LEVEL = new Set<string>(["office_agent", "rejects_agent", "specialist"]);
