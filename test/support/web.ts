import { randomUUID } from "node:crypto";
import { Registry } from "prom-client";
import { systemClock } from "../../src/clock.ts";
import { DatabaseListener } from "../../src/database/listen.ts";
import type { Pool } from "../../src/database/pool.ts";
import { DeskStreams } from "../../src/desk/desk-streams.ts";
import { feedRoutes } from "../../src/desk/feed-routes.ts";
import type { Route } from "../../src/desk/route.ts";
import { startWebServer, type WebServerOptions } from "../../src/desk/web-server.ts";
import { silentLogger } from "../../src/log.ts";
import { operatorRoutes } from "../../src/operators/operator-routes.ts";
import type { Role } from "../../src/people/roles.ts";
import { hashPassword } from "../../src/people/sign-in/password.ts";
import { sessionRoutes } from "../../src/people/sign-in/session-routes.ts";
import type { TestDatabase } from "./database.ts";

export type TestWeb = {
  url: string;
  nodeId: string;
  streams: DeskStreams;
  close(): Promise<void>;
};

/** A copy's web part without telephony, on a free port; answers are checked against their schemas. */
export async function testWeb(
  { pool, url }: TestDatabase,
  options: {
    routes?: Route[];
    over?: (pool: Pool) => Route[];
    more?: Partial<WebServerOptions>;
    monotonicMs?: () => number;
  } = {},
): Promise<TestWeb> {
  const nodeId = randomUUID();
  await pool.query("insert into nodes (id, name, roles) values ($1, $2, '{web}')", [nodeId, `055055-${nodeId}`]);
  const streams = new DeskStreams({
    pool,
    nodeId,
    log: silentLogger,
    ...(options.monotonicMs ? { monotonicMs: options.monotonicMs } : {}),
  });
  const wake = new DatabaseListener(
    url,
    ["desk", "lists"],
    ({ channel, payload }) => (channel === "lists" ? streams.listChanged(payload) : streams.wake(payload)),
    () => streams.wakeAll(),
    silentLogger,
  );
  await wake.start();
  // A page that hears nothing thinks that the connection is dead.
  streams.startBeats();
  const { over } = options;
  const server = await startWebServer({
    config: { port: 0, publicUrl: null, sessionSecret: "a secret of the tests" },
    pool,
    log: silentLogger,
    routes: [
      ...feedRoutes({ streams }),
      // `over`: the program's own list without the feed, whose streams are made here; behind the second wall, too.
      ...(over?.(pool) ?? [
        ...sessionRoutes({ pool, clock: systemClock }),
        ...operatorRoutes({ pool }),
        ...(options.routes ?? []),
      ]),
    ],
    routesOver: over ? (other) => [...feedRoutes({ streams }), ...over(other)] : null,
    streams,
    sipTarget: () => null,
    asteriskConnected: () => true,
    registry: new Registry(),
    checkResponses: true,
    ...options.more,
  });
  const close = async (): Promise<void> => {
    await server.close();
    await wake.close();
  };
  return { url: `http://127.0.0.1:${server.port}`, nodeId, streams, close };
}

let hashed: Promise<string> | null = null;
export const testPassword = "una frase lunga per le prove";

/** A person with one role; an operator gets a seat of the given number. */
export async function testPerson(pool: Pool, login: string, role: Role, seat?: string): Promise<string> {
  hashed ??= hashPassword(testPassword);
  const found = await pool.query<{ id: string }>(
    "insert into people (login, display_name, password_hash) values ($1::citext, $1::text, $2) returning id",
    [login, await hashed],
  );
  const id = found.rows[0]?.id ?? "";
  await pool.query("insert into person_roles (person_id, role) values ($1, $2)", [id, role]);
  if (seat) {
    await pool.query("insert into seats (number, sip_password, web_password) values ($1, 'sip-secret', 'web-secret')", [
      seat,
    ]);
    await pool.query("insert into operators (person_id, seat_id) select $1, id from seats where number = $2", [
      id,
      seat,
    ]);
  }
  return id;
}

export type TestClient = {
  cookie: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
};
// Bodies of tests are looked into without ceremony.
export type TestAnswer = { status: number; headers: Headers; body: Record<string, never> & { [key: string]: unknown } };

/** Requests as one person; without a login nobody is signed in. */
export async function testClient(url: string, login?: string): Promise<TestClient> {
  const client: TestClient = {
    cookie: "",
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(url + (path.startsWith("/api") || path.startsWith("//") ? path : `/api/v1${path}`), {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(client.cookie ? { cookie: client.cookie } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : {},
      };
    },
  };
  if (login) {
    const answer = await client.call("POST", "/session", { login, password: testPassword });
    if (answer.status !== 201) throw new Error(`sign-in of ${login} answered ${answer.status}`);
    client.cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  }
  return client;
}

export type FeedFrame = { id: string | null; event: string; data: unknown };

/** An open live feed that lets a test wait for frames. */
export class TestFeed {
  readonly frames: FeedFrame[] = [];
  ended = false;
  private readonly waiting: (() => void)[] = [];
  private readonly abort = new AbortController();

  static async open(url: string, client: TestClient, lastEventId?: number, query = ""): Promise<TestFeed> {
    const feed = new TestFeed();
    const response = await fetch(`${url}/api/v1/desk/events${query}`, {
      headers: {
        cookie: client.cookie,
        ...(lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) }),
      },
      signal: feed.abort.signal,
    });
    if (response.status !== 200 || !response.body) throw new Error(`the feed answered ${response.status}`);
    void feed.read(response.body);
    return feed;
  }

  /** Resolves when `found` holds; fails after 5 s. */
  async until(what: string, found: (feed: TestFeed) => boolean): Promise<void> {
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      this.wake();
    }, 5_000);
    try {
      while (!found(this)) {
        if (late) throw new Error(`no ${what}; frames: ${JSON.stringify(this.frames).slice(0, 2_000)}`);
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    } finally {
      clearTimeout(limit);
    }
  }

  events(kind: string): FeedFrame[] {
    return this.frames.filter((frame) => frame.event === kind);
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    try {
      const decoder = new TextDecoder();
      for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
        const blocks = (rest + decoder.decode(piece, { stream: true })).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.take(block);
      }
    } catch {
      // The test closed the feed, or the server cut it: both end it.
    }
    this.ended = true;
    this.wake();
  }

  private take(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
    );
    const data = fields.get("data");
    this.frames.push({
      id: fields.get("id") ?? null,
      event: fields.get("event") ?? "comment",
      data: data ? JSON.parse(data) : null,
    });
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
