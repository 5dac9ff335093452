import type { Response } from "express";
import { systemClock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import { Pace } from "../database/pace.ts";
import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import {
  type FeedRow,
  feedPage,
  loseStream,
  loseUnknownStreams,
  openFeed,
  readFeeds,
  seatStream,
  tellAlive,
} from "./desk-feed-store.ts";
import { DeskStream } from "./desk-stream.ts";
import { sessionLimits } from "./session/session.ts";
import { liveSessions } from "./session/session-store.ts";

/** A page without a beat for longer says that the connection is lost, within five seconds (src/web/live). */
const beatMs = 2_000;
const checkMs = 5_000;
/** A page that answers beats and then misses two is gone, though its network never said so. */
const silentMs = 12_000;
const alivePrefix = "alive:";
/** Lists change in bursts (an import, a form that is saved): told together. */
const listsPauseMs = 300;

export type OpenStream = {
  personId: string;
  sid: string;
  /** The page's Last-Event-ID. */
  after: number | null;
  answersBeats: boolean;
};

/**
 * The open pages of this copy. Rows are the truth: a NOTIFY (`wake`) or the 5 s look reads what each stream has not
 * had yet, all woken people in one statement; `push` is the short way for the copy that wrote the row itself.
 */
export class DeskStreams {
  private readonly streams = new Map<string, DeskStream>();
  /** People whose stream is being opened: their rows already name this copy. */
  private readonly opening = new Map<string, number>();
  private readonly woken = new Set<string>();
  private readonly changedLists = new Set<string>();
  private listsTimer: NodeJS.Timeout | null = null;
  private reading = false;
  /** News of several people that come close together are read together. */
  private readonly pace = new Pace(12, 60);
  private closed = false;
  private timer: NodeJS.Timeout | null = null;
  private beatTimer: NodeJS.Timeout | null = null;
  private readonly pool: Pool;
  private readonly nodeId: string;
  private readonly log: Logger;

  private readonly monotonicMs: () => number;

  constructor(options: { pool: Pool; nodeId: string; log: Logger; monotonicMs?: () => number }) {
    this.monotonicMs = options.monotonicMs ?? systemClock.monotonicMs;
    this.pool = options.pool;
    this.nodeId = options.nodeId;
    this.log = options.log;
  }

  start(): void {
    this.timer = setInterval(() => void this.check(), checkMs);
    this.startBeats();
  }

  /** Beats alone, without the looks at the rows. */
  startBeats(): void {
    this.beatTimer = setInterval(() => {
      for (const stream of this.streams.values()) stream.beat();
    }, beatMs);
  }

  get count(): number {
    return this.streams.size;
  }

  /**
   * Takes over the response as the person's live feed. `after` is the page's Last-Event-ID; without one the page
   * begins now, or at the call in progress. A page that `answersBeats` and stops is cut after 12 s.
   */
  async open(response: Response, { personId, sid, after, answersBeats }: OpenStream): Promise<void> {
    this.opening.set(personId, (this.opening.get(personId) ?? 0) + 1);
    try {
      const stream = new DeskStream(personId, sid, response, 0);
      if (answersBeats) stream.heardAtMs = this.monotonicMs();
      const lastSeq = await inTransaction(this.pool, async (client) => {
        // Given up by the page, which has asked again elsewhere: that one must not be ended by this one.
        if (response.destroyed) return null;
        const now = await openFeed(client, personId, stream.streamId);
        const before = await seatStream(client, personId, this.nodeId);
        // A number from before a restored backup means nothing here.
        return after !== null && after <= now ? after : (before ?? now);
      });
      if (lastSeq === null) return;
      stream.lastSeq = lastSeq;
      this.streams.get(personId)?.end("replaced");
      this.streams.set(personId, stream);
      response.on("close", () => void this.lose(stream));
      stream.begin();
      if (this.closed || !stream.open) stream.end(null);
      if (response.destroyed) await this.lose(stream);
      this.wake(personId);
    } finally {
      const others = (this.opening.get(personId) ?? 1) - 1;
      if (others > 0) this.opening.set(personId, others);
      else this.opening.delete(personId);
    }
  }

  /** Payload of NOTIFY 'desk'. A person without a stream here is another copy's. */
  wake(payload: string): void {
    if (payload.startsWith(alivePrefix)) this.hear(payload.slice(alivePrefix.length));
    if (!this.streams.has(payload)) return;
    this.woken.add(payload);
    if (!this.reading) void this.readWoken();
  }

  /** After the listening connection was away: whatever was missed is read from the rows. */
  wakeAll(): void {
    for (const personId of this.streams.keys()) this.wake(personId);
  }

  /**
   * Payload of NOTIFY 'lists', or "all" after the listening connection was away: every page is told which lists are
   * old, never what is in them, and asks again as far as it shows them. Not numbered: a page that comes back asks anyway.
   */
  listChanged(name: string): void {
    this.changedLists.add(name);
    this.listsTimer ??= setTimeout(() => {
      this.listsTimer = null;
      const data = JSON.stringify({ lists: [...this.changedLists] });
      this.changedLists.clear();
      for (const stream of this.streams.values()) stream.tell("lists", data);
    }, listsPauseMs);
  }

  /** Call after commit; a number that is not the next in order is read with those before it. */
  push(personId: string, event: { seq: number; kind: string; payload: unknown }): void {
    const stream = this.streams.get(personId);
    if (!stream) return;
    if (event.seq === stream.lastSeq + 1) stream.send(event.seq, event.kind, JSON.stringify(event.payload));
    else if (event.seq > stream.lastSeq) this.wake(personId);
  }

  /** The page answered a beat; the request may have come to another copy than the stream. */
  async alive(personId: string): Promise<void> {
    if (this.streams.has(personId)) this.hear(personId);
    else await tellAlive(this.pool, alivePrefix + personId);
  }

  private hear(personId: string): void {
    const stream = this.streams.get(personId);
    if (stream && stream.heardAtMs !== null) stream.heardAtMs = this.monotonicMs();
  }

  /** Ends the person's page here (signed out, disabled); other copies see it in the feed's row. */
  endStreamOf(personId: string): void {
    this.streams.get(personId)?.end("signed_out");
  }

  /** Every 5 s: beat, sessions that ended, rows and streams that disagree, events whose NOTIFY got lost. */
  async check(): Promise<void> {
    const now = this.monotonicMs();
    for (const stream of this.streams.values()) {
      if (stream.heardAtMs !== null && now - stream.heardAtMs > silentMs) stream.cut();
      else stream.beat();
    }
    try {
      const streams = [...this.streams.values()];
      const live = await liveSessions(
        this.pool,
        streams.map((stream) => stream.sid),
        sessionLimits,
      );
      for (const stream of streams) if (!live.has(stream.sid)) stream.end("signed_out");
      await loseUnknownStreams(this.pool, this.nodeId, [...this.streams.keys(), ...this.opening.keys()]);
      this.wakeAll();
    } catch (error) {
      this.log.warn({ reason: errorText(error) }, "could not check the open desks");
    }
  }

  /** Ends all pages; they come back to another copy with their Last-Event-ID. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearInterval(this.timer);
    if (this.beatTimer) clearInterval(this.beatTimer);
    if (this.listsTimer) clearTimeout(this.listsTimer);
    for (const stream of this.streams.values()) stream.end(null);
    await Promise.all([...this.streams.values()].map((stream) => this.lose(stream)));
  }

  private async lose(stream: DeskStream): Promise<void> {
    if (this.streams.get(stream.personId) === stream) this.streams.delete(stream.personId);
    try {
      await loseStream(this.pool, stream.personId, stream.streamId);
    } catch (error) {
      // The next check finds a row that names this copy without a stream.
      this.log.warn({ reason: errorText(error) }, "could not write that a desk is gone");
    }
  }

  private async readWoken(): Promise<void> {
    this.reading = true;
    while (this.woken.size > 0) {
      await this.pace.turn();
      const ended = this.pace.begin(this.woken.size);
      const streams = [...this.woken].flatMap((personId) => this.streams.get(personId) ?? []);
      this.woken.clear();
      try {
        if (streams.length > 0) this.deliver(streams, await readFeeds(this.pool, streams));
      } catch (error) {
        // Rows stay; the check every 5 s reads them.
        this.log.warn({ reason: errorText(error) }, "could not read desk events");
      } finally {
        ended();
      }
    }
    this.reading = false;
  }

  /** Only to the streams the rows were read for: one opened meanwhile may stand at an earlier number. */
  private deliver(streams: DeskStream[], rows: FeedRow[]): void {
    const byPerson = new Map<string, FeedRow[]>();
    for (const row of rows) byPerson.set(row.personId, [...(byPerson.get(row.personId) ?? []), row]);
    for (const stream of streams) {
      const news = byPerson.get(stream.personId) ?? [];
      const current = news[0]?.streamId ?? null;
      if (current !== stream.streamId) {
        stream.end(current === null ? "signed_out" : "replaced");
        continue;
      }
      for (const row of news) if (row.seq !== null) stream.send(row.seq, row.kind, row.payload);
      if (news.length === feedPage) this.woken.add(stream.personId);
    }
  }
}
