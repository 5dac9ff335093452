import type { AccessTally } from "./access-tally.ts";
import { type AccessWorld, type Place, placeCard, placeCase, placeNeed, places } from "./access-world.ts";

type ListRule = {
  path: string;
  role: "operator" | "office_agent" | "specialist" | "rejects_agent" | "agency_referent";
  make: (world: AccessWorld, place: Place) => Promise<string>;
};

const caseFor = (role: string) => (world: AccessWorld, place: Place) => placeCase(world, role, place);
const needFor = (role: "operator" | "office_agent" | "agency_referent") => (world: AccessWorld, place: Place) =>
  placeNeed(world, world.of(role), place);

/** Lists and searches: what is hidden is neither shown nor counted (FAULTS S3). */
const lists: readonly ListRule[] = [
  ...(["office_agent", "specialist", "rejects_agent", "agency_referent"] as const).map((role) => ({
    path: "/cases?limit=100",
    role,
    make: caseFor(role),
  })),
  ...(["office_agent", "specialist", "rejects_agent"] as const).flatMap((role) => [
    { path: "/inbox?limit=100", role, make: caseFor(role) },
    { path: "/inbox?limit=100&q=richiesta", role, make: caseFor(role) },
  ]),
  ...(["operator", "office_agent", "agency_referent"] as const).map((role) => ({
    path: "/information-needs?limit=100",
    role,
    make: needFor(role),
  })),
  { path: "/cards/drafts?limit=100", role: "agency_referent", make: placeCard },
];

export async function walkLists(world: AccessWorld, tally: AccessTally): Promise<void> {
  for (const [round, { path, role, make }] of lists.entries()) {
    const ids = new Map<Place, string>();
    for (const place of places) ids.set(place, await make(world, place));
    // On the first page, whatever the check left there before and whichever end the list begins with.
    if (path.startsWith("/inbox")) {
      await world.pool.query("update cases set opened_at = date '2000-01-01' - $2::integer where id = any($1)", [
        [...ids.values()],
        round,
      ]);
    }
    const shown = JSON.stringify((await world.of(role).client.call("GET", path)).body);
    for (const place of places) {
      const isThere = shown.includes(ids.get(place) ?? "");
      if (place === "own") tally.allowed(isThere, `get ${path} as ${role}: the own thing is missing`);
      else tally.denied(!isThere, `get ${path} as ${role} shows what belongs to ${place}`);
    }
  }
  await walkBodies(world, tally);
}

/** Doors whose body names what belongs to somebody. */
async function walkBodies(world: AccessWorld, tally: AccessTally): Promise<void> {
  const { services } = world;
  const agenda = { name: "Sportello", slotMinutes: 30, hours: [{ weekday: 1, opens: "08:00", closes: "12:00" }] };
  const asked: [string, (place: Place) => unknown][] = [
    ["/cards", (place) => ({ serviceId: services[place].id, title: "Nuova" })],
    ["/agendas", (place) => ({ ...agenda, serviceId: services[place].id })],
  ];
  const { client } = world.of("agency_referent");
  for (const [path, bodyFor] of asked) {
    for (const place of places) {
      const { status } = await client.call("POST", path, bodyFor(place));
      const name = `post ${path} as agency_referent, ${place}: ${status}`;
      if (place === "own") tally.allowed(status === 201, name);
      else tally.denied(status === 403, name);
    }
  }
  for (const place of ["own", "other_agency"] as const) {
    const agency = services[place].agencyId;
    const { status } = await client.call("POST", `/card-imports?agency=${agency}`, { cards: [] });
    if (place === "own") tally.allowed(status !== 403, `post /card-imports, ${place}: ${status}`);
    else tally.denied(status === 403, `post /card-imports, ${place}: ${status}`);
    const searches = await client.call("GET", `/card-searches?agency=${agency}`);
    if (place === "own") tally.allowed(searches.status === 200, `get /card-searches, ${place}: ${searches.status}`);
    else tally.denied(searches.status === 403, `get /card-searches, ${place}: ${searches.status}`);
  }
  for (const place of places) {
    const caseId = await placeCase(world, "office_agent", place);
    const need = { about: "missing", caseId, serviceId: services[place].id, text: "manca" };
    const { status } = await world.of("office_agent").client.call("POST", "/information-needs", need);
    const name = `post /information-needs as office_agent, case of ${place}: ${status}`;
    if (place === "own") tally.allowed(status < 300, name);
    else tally.denied(status === 404, name);
  }
}
