import type { Response } from "express";

/** A page that does not read is dropped here: what it misses it gets by replay. */
export const unreadLimitBytes = 256 * 1024;

/** One open page: writes frames of text/event-stream, knows the last number sent. */
export class DeskStream {
  readonly streamId = crypto.randomUUID();
  readonly personId: string;
  readonly sid: string;
  lastSeq: number;
  /** When the page last answered a beat, on the monotonic clock; null for a reader that does not answer. */
  heardAtMs: number | null = null;
  private readonly response: Response;

  constructor(personId: string, sid: string, response: Response, lastSeq: number) {
    this.personId = personId;
    this.sid = sid;
    this.response = response;
    this.lastSeq = lastSeq;
  }

  get open(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  /** Headers, and how soon to come back after a cut. */
  begin(): void {
    this.response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store, no-transform",
      Connection: "keep-alive",
      // nginx must not collect frames.
      "X-Accel-Buffering": "no",
    });
    this.response.socket?.setNoDelay(true);
    this.write(`retry: 1000\nid: ${this.lastSeq}\nevent: hello\ndata: {"streamId":"${this.streamId}"}\n\n`);
  }

  /** Sends an event that is next in order; older ones are known already. */
  send(seq: number, kind: string, payloadJson: string): void {
    if (seq <= this.lastSeq) return;
    this.lastSeq = seq;
    this.write(`id: ${seq}\nevent: ${kind}\ndata: ${payloadJson}\n\n`);
  }

  /** Something without a number: it is not replayed. */
  tell(kind: string, dataJson: string): void {
    this.write(`event: ${kind}\ndata: ${dataJson}\n\n`);
  }

  beat(): void {
    this.write(": beat\n\n");
  }

  /** Says why, then ends; the page does not come back by itself. */
  end(reason: "replaced" | "signed_out" | null): void {
    if (!this.open) return;
    if (reason) this.write(`event: ${reason}\ndata: {}\n\n`);
    this.response.end();
  }

  /** Cuts the connection of a page that is not there any more. */
  cut(): void {
    this.response.destroy();
  }

  private write(frame: string): void {
    if (!this.open) return;
    this.response.write(frame);
    if (this.response.writableLength > unreadLimitBytes) this.response.destroy();
  }
}
