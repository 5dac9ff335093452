import { Problem } from "./api-problem.ts";

export type ApiRequest = {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** The body itself, as it is: a delivery or a document. */
  file?: Blob;
  /** Version that the page has seen; a newer one on the server gives 412. */
  ifMatch?: number;
  /** Same key, same answer: a second click can not call or send twice. */
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Goes on while the page is being closed. */
  keepalive?: boolean;
};

type Listener = () => void;

/**
 * One door to /api/v1. Every failure is a Problem: status 0 when the server was not reached. A 401 also tells the
 * listeners, so that the page asks to sign in again without losing what was typed.
 */
export class ApiClient {
  readonly #base: string;
  readonly #onSignedOut = new Set<Listener>();
  /** Server's clock minus this machine's, in milliseconds: timers count on the server's. */
  clockOffsetMs = 0;

  constructor(base = "/api/v1") {
    this.#base = base;
  }

  onSignedOut(listener: Listener): () => void {
    this.#onSignedOut.add(listener);
    return () => this.#onSignedOut.delete(listener);
  }

  async call<T>(path: string, request: ApiRequest = {}): Promise<T> {
    const response = await this.#send(path, request);
    this.#readClock(response);
    if (response.status === 204) return undefined as T;
    const body = await readBody(response);
    if (response.ok) return body as T;
    if (response.status === 401 && path !== "/session") for (const listener of this.#onSignedOut) listener();
    throw new Problem(response.status, isRecord(body) ? body : {});
  }

  async #send(path: string, request: ApiRequest): Promise<Response> {
    const headers = new Headers({ accept: "application/json" });
    if (request.body !== undefined) headers.set("content-type", "application/json");
    if (request.ifMatch !== undefined) headers.set("if-match", `"${request.ifMatch}"`);
    if (request.idempotencyKey) headers.set("idempotency-key", request.idempotencyKey);
    const { method = "GET", signal } = request;
    const text = request.body === undefined ? null : JSON.stringify(request.body);
    const body = request.file ?? text;
    // Browsers refuse to keep more than 64 kB alive.
    const keepalive = request.keepalive === true && !request.file && (text?.length ?? 0) < 20_000;
    try {
      return await fetch(this.#base + path, { method, headers, body, signal, keepalive, credentials: "same-origin" });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem(0, { code: "offline" });
    }
  }

  #readClock(response: Response): void {
    const date = Date.parse(response.headers.get("date") ?? "");
    // The header has whole seconds: smaller differences say nothing.
    if (Number.isFinite(date)) {
      const offset = date + 500 - Date.now();
      this.clockOffsetMs = Math.abs(offset) < 2_000 ? 0 : offset;
    }
  }
}

export function query(values: Record<string, string | number | undefined | null>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]));
  return entries.length ? `?${search}` : "";
}

async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get("content-type") ?? "";
  if (!/json/.test(type)) return {};
  try {
    return await response.json();
  } catch (error) {
    // Cut short: an error still says its status, but half an answer is no answer (it may also have been called off).
    if (!response.ok) return {};
    throw error instanceof DOMException ? error : new Problem(0, { code: "offline" });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
