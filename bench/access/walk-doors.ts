import type { Route, RouteSpec } from "../../src/desk/route.ts";
import { type TestClient, testClient } from "../../test/support/web.ts";
import { type AccessMatrix, mayUseDoor } from "./access-matrix.ts";
import type { AccessTally } from "./access-tally.ts";
import type { AccessWorld } from "./access-world.ts";

/** A form that no schema takes: whoever is let through is told 400, so that nothing changes. */
const noForm = "[]";

export const doorOf = ({ method, path }: RouteSpec): string => `${method} ${path}`;

/** Every route × every role, a person without a role, and nobody signed in, against the hand-written matrix. */
export async function walkDoors(
  url: string,
  routes: Route[],
  matrix: AccessMatrix,
  world: AccessWorld,
  tally: AccessTally,
) {
  const anonymous = await testClient(url);
  // Signing out comes last: it ends the sessions that the walk needs.
  const ordered = [...routes].sort((a, b) => Number(isSignOut(a.spec)) - Number(isSignOut(b.spec)));
  for (const { spec } of ordered) {
    if (isSignOut(spec)) continue;
    await askDoor(url, spec, "anonymous", anonymous, matrix, tally);
    for (const { role, client } of world.walkers) await askDoor(url, spec, role, client, matrix, tally);
  }
  return {
    /** To be asked when nothing else is left. */
    signOut: async () => {
      for (const { spec } of ordered.filter((one) => isSignOut(one.spec))) {
        await askDoor(url, spec, "anonymous", anonymous, matrix, tally);
        for (const { role, login } of world.walkers) {
          await askDoor(url, spec, role, await testClient(url, login), matrix, tally);
        }
      }
    },
  };
}

async function askDoor(
  url: string,
  spec: RouteSpec,
  role: Parameters<typeof mayUseDoor>[2],
  client: TestClient,
  matrix: AccessMatrix,
  tally: AccessTally,
): Promise<void> {
  const door = doorOf(spec);
  const { status, code } = isFeed(spec) ? await openFeed(url, client, spec) : await askWithoutForm(client, spec);
  if (mayUseDoor(matrix, door, role)) {
    const refused = code === "not_signed_in" || status === 403 || status >= 500;
    tally.allowed(!refused, `${door} as ${role}: ${status}`);
  } else {
    tally.denied(status === (role === "anonymous" ? 401 : 403), `${door} as ${role}: ${status}`);
  }
}

async function askWithoutForm(client: TestClient, spec: RouteSpec): Promise<{ status: number; code: unknown }> {
  const path = spec.path.replace(/:\w+/g, "no-such-id");
  const { status, body } = await client.call(
    spec.method.toUpperCase(),
    path,
    spec.method === "get" ? undefined : noForm,
  );
  return { status, code: body.code };
}

/** The live feed's answer never ends: its status is all that is read. */
async function openFeed(url: string, client: TestClient, spec: RouteSpec): Promise<{ status: number; code: unknown }> {
  const cut = new AbortController();
  const response = await fetch(`${url}/api/v1${spec.path}`, {
    headers: client.cookie ? { cookie: client.cookie } : {},
    signal: cut.signal,
  });
  cut.abort();
  return { status: response.status, code: response.status === 401 ? "not_signed_in" : null };
}

function isSignOut(spec: RouteSpec): boolean {
  return spec.method === "delete" && ["/session", "/me/sessions"].includes(spec.path);
}

/** Imports have no time limit either, but they do answer. */
export function isFeed(spec: RouteSpec): boolean {
  return spec.endless === true && spec.method === "get";
}
