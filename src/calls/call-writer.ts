import { Batch } from "../database/batch.ts";
import type { Pool } from "../database/pool.ts";
import { type Arrival, enterQueues, insertArrivals, type QueueCall, type QueueEntry } from "./call-store.ts";
import { type AnsweredOffer, answerOffers, type EndedCall, endCalls } from "./talk-store.ts";

/** Somebody waits for these on the line. */
const urgentGapMs = { least: 6, most: 100 };
/** Nobody waits for the end of a call but the next caller's operator. */
const endGapMs = { least: 20, most: 200 };

/** The four writes that every call makes, together with those of the calls beside it. */
export class CallWriter {
  private readonly arrivals: Batch<Arrival, true>;
  private readonly entries: Batch<QueueCall, QueueEntry>;
  private readonly answers: Batch<AnsweredOffer, boolean>;
  private readonly ends: Batch<EndedCall, boolean>;

  constructor(pool: Pool) {
    this.arrivals = new Batch((arrivals) => insertArrivals(pool, arrivals), urgentGapMs);
    this.entries = new Batch((calls) => enterQueues(pool, calls), urgentGapMs);
    this.answers = new Batch((offers) => answerOffers(pool, offers), urgentGapMs);
    this.ends = new Batch((calls) => endCalls(pool, calls), endGapMs);
  }

  insertArrival(arrival: Arrival): Promise<true> {
    return this.arrivals.add(arrival);
  }

  enterQueue(call: QueueCall): Promise<QueueEntry> {
    return this.entries.add(call);
  }

  /** False: the caller left first, or another copy owns the call. */
  answerOffer(offer: AnsweredOffer): Promise<boolean> {
    return this.answers.add(offer);
  }

  /** False: ended already, or another copy's. */
  endCall(call: EndedCall): Promise<boolean> {
    return this.ends.add(call);
  }
}
