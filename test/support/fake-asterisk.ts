import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { AsteriskAddress } from "../../src/asterisk/connection.ts";

export type FakeCommand = {
  application: string;
  requestId: string;
  method: string;
  uri: string;
  query: Record<string, string>;
  body: Record<string, unknown> | null;
};

type Json = Record<string, unknown>;
export type FakeReply = { status: number; reason?: string; body?: unknown; bodyText?: string };
/** What a test lets happen to a command: an answer, none, or anything it does itself (late, early, twice, never). */
export type FakeAnswer = FakeReply | "never" | ((command: FakeCommand) => FakeReply | "never");

type Handshake = "accept" | "reset" | "hang" | { status: number; html: string };

/**
 * An Asterisk on the wire: HTTP for its description, a WebSocket for events and commands, and behind it no telephony
 * at all. Legs and bridges are plain entries, so that what the program compares on connect is there; each test says
 * what else happens, and when.
 */
export class FakeAsterisk {
  readonly user = "fake";
  readonly password = "fake-secret-canary";
  readonly commands: FakeCommand[] = [];
  /** URL and Authorization of each WebSocket handshake, accepted or not. */
  readonly handshakes: { url: string; authorization: string }[] = [];
  readonly legs = new Map<string, Json>();
  readonly bridges = new Map<string, Json>();
  readonly globals = new Map<string, string>();
  handshake: Handshake = "accept";
  /** How its description is served: well, cut off in the middle, as an HTML page, or never. */
  description: "good" | "half" | "html" | "never" = "good";
  /** Commands are answered and no event comes. */
  deaf = false;
  version = "22.10.1-fake";
  startedAt = "2026-01-01T00:00:00.000+0000";
  readonly #answers: { pattern: string; answer: FakeAnswer }[] = [];
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #byApplication = new Map<string, WebSocket>();
  readonly #raw = new Set<Duplex>();
  readonly #docs: Record<string, unknown>;

  private constructor(docs: Record<string, unknown>) {
    this.#docs = docs;
    this.#server = createServer((request, response) => {
      const resource = /^\/ari\/api-docs\/(\w+)\.json$/.exec(request.url ?? "")?.[1] ?? "";
      const text = JSON.stringify(this.#docs[resource] ?? null);
      if (this.description === "never") return;
      if (this.description === "html") {
        response.writeHead(404, { "content-type": "text/html" }).end("<html>404</html>");
        return;
      }
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      if (this.description === "good") response.end(text);
      else response.write(text.slice(0, text.length / 2), () => response.destroy());
    });
    this.#server.on("connection", (socket) => {
      this.#raw.add(socket);
      socket.on("close", () => this.#raw.delete(socket));
    });
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(): Promise<FakeAsterisk> {
    const file = new URL("fake-api-docs.json", import.meta.url);
    const fake = new FakeAsterisk(JSON.parse(await readFile(file, "utf8")));
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    return fake;
  }

  get address(): AsteriskAddress {
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, user: this.user, password: this.password };
  }

  /**
   * From now on commands that begin with `pattern` ("POST channels/x/answer", "GET channels") get this answer; the
   * newest matching one counts.
   */
  answer(pattern: string, answer: FakeAnswer): void {
    this.#answers.unshift({ pattern, answer });
  }

  /** Sends an event to an application, or a raw frame when it is text. */
  send(application: string, event: Json | string): void {
    const head = { application, asterisk_id: "02:fa:ce", timestamp: "2026-01-01T00:00:00.000+0000" };
    const socket = this.#byApplication.get(application);
    if (!socket) throw new Error(`nobody is connected as ${application}`);
    socket.send(typeof event === "string" ? event : JSON.stringify({ ...head, ...event }));
  }

  /** Answers a command now, whatever happened to it before: late, or once more. */
  reply(command: FakeCommand, reply: FakeReply): void {
    this.send(command.application, {
      type: "RESTResponse",
      request_id: command.requestId,
      status_code: reply.status,
      reason_phrase: reply.reason ?? "",
      content_type: "application/json",
      message_body: reply.bodyText ?? (reply.body === undefined ? "" : JSON.stringify(reply.body)),
    });
  }

  /** A leg's event, in Asterisk's form. */
  legEvent(application: string, type: string, legId: string, more: Json = {}): void {
    this.send(application, { type, channel: this.legs.get(legId) ?? channelJson(legId), ...more });
  }

  /** Resets every connection. */
  reset(): void {
    for (const socket of this.#raw) (socket as import("node:net").Socket).resetAndDestroy();
  }

  /** As after kill -9 and a new start: nothing of the old calls is left. */
  restarted(): void {
    this.startedAt = new Date(Date.parse(this.startedAt) + 60_000).toISOString();
    this.legs.clear();
    this.bridges.clear();
    this.globals.clear();
    this.reset();
  }

  async close(): Promise<void> {
    this.reset();
    this.#sockets.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.handshakes.push({ url: request.url ?? "", authorization: request.headers.authorization ?? "" });
    if (this.handshake === "hang") return;
    if (this.handshake === "reset") {
      (socket as import("node:net").Socket).resetAndDestroy();
      return;
    }
    if (this.handshake !== "accept") {
      const { status, html } = this.handshake;
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\nContent-Length: ${html.length}\r\n\r\n${html}`);
      return;
    }
    const application = new URL(request.url ?? "", "http://x").searchParams.get("app") ?? "";
    this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted, application));
  }

  #accept(socket: WebSocket, application: string): void {
    const replaced = this.#byApplication.get(application);
    if (replaced) this.send(application, { type: "ApplicationReplaced" });
    this.#byApplication.set(application, socket);
    // A reset by the test itself; the program's side is what is looked at.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.#byApplication.get(application) === socket) this.#byApplication.delete(application);
    });
    socket.on("message", (data) => {
      if (this.#byApplication.get(application) === socket) this.#command(application, String(data));
    });
  }

  #command(application: string, frame: string): void {
    const { request_id, method, uri, query_strings, message_body } = JSON.parse(frame);
    const query: Record<string, string> = {};
    for (const { name, value } of query_strings ?? []) query[name] = value;
    const body = message_body ? JSON.parse(message_body) : null;
    const command = { application, requestId: request_id, method, uri, query, body };
    this.commands.push(command);
    const ruled = this.#answers.find(({ pattern }) => `${method} ${uri}`.startsWith(pattern))?.answer;
    const answer = typeof ruled === "function" ? ruled(command) : (ruled ?? this.#usual(command));
    if (answer !== "never") this.reply(command, answer);
  }

  /** What Asterisk does when all goes well. */
  #usual({ method, uri, query, body, application }: FakeCommand): FakeReply {
    const [resource = "", id = "", action = ""] = uri.split("/").map(decodeURIComponent);
    const kept = resource === "channels" ? this.legs : resource === "bridges" ? this.bridges : null;
    if (uri === "asterisk/info") return this.#info();
    if (uri === "asterisk/variable") return this.#global(method, query);
    if (uri === "channels/create") return this.#create(query, body);
    if (resource === "events" && id === "user") {
      if (!this.deaf) this.send(application, { type: "ChannelUserevent", eventname: action });
      return { status: 204 };
    }
    if (resource === "applications" && action === "") {
      return { status: 200, body: { name: application, channel_ids: [], bridge_ids: [], endpoint_ids: [] } };
    }
    if (!kept) return method === "GET" ? { status: 200, body: [] } : { status: 204 };
    if (id === "") return { status: 200, body: [...kept.values()] };
    if (resource === "bridges" && method === "POST" && action === "") {
      if (kept.has(id)) return { status: 409, body: { message: "Bridge with the same bridgeId already exists" } };
      kept.set(id, { id, name: "", bridge_type: "mixing", channels: [], creationtime: this.startedAt });
      return { status: 200, body: kept.get(id) };
    }
    if (!kept.has(id)) {
      return { status: 404, body: { message: `${resource === "channels" ? "Channel" : "Bridge"} not found` } };
    }
    if (method === "GET") return { status: 200, body: kept.get(id) };
    if (method === "DELETE" && action === "") kept.delete(id);
    return { status: 204 };
  }

  #info(): FakeReply {
    const system = { version: this.version, entity_id: "02:fa:ce" };
    return { status: 200, body: { system, status: { startup_time: this.startedAt } } };
  }

  #global(method: string, query: Record<string, string>): FakeReply {
    if (method === "GET") return { status: 200, body: { value: this.globals.get(query.variable ?? "") ?? "" } };
    this.globals.set(query.variable ?? "", query.value ?? "");
    return { status: 204 };
  }

  #create(query: Record<string, string>, body: Json | null): FakeReply {
    const id = query.channelId ?? "";
    if (this.legs.has(id)) return { status: 409, body: { message: "Channel with given unique ID already exists" } };
    this.legs.set(id, channelJson(id, (body?.variables ?? {}) as Json));
    return { status: 200, body: this.legs.get(id) };
  }
}

/** A channel as Asterisk describes it. */
export function channelJson(id: string, variables: Json = {}): Json {
  const channelvars: Json = {};
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === "object" && value !== null && "value" in value) channelvars[name] = value.value;
  }
  return {
    id,
    name: `PJSIP/fake-${id}`,
    state: "Down",
    protocol_id: "",
    caller: { name: "", number: "" },
    connected: { name: "", number: "" },
    dialplan: { context: "from-trunk", exten: "055055", priority: 1, app_name: "Stasis", app_data: "" },
    creationtime: "2026-01-01T00:00:00.000+0000",
    language: "it",
    channelvars,
  };
}
