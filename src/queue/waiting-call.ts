import { AriError } from "../asterisk/ari-error.ts";
import { moveLegs, musicOnBridge, takeLegsOut } from "../asterisk/bridge.ts";
import { playOnLeg, stopPlayback } from "../asterisk/playback.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import type { LiveCall } from "../calls/live-call.ts";
import { positionAnnouncement } from "../ivr/prompts.ts";
import { offerCall } from "./offer-call.ts";
import type { QueueSettings } from "./queue-board.ts";

/** A wait shorter than this needs no music: with a free operator the talk may begin before it would start. */
const musicAfterMs = 1_000;
/** The first announcement comes once the caller has settled. */
const firstAnnouncementMs = 4_000;
/** Everybody signed out for so long: nobody will come. Desks that only lost their copy are back long before. */
const nobodyMs = 180_000;

/**
 * Music, place and expected wait, until an operator talks or the wait is too long (REQ 1.2). The place itself is in
 * the row; whoever holds the decision (dispatcher.ts) sends the offer.
 * @throws CallerLeft, CallReleased
 */
export async function waitForOperator(call: LiveCall, centre: CallCentre): Promise<"talking" | "too_long" | "nobody"> {
  const sound = await WaitingSound.begin(call, centre);
  centre.dispatcher.nudge(true);
  try {
    for (;;) {
      const signal = await call.next(sound.nextDueMs());
      if (signal === "timeout") {
        if (sound.isTooLong()) return "too_long";
        if ((await centre.board.unstaffedMs()) > nobodyMs) return "nobody";
        await sound.announce();
      } else if (signal.kind === "playback_finished") {
        sound.announcementEnded(signal.playbackId);
      } else if (signal.kind === "offered") {
        await sound.onlyMusic();
        const end = await offerCall(call, signal.offer, centre, () => sound.end());
        if (end === "talking") return "talking";
      } else if (signal.kind === "command") {
        centre.commands.settle(signal.command, false);
      }
    }
  } finally {
    await sound.end();
  }
}

/** What one waiting caller hears. Times are monotonic milliseconds. */
class WaitingSound {
  private music = false;
  private musicTimer: NodeJS.Timeout | null = null;
  /** The command under way; the next waits for it, so that the caller ends where the last one says. */
  private busy: Promise<unknown> = Promise.resolve();
  private playing: string | null = null;
  private announceAt: number;
  private readonly endsAt: number;
  private readonly queue: QueueSettings | undefined;
  private readonly call: LiveCall;
  private readonly centre: CallCentre;

  static async begin(call: LiveCall, centre: CallCentre): Promise<WaitingSound> {
    const queue = call.row.queueId ? await centre.board.queueOfId(call.row.queueId) : undefined;
    return new WaitingSound(call, queue, centre);
  }

  private constructor(call: LiveCall, queue: QueueSettings | undefined, centre: CallCentre) {
    this.call = call;
    this.queue = queue;
    this.centre = centre;
    const waitedMs = Math.max(0, centre.clock.now().getTime() - (call.row.queuedAt ?? centre.clock.now()).getTime());
    // A caller who comes back or was taken over waits already: music at once.
    this.musicIn(waitedMs > musicAfterMs ? 0 : musicAfterMs);
    this.announceAt = this.now() + firstAnnouncementMs;
    this.endsAt = this.now() + (queue?.maxWaitSeconds ?? 1_800) * 1_000 - waitedMs;
  }

  nextDueMs(): number {
    return Math.max(1, Math.min(this.announceAt, this.endsAt) - this.now());
  }

  isTooLong(): boolean {
    return this.now() >= this.endsAt;
  }

  /**
   * Place and expected wait. Out of the room for it: a leg that plays a prompt holds up every command for its bridge
   * until the prompt ends, and with it the whole socket, so it must be possible to stop it first.
   */
  async announce(): Promise<void> {
    this.announceAt = this.now() + (this.queue?.announceSeconds ?? 45) * 1_000;
    if (this.playing !== null || !this.centre.lease.mayAct()) return;
    const place = await this.centre.board.placeOf(this.call.id);
    if (!place) return;
    const { language, channelId } = this.call.row;
    const { link } = this.call;
    const media = positionAnnouncement(place.position, place.waitSeconds, language);
    const playbackId = this.call.nextPlaybackId();
    this.centre.live.addPlayback(playbackId, this.call);
    this.playing = playbackId;
    const ok = await this.command("announcement not played", async () => {
      if (this.music) await takeLegsOut(link, this.centre.rooms.roomOf(link), channelId);
      this.music = false;
      await playOnLeg(link, channelId, playbackId, media, language);
    });
    if (!ok) this.announcementEnded(playbackId);
  }

  /** Told by its event: the music goes on. */
  announcementEnded(playbackId: string): void {
    if (this.playing !== playbackId) return;
    this.centre.live.removePlayback(playbackId);
    this.playing = null;
    this.musicIn(0);
  }

  /** While a phone rings for this caller nothing is announced. */
  async onlyMusic(): Promise<void> {
    const playbackId = this.playing;
    if (playbackId === null) return;
    await this.stop(playbackId);
    this.announcementEnded(playbackId);
  }

  /** Before the caller is joined with anyone, and when the wait is over. Idempotent. */
  async end(): Promise<void> {
    if (this.musicTimer) clearTimeout(this.musicTimer);
    this.musicTimer = null;
    await this.busy;
    const playbackId = this.playing;
    this.playing = null;
    if (playbackId === null) return;
    this.centre.live.removePlayback(playbackId);
    await this.stop(playbackId);
  }

  private async stop(playbackId: string): Promise<void> {
    if (this.call.callerGone || this.call.released) return;
    await this.command("announcement not stopped", () => stopPlayback(this.call.link, playbackId, { always: true }));
  }

  private musicIn(delayMs: number): void {
    if (this.music || this.musicTimer) return;
    this.musicTimer = setTimeout(() => {
      this.musicTimer = null;
      void this.startMusic();
    }, delayMs);
  }

  /** The waiting room is one holding bridge a copy; its music dies when it empties, so every entry asks for it. */
  private async startMusic(): Promise<void> {
    const { link } = this.call;
    const ok = await this.command("no music", async () => {
      if (this.call.callerGone || this.call.released) return;
      const room = this.centre.rooms.roomOf(link);
      await moveLegs(link, room, this.call.row.channelId, { always: true });
      this.music = true;
      await musicOnBridge(link, room, { always: true });
    });
    if (!ok && !this.call.callerGone) this.musicIn(1_000);
  }

  /** A caller in the queue must not lose the place because music or an announcement failed. */
  private async command(failure: string, work: () => Promise<void>): Promise<boolean> {
    const done = this.busy.then(work).then(
      () => true,
      (error: unknown) => {
        if (!(error instanceof AriError)) throw error;
        if (!this.call.callerGone) this.centre.log.warn({ status: error.status, callId: this.call.id }, failure);
        return false;
      },
    );
    this.busy = done;
    return done;
  }

  private now(): number {
    return this.centre.clock.monotonicMs();
  }
}
