import type { Logger } from "../log.ts";
import type { AsteriskAddress } from "./address.ts";
import { AriError, NO_ANSWER } from "./ari-error.ts";
import { AriSocket } from "./ari-socket.ts";
import { askInfo, type Catalogue, loadCatalogue } from "./catalogue/catalogue.ts";
import type { Operation, OperationName, ParametersOf, ResourceName } from "./catalogue/operations.ts";
import type { AsteriskEvent } from "./event.ts";
import { ECHO_EVENT, EventEcho } from "./event-echo.ts";
import { eventFilter } from "./event-filter.ts";

export type { AsteriskAddress } from "./address.ts";
export { AriError } from "./ari-error.ts";

const COMMAND_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;
/** Events kept while a connect compares and repairs; more of them means it will never get through. */
const MAX_BUFFERED_EVENTS = 100_000;

export type CommandOptions = {
  /** Passes without a fresh lease: hang-up of an ended leg's partner, music, an offer already committed. */
  always?: boolean;
  timeoutMs?: number;
};

export type ConnectionOptions = {
  address: AsteriskAddress;
  /** Name of the ARI application; `055055-` and something never used before. */
  application: string;
  /** True while this copy's lease is fresh enough to act. */
  mayAct: () => boolean;
  /** False after this process stood still: then nothing at all is sent (always true when left out). */
  isAwake?: () => boolean;
  /** Sends itself an event each second and connects anew when it does not come (event-echo.ts). */
  echo?: boolean;
  /** Events in Asterisk's order; what it throws is logged and goes no further. */
  onEvent: (event: AsteriskEvent) => void;
  /**
   * Compare and repair (FAULTS 8a): called on every open socket while events are kept back; they follow in order after
   * it settles. When it rejects, the socket is closed and tried again. `startupChanged`: Asterisk was restarted since
   * this object last saw it, so none of its old legs exist.
   */
  onConnected: (connection: AsteriskConnection, startupChanged: boolean) => Promise<void>;
  /** After the end of a connection that was ready (`connected`), whoever ended it. */
  onDisconnected: () => void;
  /** Another socket took the name: this object has stopped for good and sends nothing more. */
  onReplaced: () => void;
  log: Logger;
  /** Where descriptions of Asterisk's operations are kept, one file a version. */
  catalogueDir?: string;
};

type AsteriskInfo = { system?: { version?: string; entity_id?: string }; status?: { startup_time?: string } };

/** One Asterisk under one application name: connects without end, sends commands, hands on events. */
export class AsteriskConnection {
  readonly #options: ConnectionOptions;
  readonly #log: Logger;
  #socket: AriSocket | null = null;
  #catalogue: Catalogue | null = null;
  #state: "new" | "running" | "replaced" | "closed" = "new";
  #ready = false;
  #asteriskId: string | null = null;
  #startedAt: string | null = null;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | null = null;
  #lastFailure = "";
  #refusedAt: number | null = null;
  #echo: EventEcho | null = null;
  /** The compare-and-repair under way: one at a time, even if the socket drops in the middle of it. */
  #repairing: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#log = options.log.child({ application: options.application });
  }

  /** Socket open, compared and repaired: events flow. */
  get connected(): boolean {
    return this.#ready;
  }

  /**
   * For how long nobody has listened at Asterisk's address, milliseconds; 0 otherwise. Its host answers and says so:
   * the process is gone, and all its legs. A host that says nothing may only be out of our reach.
   */
  get refusedMs(): number {
    return this.#refusedAt === null ? 0 : performance.now() - this.#refusedAt;
  }

  /** `entityid` of the Asterisk, once it has been reached. */
  get asteriskId(): string | null {
    return this.#asteriskId;
  }

  /** When the Asterisk was started (its own clock), once it has been reached. */
  get asteriskStartedAt(): string | null {
    return this.#startedAt;
  }

  get application(): string {
    return this.#options.application;
  }

  get address(): AsteriskAddress {
    return this.#options.address;
  }

  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#connect();
  }

  /** Closes the socket for good; legs and bridges stay. Idempotent. Waits for onConnected: do not await it in there. */
  async close(): Promise<void> {
    if (this.#state !== "replaced") this.#state = "closed";
    this.#stop("closed by us");
    await this.#repairing;
  }

  /**
   * Sends one command; its answer's body.
   * @throws AriError with the HTTP status, or 0: see NO_ANSWER. Settles within `timeoutMs` (5 s).
   */
  request<T = unknown>(operation: Operation, options: CommandOptions = {}): Promise<T> {
    const reason = this.#state === "replaced" ? NO_ANSWER.replaced : NO_ANSWER.notConnected;
    if (!this.#socket) return Promise.reject(new AriError(0, operation.name, reason));
    const { always = false, timeoutMs = COMMAND_TIMEOUT_MS } = options;
    return this.#socket.request(operation, always, timeoutMs) as Promise<T>;
  }

  /** {@link request} by the names of ari-client: `command("channels", "answer", { channelId })`. @throws AriError */
  command<R extends ResourceName, O extends OperationName<R>>(
    resource: R,
    operation: O,
    parameters: ParametersOf<R, O>,
    options: CommandOptions = {},
  ): Promise<unknown> {
    if (!this.#catalogue) {
      return Promise.reject(new AriError(0, `${resource}.${operation}`, NO_ANSWER.notConnected));
    }
    return this.request(this.#catalogue.operation(resource, operation, parameters), options);
  }

  #connect(): void {
    this.#retry = null;
    const held: AsteriskEvent[] = [];
    let flowing = false;
    const { address, application, mayAct, isAwake = () => true } = this.#options;
    const guards = { mayAct, isAwake };
    const socket = new AriSocket(address, application, guards, {
      onOpen: () => {
        this.#repairing = this.#repairing
          .then(() => this.#opened(socket))
          .then((done) => {
            if (!done) return;
            flowing = true;
            for (const event of held.splice(0)) this.#deliver(event);
          });
      },
      onEvent: (event) => {
        if (event.type === "ApplicationReplaced") this.#replaced();
        else if (event.type === "ChannelUserevent") this.#echo?.heard();
        else if (flowing) this.#deliver(event);
        else if (held.push(event) > MAX_BUFFERED_EVENTS) socket.end("too many events while repairing");
      },
      onClosed: (reason, status) => this.#closedBy(socket, reason, status),
    });
    this.#socket = socket;
  }

  /** True when the connection is compared and repaired and its events may flow. */
  async #opened(socket: AriSocket): Promise<boolean> {
    // The socket may have gone while an earlier compare-and-repair was ending.
    if (this.#socket !== socket) return false;
    try {
      const startupChanged = await this.#introduce();
      await this.#options.onConnected(this, startupChanged);
      if (this.#socket !== socket) return false;
      this.#ready = true;
      this.#refusedAt = null;
      if (this.#options.echo) this.#listenForEcho(socket);
      this.#retryMs = FIRST_RETRY_MS;
      this.#lastFailure = "";
      this.#log.info({ asteriskId: this.#asteriskId, startupChanged }, "connected to Asterisk");
      return true;
    } catch (error) {
      this.#log.warn({ error }, "compare and repair failed, the connection is made again");
      socket.end("compare and repair failed");
      return false;
    }
  }

  #listenForEcho(socket: AriSocket): void {
    const parameters = { eventName: ECHO_EVENT, application: this.application };
    const send = () => this.command("events", "userEvent", parameters, { always: true });
    this.#echo = new EventEcho(send, (reason) => socket.end(reason));
  }

  /** What every new socket needs before anything else: who is there, its operations, only the events we use. */
  async #introduce(): Promise<boolean> {
    const info = await this.request<AsteriskInfo>(askInfo, { always: true });
    const version = info.system?.version ?? "unknown";
    if (this.#catalogue?.version !== version) {
      this.#catalogue = await loadCatalogue(this.#options.address, version, this.#options.catalogueDir ?? null);
    }
    const startedAt = info.status?.startup_time ?? null;
    const startupChanged = this.#startedAt !== null && this.#startedAt !== startedAt;
    this.#startedAt = startedAt;
    this.#asteriskId = info.system?.entity_id ?? null;
    const filter = { applicationName: this.application, filter: eventFilter() };
    await this.command("applications", "filter", filter, { always: true });
    return startupChanged;
  }

  #deliver(event: AsteriskEvent): void {
    if (event.type === "unknown") this.#log.warn({ event: event.name }, "Asterisk sent something unknown");
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#log.error({ error, event: event.type }, "an event was not handled");
    }
  }

  #replaced(): void {
    this.#state = "replaced";
    this.#log.error("another connection took our application name: nothing more is sent");
    this.#stop("replaced");
    this.#options.onReplaced();
  }

  #stop(reason: string): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#socket?.end(reason);
  }

  #closedBy(socket: AriSocket, reason: string, status: number | null): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#echo?.stop();
    this.#echo = null;
    const wasReady = this.#ready;
    this.#ready = false;
    if (!wasReady && /ECONNREFUSED/.test(reason)) this.#refusedAt ??= performance.now();
    else this.#refusedAt = null;
    if (wasReady) this.#options.onDisconnected();
    if (this.#state !== "running") return;
    this.#logFailure(reason, status);
    this.#retry = setTimeout(() => this.#connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  /** 404 and 503 are what an Asterisk answers while it starts; the same failure over and over is said once. */
  #logFailure(reason: string, status: number | null): void {
    const failure = `${status ?? ""} ${reason}`;
    const level = failure === this.#lastFailure ? "debug" : "warn";
    this.#lastFailure = failure;
    this.#log[level]({ reason, status, retryMs: this.#retryMs }, "not connected to Asterisk");
  }
}
