import { randomUUID } from "node:crypto";
import type { Pool } from "../../src/database/pool.ts";
import type { Route, RouteSpec } from "../../src/desk/route.ts";
import { permissions } from "../../src/people/permissions.ts";
import type { AccessWorld, Walker } from "../access/access-world.ts";
import { isFeed } from "../access/walk-doors.ts";
import { oddTexts, spoil, spoilBytes } from "./mutations.ts";
import { oneOf, type Random, sampleOf } from "./schema-sample.ts";

/** What would sign the fuzzing people out, or take their rights away: asked with ids that do not exist only. */
const endsSessions = /^(delete \/(session|me\/sessions)|put \/me\/password|post \/me\/second-factor)/;
const answerLimitMs = 5_000;

export type ApiFuzz = { run: (random: Random) => Promise<void>; statuses: Map<number, number> };

/** Requests from the schemas of the program's own doors: good ones, ones with a fault, and nonsense. */
export async function apiFuzz(url: string, routes: Route[], world: AccessWorld): Promise<ApiFuzz> {
  const ids = await idsOf(world.pool);
  const doors = routes.map(({ spec }) => spec).filter((spec) => !isFeed(spec) && !endsSessions.test(nameOf(spec)));
  const statuses = new Map<number, number>();
  const run = async (random: Random): Promise<void> => {
    const spec = oneOf(random, doors);
    const walker = walkerFor(spec, world, random);
    const path = pathFor(spec, ids, random) + queryFor(spec, random);
    const body = spec.method === "get" ? undefined : bodyFor(spec, ids, random);
    const response = await fetch(`${url}/api/v1${path}`, {
      method: spec.method.toUpperCase(),
      headers: {
        cookie: walker.client.cookie,
        ...(body === undefined ? {} : { "content-type": typeFor(spec, random) }),
        ...(random() < 0.8 ? { "if-match": oneOf(random, ['"1"', '"2"', "x", '"99999999999"']) } : {}),
        ...(random() < 0.3 ? { "idempotency-key": oneOf(random, [randomUUID(), "short", "x".repeat(300)]) } : {}),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(answerLimitMs),
    });
    const text = await response.text();
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const asked = `${nameOf(spec)} as ${walker.role}: ${path.slice(0, 200)} ${String(body ?? "").slice(0, 300)}`;
    if (response.status >= 500 && response.status !== 503) throw new Error(`${response.status} ${asked}`);
    if (/\n\s+at |node_modules|select .* from /i.test(text) && response.status >= 400) {
      throw new Error(`the answer tells of the inside: ${asked}: ${text.slice(0, 200)}`);
    }
  };
  return { run, statuses };
}

/** Mostly somebody who may, so that the request gets as far as the work. */
function walkerFor({ permission }: RouteSpec, { walkers }: AccessWorld, random: Random): Walker {
  if (permission === "public" || permission === "signed_in" || random() < 0.1) return oneOf(random, walkers);
  const may: readonly string[] = permissions[permission];
  return oneOf(
    random,
    walkers.filter(({ role }) => may.includes(role)),
  );
}

const nameOf = ({ method, path }: RouteSpec) => `${method} ${path}`;

/** Ids that exist, of all kinds: an id of one kind in the place of another is a good fault, too. */
async function idsOf(pool: Pool): Promise<string[]> {
  const tables = ["cases", "calls", "citizens", "services", "offices", "agencies", "cards", "agendas", "bookings"];
  const { rows } = await pool.query<{ id: string }>(
    tables.map((table) => `(select id from ${table} order by id desc limit 20)`).join(" union all "),
  );
  return rows.map(({ id }) => id);
}

function pathFor(spec: RouteSpec, ids: string[], random: Random): string {
  const foreign = spec.path.startsWith("/people/");
  return spec.path.replace(/:\w+/g, () => {
    const kind = random();
    if (kind < 0.7 && !foreign) return oneOf(random, ids);
    if (kind < 0.85) return randomUUID();
    return encodeURIComponent(
      oneOf(
        random,
        oddTexts.filter((text) => !/\p{Surrogate}/u.test(text) && text !== ""),
      ),
    );
  });
}

function queryFor(spec: RouteSpec, random: Random): string {
  if (!spec.query || random() < 0.3) return "";
  const good = sampleOf(spec.query, random, 0.6) as Record<string, unknown>;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(good)) {
    const text = random() < 0.25 ? oneOf(random, oddTexts) : String(value);
    query.append(name, text.replace(/\p{Surrogate}/gu, ""));
    if (random() < 0.05) query.append(name, "again");
  }
  return `?${query}`;
}

function bodyFor(spec: RouteSpec, ids: string[], random: Random): string | Uint8Array<ArrayBuffer> | undefined {
  if (spec.bodyKind === "stream") return new Uint8Array(spoilBytes(Buffer.from("codice;nome\n1;a\n"), random));
  if (!spec.body) return random() < 0.2 ? "{}" : undefined;
  const good = withIds(sampleOf(spec.body, random, 0.6), ids, random);
  const kind = random();
  if (kind < 0.4) return JSON.stringify(good);
  if (kind < 0.9) return JSON.stringify(spoil(good, random)) ?? "";
  if (kind < 0.95) return `{"a":1,"a":2${JSON.stringify(good).slice(1)}`;
  return new Uint8Array(spoilBytes(Buffer.from(JSON.stringify(good)), random));
}

/** The samples' one id is nobody's: most get one that exists. */
function withIds(value: unknown, ids: string[], random: Random): unknown {
  if (typeof value === "string") return /^[0-9a-f-]{36}$/.test(value) && random() < 0.8 ? oneOf(random, ids) : value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids, random));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withIds(inner, ids, random)]));
}

function typeFor(spec: RouteSpec, random: Random): string {
  if (random() < 0.03) return oneOf(random, ["text/plain", "application/xml", "application/json; charset=latin1"]);
  if (spec.bodyKind === "form") return "application/x-www-form-urlencoded";
  return spec.bodyKind === "stream" ? "text/csv" : "application/json";
}
