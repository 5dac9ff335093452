/**
 * Who answers for what (REQ 0): an agency has departments and second-level offices; a service belongs to one
 * department and has exactly one competent office, both of its agency. The fourth element of the quadruple is the
 * contact reason; it carries whether second level may ask first level to call the citizen back (§4.2).
 */
import type { ContactReason, Profile } from "../cases/case.ts";
import { AppError } from "../errors.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../people/person.ts";

export type Agency = {
  id: string;
  externalId: string | null;
  name: string;
  shortName: string;
  /** Subscribes to the switchboard (REQ 7). */
  switchboard: boolean;
  emergencyOn: boolean;
  disabled: boolean;
  version: number;
};

export type Department = {
  id: string;
  agencyId: string;
  externalId: string | null;
  name: string;
  disabled: boolean;
  version: number;
};

export type Office = {
  id: string;
  agencyId: string;
  externalId: string | null;
  name: string;
  /** E.164; the extension is dialled by hand. */
  phone: string | null;
  phoneExtension: string | null;
  email: string | null;
  calendarId: string | null;
  isRejectsDesk: boolean;
  disabled: boolean;
  version: number;
};

export type ServiceSettings = {
  profile: Profile;
  acceptsInformation: boolean;
  acceptsComplaints: boolean;
  hasAgenda: boolean;
  /** Failed attempts after the answer before Non comunicabile may be set (REQ 4). */
  minFailedAttempts: number;
  contactBackReasons: ContactReason[];
};

export type Service = ServiceSettings & {
  id: string;
  agencyId: string;
  departmentId: string;
  officeId: string;
  externalId: string | null;
  name: string;
  disabled: boolean;
  version: number;
};

/** Only what second level resolves can be told in a contact back: the reasons that a parent may have (REQ 2, 4). */
export const contactBackReasons: readonly ContactReason[] = ["information", "complaint"];

export type SettingsFault = { field: keyof ServiceSettings; it: string; insteadIt: string };

/** What is wrong with the settings of a service; the database refuses the first of these too. */
export function checkServiceSettings(settings: ServiceSettings): SettingsFault | null {
  const { profile, acceptsInformation, acceptsComplaints, hasAgenda } = settings;
  if (profile === "base") {
    const insteadIt = "Togliere l'impostazione oppure dare al servizio il profilo avanzato.";
    if (acceptsInformation)
      return {
        field: "acceptsInformation",
        it: "Un servizio base non accetta informazioni in assegnazione.",
        insteadIt,
      };
    if (acceptsComplaints)
      return { field: "acceptsComplaints", it: "Un servizio base non accetta reclami.", insteadIt };
    if (hasAgenda) return { field: "hasAgenda", it: "Un servizio base non ha un'agenda.", insteadIt };
    if (settings.contactBackReasons.length > 0)
      return { field: "contactBackReasons", it: "Un servizio base non ha il contact back.", insteadIt };
  }
  const wrong = settings.contactBackReasons.find((reason) => !contactBackReasons.includes(reason));
  if (wrong) {
    return {
      field: "contactBackReasons",
      it: "Il contact back esiste solo per informazioni e reclami.",
      insteadIt: "Abilitarlo solo per questi motivi.",
    };
  }
  return null;
}

export function refuseSettings(settings: ServiceSettings): void {
  const fault = checkServiceSettings(settings);
  if (!fault) return;
  throw new AppError("rule_violated", "The settings of the service do not fit its profile", {
    rule: "§3.2",
    refusal: "service_settings",
    it: fault.it,
    insteadIt: fault.insteadIt,
    extra: { field: fault.field },
  });
}

/** Referents change what they answer for (REQ 0: an agency and a list of services); administrators all. */
export function mayEditService(person: SignedInPerson, service: { id: string; agencyId: string }): boolean {
  if (hasRole(person, "administrator")) return true;
  return hasRoleIn(person, service.agencyId, "agency_referent") && person.serviceIds.includes(service.id);
}

/** An office that also answers for services of somebody else is the administrator's to change. */
export function mayEditOffice(person: SignedInPerson, agencyId: string, serviceIdsOfOffice: string[]): boolean {
  if (hasRole(person, "administrator")) return true;
  return (
    hasRoleIn(person, agencyId, "agency_referent") &&
    serviceIdsOfOffice.length > 0 &&
    serviceIdsOfOffice.every((id) => person.serviceIds.includes(id))
  );
}

export function refuseOutOfScope(allowed: boolean): void {
  if (allowed) return;
  throw new AppError("role_missing", "This part of the organisation is not the person's to change", {
    rule: "REQ 0",
    refusal: "out_of_scope",
    it: "Questa voce non rientra nei servizi di cui lei è referente.",
    insteadIt: "Chiedere all'amministratore.",
  });
}

export function staleVersion(current: { version: number }): AppError {
  return new AppError("stale_version", "The entry was changed meanwhile", {
    it: "La voce è stata modificata da un'altra persona.",
    insteadIt: "Rivedere i dati e salvare di nuovo.",
    extra: { currentVersion: current.version, current },
  });
}
