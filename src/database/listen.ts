import pg from "pg";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { primaryClient } from "./primary-server.ts";

export type Notice = { channel: string; payload: string };

/**
 * One connection that listens. NOTIFY only nudges: what was missed while the connection was away is read from rows,
 * so `onConnected` runs after each (re)connection and its owner looks at the tables again (FAULTS 5).
 */
export class DatabaseListener {
  private client: pg.Client | null = null;
  private closed = false;
  private retryTimer: NodeJS.Timeout | null = null;
  private readonly url: string;
  private readonly channels: readonly string[];
  private readonly onNotice: (notice: Notice) => void;
  private readonly onConnected: () => void;
  private readonly log: Logger;

  constructor(
    url: string,
    channels: readonly string[],
    onNotice: (notice: Notice) => void,
    onConnected: () => void,
    log: Logger,
  ) {
    this.url = url;
    this.channels = channels;
    this.onNotice = onNotice;
    this.onConnected = onConnected;
    this.log = log;
  }

  /** Resolves when first connected; later losses are healed without end. */
  async start(): Promise<void> {
    await this.connect();
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.retryTimer) clearTimeout(this.retryTimer);
    const client = this.client;
    this.client = null;
    await client?.end();
  }

  private async connect(): Promise<void> {
    const client = primaryClient(this.url, {
      application_name: "055055 listen",
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    client.on("error", (error) => this.log.warn({ reason: errorText(error) }, "listening connection lost"));
    client.on("notification", (message) => this.onNotice({ channel: message.channel, payload: message.payload ?? "" }));
    await client.connect();
    if (this.closed) return client.end();
    this.client = client;
    client.on("end", () => this.retryLater(client));
    for (const channel of this.channels) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    this.onConnected();
  }

  private retryLater(ended: pg.Client | null): void {
    if (this.closed || (ended !== null && this.client !== ended)) return;
    this.client = null;
    this.retryTimer = setTimeout(() => {
      this.connect().catch((error: unknown) => {
        this.log.warn({ reason: errorText(error) }, "can not listen to the database yet");
        this.retryLater(null);
      });
    }, 250);
  }
}
