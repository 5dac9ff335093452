import type { LiveCall } from "./live-call.ts";

const enterMs = 1_000;

/** The calls of this copy, found by any id that an event may carry. */
export class LiveCalls {
  private readonly byId = new Map<string, LiveCall>();
  private readonly byLeg = new Map<string, LiveCall>();
  private readonly byPlayback = new Map<string, LiveCall>();
  private readonly awaited = new Map<string, () => void>();
  /** Legs that a claim was sent for, and those of them that came: answer and event have no order (FAULTS 1.11). */
  private readonly expected = new Set<string>();
  private readonly inStasis = new Set<string>();
  private readonly laterClaims = new Map<string, NodeJS.Timeout>();

  add(call: LiveCall): void {
    this.byId.set(call.id, call);
    this.byLeg.set(call.row.channelId, call);
  }

  /** A leg of ours that belongs to the call; named before the leg is made, so that no event is missed. */
  addLeg(channelId: string, call: LiveCall): void {
    this.byLeg.set(channelId, call);
    if (!call.legs.has(channelId)) call.legs.set(channelId, "down");
  }

  addPlayback(playbackId: string, call: LiveCall): void {
    this.byPlayback.set(playbackId, call);
  }

  removePlayback(playbackId: string): void {
    this.byPlayback.delete(playbackId);
  }

  /** What is being said to the call's parties, as far as anybody waits for its end. */
  playbacksOf(call: LiveCall): string[] {
    return [...this.byPlayback].flatMap(([id, owner]) => (owner === call ? [id] : []));
  }

  removeLeg(channelId: string): void {
    this.byLeg.delete(channelId);
  }

  remove(call: LiveCall): void {
    this.byId.delete(call.id);
    this.byLeg.delete(call.row.channelId);
    for (const channelId of call.legs.keys()) this.byLeg.delete(channelId);
    for (const [id, owner] of this.byPlayback) if (owner === call) this.byPlayback.delete(id);
  }

  /** A call whose turn is another copy's first: claimed here too after `delayMs`, unless somebody has it by then. */
  claimLater(channelId: string, delayMs: number, claim: () => void): void {
    const timer = setTimeout(() => {
      this.laterClaims.delete(channelId);
      claim();
    }, delayMs);
    this.laterClaims.set(channelId, timer);
  }

  claimed(channelId: string): void {
    clearTimeout(this.laterClaims.get(channelId));
    this.laterClaims.delete(channelId);
  }

  /** Before the claim is sent. */
  expect(channelId: string): void {
    this.expected.add(channelId);
  }

  isExpected(channelId: string): boolean {
    return this.expected.has(channelId);
  }

  /** The claim was lost, or the leg is a call of ours now. */
  settleExpected(channelId: string): void {
    this.expected.delete(channelId);
    this.inStasis.delete(channelId);
  }

  /** Resolves once the claimed leg is under our control, or after a second: the next command then says what is wrong. */
  async entered(channelId: string): Promise<void> {
    if (this.inStasis.delete(channelId)) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.awaited.delete(channelId);
        resolve();
      };
      const timer = setTimeout(end, enterMs);
      this.awaited.set(channelId, end);
    });
    this.inStasis.delete(channelId);
  }

  /** StasisStart of a citizen's leg; false when nobody here expects it. */
  hasEntered(channelId: string): boolean {
    if (!this.expected.has(channelId) && !this.byLeg.has(channelId)) return false;
    const waiter = this.awaited.get(channelId);
    if (waiter) waiter();
    else this.inStasis.add(channelId);
    return true;
  }

  noteEntered(channelId: string): void {
    this.expected.add(channelId);
    this.inStasis.add(channelId);
  }

  ofId(callId: string): LiveCall | undefined {
    return this.byId.get(callId);
  }
  ofLeg(channelId: string): LiveCall | undefined {
    return this.byLeg.get(channelId);
  }
  ofPlayback(playbackId: string): LiveCall | undefined {
    return this.byPlayback.get(playbackId);
  }
  all(): LiveCall[] {
    return [...this.byId.values()];
  }
  get size(): number {
    return this.byId.size;
  }
  /** Every id kept for any call, for metrics and leak tests: 0 when no call is live. */
  get entries(): number {
    const maps = [this.byId, this.byLeg, this.byPlayback, this.awaited, this.expected, this.inStasis];
    return maps.reduce((sum, map) => sum + map.size, 0);
  }
}
