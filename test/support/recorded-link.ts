import { EventEmitter, once } from "node:events";
import { Writable } from "node:stream";
import { pino } from "pino";
import { AsteriskConnection, type ConnectionOptions } from "../../src/asterisk/connection.ts";
import type { AsteriskEvent } from "../../src/asterisk/event.ts";

let applications = 0;

/** A connection as the program makes it, with everything it says written down and awaitable. */
export class RecordedLink {
  readonly connection: AsteriskConnection;
  readonly events: AsteriskEvent[] = [];
  /** `startupChanged` of each compare-and-repair. */
  readonly repairs: boolean[] = [];
  disconnects = 0;
  replacements = 0;
  /** All log lines as they would be written. */
  log = "";
  mayAct = true;
  /** Runs inside onConnected. */
  repair: (connection: AsteriskConnection) => Promise<void> = async () => {};
  readonly #changed = new EventEmitter();

  constructor(changes: Partial<ConnectionOptions> & Pick<ConnectionOptions, "address">) {
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        this.log += String(chunk);
        this.#changed.emit("change");
        done();
      },
    });
    this.connection = new AsteriskConnection({
      application: `055055-test-${process.pid}-${++applications}`,
      mayAct: () => this.mayAct,
      onEvent: (event) => {
        this.events.push(event);
        this.#changed.emit("change");
      },
      onConnected: async (connection, startupChanged) => {
        await this.repair(connection);
        this.repairs.push(startupChanged);
      },
      onDisconnected: () => {
        this.disconnects++;
        this.#changed.emit("change");
      },
      onReplaced: () => {
        this.replacements++;
        this.#changed.emit("change");
      },
      log: pino({ level: "debug" }, stream),
      ...changes,
    });
  }

  get application(): string {
    return this.connection.application;
  }

  /** Starts and resolves when events flow. */
  async open(): Promise<this> {
    this.connection.start();
    await this.until(() => this.connection.connected);
    return this;
  }

  /** Resolves when `condition` holds; looked at whenever something is written down. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this.#changed, "change");
  }

  /** The first event, past or to come, that matches. */
  async event(matches: (event: AsteriskEvent) => boolean): Promise<AsteriskEvent> {
    await this.until(() => this.events.some(matches));
    return this.events.find(matches) as AsteriskEvent;
  }

  typesOf(legId: string): string[] {
    return this.events.filter((event) => "leg" in event && event.leg.id === legId).map((event) => event.type);
  }
}

/** The error a promise rejects with; fails when it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => null,
    (error: Error) => error,
  );
  if (outcome === null) throw new Error("it resolved");
  return outcome;
}
