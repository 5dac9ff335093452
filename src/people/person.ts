import type { Role } from "./roles.ts";

export type PersonRole = { role: Role; agencyId: string | null };

/** Whoever is behind a request: read again from the database at each one, so that a change of roles counts at once. */
export type SignedInPerson = {
  id: string;
  login: string;
  displayName: string;
  language: "it" | "en";
  roles: PersonRole[];
  /** Second-level offices the person belongs to. */
  officeIds: string[];
  /** Services a referent answers for. */
  serviceIds: string[];
  /** What must be done before the roles count; absent or empty: nothing. */
  pending?: ("change_password" | "second_factor")[];
};

/** True when the person has at least one of the roles, in whatever agency. */
export function hasRole(person: Pick<SignedInPerson, "roles">, ...wanted: Role[]): boolean {
  return person.roles.some((held) => wanted.includes(held.role));
}

/** True when the role is held for that agency, or for all (no agency). */
export function hasRoleIn(person: Pick<SignedInPerson, "roles">, agencyId: string, ...wanted: Role[]): boolean {
  return person.roles.some(
    (held) => wanted.includes(held.role) && (held.agencyId === null || held.agencyId === agencyId),
  );
}
