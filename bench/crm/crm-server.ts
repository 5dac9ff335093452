// The program's web part on the benchmark's database, in a process of its own. Tells the port; on "record" it notes the
// statements of the next requests, on "take" it sends them.
import pg from "pg";
import { Registry } from "prom-client";
import { caseRoutes } from "../../src/cases/case-routes.ts";
import { citizenRoutes } from "../../src/citizens/citizen-routes.ts";
import { systemClock } from "../../src/clock.ts";
import { createPool, type Pool } from "../../src/database/pool.ts";
import { DeskStreams } from "../../src/desk/desk-streams.ts";
import { startWebServer } from "../../src/desk/web-server.ts";
import { cardRoutes } from "../../src/knowledge/card-routes.ts";
import { silentLogger } from "../../src/log.ts";
import { sessionRoutes } from "../../src/people/sign-in/session-routes.ts";

export type Statement = { text: string; values: unknown[] };

let noted: Statement[] | null = null;
const query = pg.Client.prototype.query;
pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
  const [first, second] = args;
  const given = typeof first === "string" ? { text: first, values: Array.isArray(second) ? second : [] } : first;
  if (noted && given && typeof given === "object" && "text" in given) {
    const values = "values" in given && Array.isArray(given.values) ? given.values : [];
    noted.push({ text: String(given.text), values });
  }
  return Reflect.apply(query, this, args);
} as typeof query;

const pool = createPool(process.env.DATABASE_URL ?? "", "web", 10, silentLogger);
const doorsOver = (over: Pool) => [
  ...sessionRoutes({ pool: over, clock: systemClock }),
  ...cardRoutes({ pool: over, clock: systemClock }),
  ...citizenRoutes({ pool: over }),
  ...caseRoutes({ pool: over }),
];
const nodeId = crypto.randomUUID();
await pool.query("insert into nodes (id, name, roles) values ($1, 'bench-crm', '{web}')", [nodeId]);
const web = await startWebServer({
  config: { port: 0, publicUrl: null, sessionSecret: "a secret of the benchmark" },
  pool,
  log: silentLogger,
  routes: doorsOver(pool),
  routesOver: doorsOver,
  streams: new DeskStreams({ pool, nodeId, log: silentLogger }),
  sipTarget: () => null,
  asteriskConnected: () => true,
  registry: new Registry(),
});
process.on("message", (message) => {
  if (message === "record") noted = [];
  if (message === "take") {
    process.send?.({ statements: noted });
    noted = null;
  }
});
process.on("disconnect", () => process.exit(0));
process.send?.({ port: web.port });
