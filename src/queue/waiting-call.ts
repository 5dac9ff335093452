import { v7 as uuid } from "uuid";
import { AriError } from "../asterisk/ari-error.ts";
import { moveLegs, musicOnBridge } from "../asterisk/bridge.ts";
import { playOnLeg, stopPlayback } from "../asterisk/playback.ts";
import { playbackIdOf } from "../asterisk/wire-names.ts";
import type { CallCentre } from "../calls/call-centre.ts";
import type { LiveCall } from "../calls/live-call.ts";
import { positionAnnouncement } from "../ivr/prompts.ts";
import { offerCall } from "./offer-call.ts";
import type { QueueSettings } from "./queue-board.ts";

/** A wait shorter than this needs no music: with a free operator the phone rings before it would start. */
const musicAfterMs = 300;
/** The first announcement comes once the caller has settled. */
const firstAnnouncementMs = 4_000;

/**
 * Music, place and expected wait, until an operator talks or the wait is too long (REQ 1.2). The place itself is in
 * the row; whoever holds the decision (dispatcher.ts) sends the offer.
 * @throws CallerLeft, CallReleased
 */
export async function waitForOperator(call: LiveCall, centre: CallCentre): Promise<"talking" | "too_long"> {
  const wait = await Wait.begin(call, centre);
  centre.dispatcher.nudge();
  try {
    for (;;) {
      const signal = await call.next(wait.nextDueMs());
      if (signal === "timeout") {
        if (wait.isTooLong()) return "too_long";
        await wait.doWhatIsDue();
      } else if (signal.kind === "playback_finished") {
        wait.announcementEnded(signal.playbackId);
      } else if (signal.kind === "offered") {
        const end = await offerCall(call, signal.offer, centre);
        if (end === "talking") return "talking";
      } else if (signal.kind === "command") {
        centre.commands.settle(signal.command, false);
      }
    }
  } finally {
    await wait.silence();
  }
}

/** What is due next for one waiting caller. Times are monotonic milliseconds. */
class Wait {
  private music = false;
  private musicAt: number;
  private announceAt: number;
  private playing: string | null = null;
  private readonly endsAt: number;
  private readonly queue: QueueSettings | undefined;
  private readonly call: LiveCall;
  private readonly centre: CallCentre;

  static async begin(call: LiveCall, centre: CallCentre): Promise<Wait> {
    const queue = call.row.queueId ? await centre.board.queueOfId(call.row.queueId) : undefined;
    return new Wait(call, queue, centre);
  }

  private constructor(call: LiveCall, queue: QueueSettings | undefined, centre: CallCentre) {
    this.call = call;
    this.queue = queue;
    this.centre = centre;
    const now = this.now();
    const waitedMs = Math.max(0, centre.clock.now().getTime() - (call.row.queuedAt ?? centre.clock.now()).getTime());
    // A caller who comes back or was taken over waits already: music at once.
    this.musicAt = waitedMs > musicAfterMs ? now : now + musicAfterMs;
    this.announceAt = now + firstAnnouncementMs;
    this.endsAt = now + (queue?.maxWaitSeconds ?? 1_800) * 1_000 - waitedMs;
  }

  nextDueMs(): number {
    const due = Math.min(this.announceAt, this.endsAt, this.music ? Number.POSITIVE_INFINITY : this.musicAt);
    return Math.max(1, due - this.now());
  }

  isTooLong(): boolean {
    return this.now() >= this.endsAt;
  }

  async doWhatIsDue(): Promise<void> {
    if (!this.music && this.now() >= this.musicAt) await this.startMusic();
    if (this.now() >= this.announceAt) await this.announce();
  }

  announcementEnded(playbackId: string): void {
    if (this.playing !== playbackId) return;
    this.centre.live.removePlayback(playbackId);
    this.playing = null;
  }

  /** Nobody must talk over an announcement. */
  async silence(): Promise<void> {
    const playbackId = this.playing;
    if (playbackId === null) return;
    this.announcementEnded(playbackId);
    if (this.call.callerGone || this.call.released) return;
    await tolerate(stopPlayback(this.call.link, playbackId), this.centre, "announcement not stopped");
  }

  private now(): number {
    return this.centre.clock.monotonicMs();
  }

  /** The waiting room is one holding bridge a copy; its music dies when it empties, so every entry asks for it. */
  private async startMusic(): Promise<void> {
    this.music = true;
    const room = this.centre.rooms.roomOf(this.call.link);
    const entered = moveLegs(this.call.link, room, [this.call.row.channelId], { always: true }).then(() =>
      musicOnBridge(this.call.link, room, { always: true }),
    );
    const ok = await tolerate(entered, this.centre, "no music");
    if (ok) return;
    this.music = false;
    this.musicAt = this.now() + 1_000;
  }

  private async announce(): Promise<void> {
    this.announceAt = this.now() + (this.queue?.announceSeconds ?? 45) * 1_000;
    if (this.playing !== null || !this.centre.lease.mayAct()) return;
    const place = await this.centre.board.placeOf(this.call.id);
    if (!place) return;
    const playbackId = playbackIdOf(uuid());
    this.centre.live.addPlayback(playbackId, this.call);
    this.playing = playbackId;
    const { language, channelId } = this.call.row;
    const media = positionAnnouncement(place.position, place.waitSeconds, language);
    const ok = await tolerate(
      playOnLeg(this.call.link, channelId, playbackId, media, language),
      this.centre,
      "announcement not played",
    );
    if (!ok) this.announcementEnded(playbackId);
  }
}

/** A caller in the queue must not lose the place because music or an announcement failed. */
async function tolerate(work: Promise<unknown>, centre: CallCentre, what: string): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!(error instanceof AriError)) throw error;
    centre.log.warn({ status: error.status }, what);
    return false;
  }
}
