import WebSocket from "ws";
import { type AsteriskAddress, authorizationOf } from "./address.ts";
import { AriError, NO_ANSWER } from "./ari-error.ts";
import type { Operation } from "./catalogue/operations.ts";
import { type AsteriskEvent, type CommandReply, decodeFrame } from "./event.ts";

const HANDSHAKE_TIMEOUT_MS = 3_000;
const PING_EVERY_MS = 1_000;
const DEAD_AFTER_MS = 2_500;
/** A timer later than this says that our own process stood still, not the peer. */
const STALL_MS = 500;
/** One frame more and Asterisk closes the whole socket (FAULTS 1.10). */
export const MAX_FRAME_BYTES = 65_535;
/** Lists of many hundred legs come in one frame. */
const MAX_INCOMING_BYTES = 32 * 1024 * 1024;

export type SocketListeners = {
  onOpen: () => void;
  onEvent: (event: AsteriskEvent) => void;
  /** Called exactly once, whether or not it was ever open. `status` is the HTTP status of a refused handshake. */
  onClosed: (reason: string, status: number | null) => void;
};

/** Asked before each command; `always` passes the first, never the second. */
export type SendGuards = { mayAct: () => boolean; isAwake: () => boolean };

type Pending = { operation: string; resolve: (body: unknown) => void; reject: (error: AriError) => void };

/**
 * One WebSocket to Asterisk from its first byte to its last: events in, commands out and their answers in. Everything
 * that belongs to one connection (commands under way, keep-alive) dies with it, so a new one starts clean.
 */
export class AriSocket {
  readonly #socket: WebSocket;
  readonly #listeners: SocketListeners;
  readonly #guards: SendGuards;
  readonly #pending = new Map<string, Pending>();
  #lastRequest = 0;
  #heardAt = 0;
  #pings: NodeJS.Timeout | null = null;
  #silence: NodeJS.Timeout | null = null;
  #closed = false;
  #refusedWith: number | null = null;

  constructor(address: AsteriskAddress, application: string, guards: SendGuards, listeners: SocketListeners) {
    this.#listeners = listeners;
    this.#guards = guards;
    const url = `${address.url.replace(/^http/, "ws")}/ari/events?app=${encodeURIComponent(application)}`;
    this.#socket = new WebSocket(url, {
      headers: { authorization: authorizationOf(address) },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_INCOMING_BYTES,
      perMessageDeflate: false,
    });
    this.#socket.on("open", () => this.#opened());
    this.#socket.on("pong", () => !this.#closed && this.#heard());
    this.#socket.on("message", (data) => this.#received(data));
    this.#socket.on("unexpected-response", (_request, response) => {
      this.#refusedWith = response.statusCode ?? null;
      this.end("handshake refused");
    });
    // ws always says `close` after `error`; a message of ws names codes and states, never the credentials.
    this.#socket.on("error", (error) => this.end(error.message));
    this.#socket.on("close", (code) => this.end(`closed with code ${code}`));
  }

  /** Sends one command; settles within `timeoutMs`. @throws AriError */
  request(operation: Operation, always: boolean, timeoutMs: number): Promise<unknown> {
    const id = String(++this.#lastRequest);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new AriError(0, operation.name, NO_ANSWER.timeout));
      }, timeoutMs);
      const pending: Pending = {
        operation: operation.name,
        resolve: (body) => {
          clearTimeout(timer);
          resolve(body);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#pending.set(id, pending);
      const refusal = this.#write(operation, id, always);
      if (!refusal) return;
      this.#pending.delete(id);
      pending.reject(refusal);
    });
  }

  /** Ends the connection at once, open or not. Commands under way reject; idempotent. */
  end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#pings) clearInterval(this.#pings);
    if (this.#silence) clearTimeout(this.#silence);
    this.#socket.terminate();
    for (const pending of this.#pending.values()) {
      pending.reject(new AriError(0, pending.operation, NO_ANSWER.lost));
    }
    this.#pending.clear();
    this.#listeners.onClosed(reason, this.#refusedWith);
  }

  /**
   * The one function of the program that writes a command to Asterisk. It refuses when this copy may not act
   * (DESIGN, lease), unless the command is one of the few that are always allowed.
   */
  #write(operation: Operation, id: string, always: boolean): AriError | null {
    const { mayAct, isAwake } = this.#guards;
    if (!isAwake() || (!always && !mayAct())) return new AriError(0, operation.name, NO_ANSWER.lease);
    if (this.#closed || this.#socket.readyState !== WebSocket.OPEN) {
      return new AriError(0, operation.name, NO_ANSWER.notConnected);
    }
    const frame = Buffer.from(
      JSON.stringify({
        type: "RESTRequest",
        request_id: id,
        method: operation.method,
        uri: operation.uri,
        query_strings: operation.query.length > 0 ? operation.query : undefined,
        content_type: operation.body === null ? undefined : "application/json",
        message_body: operation.body ?? undefined,
      }),
    );
    if (frame.length > MAX_FRAME_BYTES) return new AriError(413, operation.name, "command too large");
    this.#socket.send(frame, { binary: false });
    return null;
  }

  #opened(): void {
    this.#pings = setInterval(() => this.#socket.ping(), PING_EVERY_MS);
    this.#silence = setTimeout(() => this.#silent(), DEAD_AFTER_MS);
    this.#heard();
    this.#listeners.onOpen();
  }

  #silent(): void {
    const silentMs = performance.now() - this.#heardAt;
    // When this process itself stood still, its pongs lie unread: the peer gets another round.
    if (silentMs > DEAD_AFTER_MS + STALL_MS) this.#heard();
    else this.end("no pong");
  }

  #heard(): void {
    this.#heardAt = performance.now();
    this.#silence?.refresh();
  }

  #received(data: WebSocket.RawData): void {
    if (this.#closed) return;
    this.#heard();
    const frame = decodeFrame(data.toString());
    if (frame.type === "RESTResponse") this.#answered(frame);
    else this.#listeners.onEvent(frame);
  }

  #answered(reply: CommandReply): void {
    const pending = this.#pending.get(reply.requestId);
    // An answer that comes after its time-out: the caller has already been told.
    if (!pending) return;
    this.#pending.delete(reply.requestId);
    if (reply.status >= 200 && reply.status < 300) pending.resolve(reply.body);
    else pending.reject(new AriError(reply.status, pending.operation, reply.reason));
  }
}
