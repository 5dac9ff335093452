import type { Role } from "../../src/people/roles.ts";
import {
  type AccessWorld,
  type Place,
  placeAgenda,
  placeBooking,
  placeCall,
  placeCard,
  placeCardImport,
  placeCase,
  placeDocument,
  placeNeed,
  placeReport,
  type Walker,
} from "./access-world.ts";

/** Which rows a role reaches through a door (REQ 0 and 12), written by hand and never read from the program. */
export type RowRule = {
  /** Doors by method and the beginning of the path. */
  method: RegExp;
  path: RegExp;
  /** A fresh thing of this place; its id goes into the path. */
  make: (world: AccessWorld, walker: Walker, place: Place) => Promise<string>;
  /** Roles that reach the things of every place, and those that reach only their own. The others reach none. */
  everywhere: readonly Role[];
  own: readonly Role[];
  /** Those that reach everything of their agency, whichever office has it. */
  agency?: readonly Role[];
  /** What a refusal may look like: 404 hides the thing, 403 only refuses the act, 409 says that the call is another's. */
  refusals: readonly number[];
};

const first: readonly Role[] = ["operator", "supervisor"];
const anyMethod = /./;
const read = /^get$/;
const write = /^(post|put|patch|delete)$/;

const service = async ({ services }: AccessWorld, _walker: Walker, place: Place) => services[place].id;
const office = async ({ services }: AccessWorld, _walker: Walker, place: Place) => services[place].officeId;
const department = async ({ services }: AccessWorld, _walker: Walker, place: Place) => services[place].departmentId;
const agency = async ({ services }: AccessWorld, _walker: Walker, place: Place) => services[place].agencyId;
const card = (world: AccessWorld, _walker: Walker, place: Place) => placeCard(world, place);

/** The first that fits counts. */
export const rowRules: readonly RowRule[] = [
  {
    method: anyMethod,
    path: /^\/cases\/:id/,
    make: (world, walker, place) => placeCase(world, walker.role, place),
    everywhere: first,
    own: ["office_agent", "specialist", "rejects_agent", "agency_referent"],
    refusals: [404],
  },
  {
    method: write,
    path: /^\/agencies\/:id\/emergency/,
    make: agency,
    everywhere: ["supervisor", "administrator"],
    own: [],
    refusals: [403],
  },
  { method: write, path: /^\/agencies\/:id/, make: agency, everywhere: ["administrator"], own: [], refusals: [403] },
  {
    method: write,
    path: /^\/departments\/:id/,
    make: department,
    everywhere: ["administrator"],
    own: [],
    refusals: [403],
  },
  {
    method: write,
    path: /^\/services\/:id/,
    make: service,
    everywhere: ["administrator"],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: write,
    path: /^\/offices\/:id/,
    make: office,
    everywhere: ["administrator"],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: read,
    path: /^\/cards\/:id/,
    make: card,
    everywhere: ["knowledge_editor", "supervisor"],
    own: ["agency_referent"],
    refusals: [404],
  },
  {
    method: write,
    path: /^\/cards\/:id/,
    make: card,
    everywhere: ["knowledge_editor"],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: read,
    path: /^\/card-documents\/:id/,
    make: (world, _walker, place) => placeDocument(world, place),
    everywhere: ["knowledge_editor"],
    own: ["agency_referent"],
    refusals: [404],
  },
  {
    // Released by the agency itself (REQ 6.1).
    method: /^patch$/,
    path: /^\/card-documents\/:id/,
    make: (world, _walker, place) => placeDocument(world, place),
    everywhere: [],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: write,
    path: /^\/card-documents\/:id/,
    make: (world, _walker, place) => placeDocument(world, place),
    everywhere: ["knowledge_editor"],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: anyMethod,
    path: /^\/card-imports\/:id/,
    make: (world, _walker, place) => placeCardImport(world, place),
    everywhere: ["knowledge_editor"],
    own: [],
    agency: ["agency_referent"],
    refusals: [403, 404],
  },
  {
    method: read,
    path: /^\/agendas\/:id\/bookings/,
    make: (world, _walker, place) => placeAgenda(world, place),
    everywhere: first,
    own: ["agency_referent"],
    refusals: [404],
  },
  {
    method: write,
    path: /^\/agendas\/:id/,
    make: (world, _walker, place) => placeAgenda(world, place),
    everywhere: [],
    own: ["agency_referent"],
    refusals: [403],
  },
  {
    method: anyMethod,
    path: /^\/bookings\/:id/,
    make: (world, _walker, place) => placeBooking(world, place),
    everywhere: first,
    own: ["agency_referent"],
    refusals: [404],
  },
  {
    method: anyMethod,
    path: /^\/information-needs\/:id/,
    make: placeNeed,
    everywhere: ["knowledge_editor", "supervisor"],
    own: ["operator", "office_agent", "agency_referent"],
    refusals: [404],
  },
  {
    method: anyMethod,
    path: /^\/reports\/:id/,
    make: (world, _walker, place) => placeReport(world, place),
    everywhere: ["supervisor"],
    // A report about the agency is its referents'; each office has its own copy.
    own: ["office_agent"],
    agency: ["agency_referent"],
    refusals: [404],
  },
  {
    method: write,
    path: /^\/calls\/:id\/(away|rejoin)/,
    make: (world, walker, place) => placeCall(world, walker, place),
    everywhere: [],
    own: ["operator", "office_agent"],
    refusals: [403, 404, 409, 422],
  },
  {
    // Reading calls is first level and supervision; commanding one is for who talks in it.
    method: write,
    path: /^\/calls\/:id/,
    make: placeCall,
    everywhere: [],
    own: ["operator"],
    refusals: [403, 404, 409, 422],
  },
];

export function ruleFor(method: string, path: string): RowRule | null {
  return rowRules.find((rule) => rule.method.test(method) && rule.path.test(path)) ?? null;
}

export function reaches(rule: RowRule, role: string, place: Place): boolean {
  const among = (roles: readonly Role[] = []) => roles.some((one) => one === role);
  if (among(rule.everywhere)) return true;
  return place === "own" ? among(rule.own) || among(rule.agency) : place === "other_office" && among(rule.agency);
}
