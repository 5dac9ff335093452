import { hasRole, type SignedInPerson } from "./person.ts";
import type { Role } from "./roles.ts";

/**
 * Who may use which function (REQ 0 and 12): the one table, read by every route and by the page's menu. It says what
 * a role may do at all; on which rows is decided by each folder's visibility condition.
 */
export const permissions = {
  // The desk of the first level.
  "desk.stream": [
    "operator",
    "office_agent",
    "specialist",
    "rejects_agent",
    "knowledge_editor",
    "agency_referent",
    "supervisor",
    "administrator",
  ],
  "operator.work": ["operator"],
  "operator.watch": ["supervisor", "administrator"],
  "operator.command": ["supervisor"],

  // Calls and queue.
  "call.handle": ["operator"],
  "call.dial": ["operator"],
  "call.answer_transfer": ["office_agent"],
  // What the page with the phone says of itself.
  "call.page_phone": ["operator", "office_agent"],
  "call.read": ["operator", "supervisor"],
  "queue.watch": ["operator", "supervisor", "administrator"],
  "queue.edit": ["supervisor", "administrator"],

  // Cases; rows by case-visibility.
  "case.read": ["operator", "office_agent", "specialist", "rejects_agent", "agency_referent", "supervisor"],
  "case.write": ["operator"],
  "case.edit": ["operator", "office_agent", "rejects_agent"],
  "case.move": ["operator", "office_agent", "rejects_agent"],
  "case.child": ["operator"],
  "case.take_charge": ["office_agent", "rejects_agent", "operator"],
  "case.note": ["operator", "office_agent", "specialist", "rejects_agent"],
  "case.specialist": ["office_agent"],
  "case.attempt": ["operator", "office_agent"],
  "case.task": ["operator", "rejects_agent"],
  "case.reassign": ["rejects_agent"],
  "inbox.read": ["office_agent", "rejects_agent", "specialist"],

  // Citizens: each read is audited.
  "citizen.read": ["operator", "supervisor"],
  "citizen.write": ["operator"],
  "citizen.merge": ["supervisor"],
  "citizen.rights": ["supervisor"],

  // Organisation.
  "organisation.read": [
    "operator",
    "office_agent",
    "specialist",
    "rejects_agent",
    "knowledge_editor",
    "agency_referent",
    "supervisor",
    "administrator",
  ],
  "organisation.edit": ["administrator", "agency_referent"],
  "organisation.import": ["administrator"],

  // What callers hear.
  "flow.read": ["supervisor", "administrator"],
  "flow.edit": ["supervisor"],
  "hours.read": ["operator", "supervisor", "administrator"],
  "hours.edit": ["supervisor", "administrator"],
  "emergency.edit": ["supervisor", "administrator"],

  // Knowledge, information needs, bookings.
  "card.read": [
    "operator",
    "office_agent",
    "specialist",
    "rejects_agent",
    "knowledge_editor",
    "agency_referent",
    "supervisor",
  ],
  "card.edit": ["knowledge_editor", "agency_referent"],
  "need.read": ["operator", "office_agent", "knowledge_editor", "agency_referent", "supervisor"],
  "need.open": ["operator", "office_agent"],
  "need.move": ["knowledge_editor", "agency_referent"],
  "agenda.read": ["operator", "agency_referent", "supervisor"],
  "agenda.edit": ["agency_referent"],
  "booking.write": ["operator"],

  // Switchboard and transfers.
  "directory.read": ["operator", "agency_referent", "supervisor"],
  "directory.edit": ["agency_referent", "administrator"],
  "transfer.make": ["operator"],

  // What is sent, what happened.
  "message.email": ["operator"],
  "message.sms": ["operator", "office_agent"],
  "message.read": ["operator", "office_agent", "supervisor"],
  "message.dead": ["supervisor"],
  "report.read": ["supervisor", "agency_referent", "office_agent"],
  "report.make": ["supervisor", "agency_referent"],
  "report.schedule": ["supervisor"],
  "webhook.edit": ["administrator"],

  // People and the system itself.
  "people.read": ["supervisor", "administrator"],
  "people.edit": ["administrator"],
  "seat.edit": ["administrator"],
  "audit.read": ["administrator"],
  "settings.edit": ["administrator"],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

export function mayUse(person: Pick<SignedInPerson, "roles">, permission: Permission): boolean {
  return hasRole(person, ...permissions[permission]);
}

/** What the page may offer to this person. */
export function permissionsOf(person: Pick<SignedInPerson, "roles">): Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((permission) => mayUse(person, permission));
}
