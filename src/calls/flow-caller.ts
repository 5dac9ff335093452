import { isGone } from "../asterisk/ari-error.ts";
import { playOnLeg, stopPlayback } from "../asterisk/playback.ts";
import { DigitBuffer } from "../ivr/digits.ts";
import { promptMedia } from "../ivr/prompts.ts";
import type { FlowCall, FlowChoice } from "../ivr/run-flow.ts";
import type { Language } from "./call.ts";
import type { CallCentre } from "./call-centre.ts";
import { insist } from "./insist.ts";
import type { LiveCall } from "./live-call.ts";

/** No prompt lasts longer; a finish that is never told must not hold a caller. */
const longestPromptMs = 120_000;

/** The caller as the flow sees one, on a real line. */
export class FlowCaller implements FlowCall {
  readonly choices: unknown[];
  private readonly digits = new DigitBuffer();
  private readonly call: LiveCall;
  private readonly centre: CallCentre;

  constructor(call: LiveCall, choices: unknown[], centre: CallCentre) {
    this.call = call;
    this.choices = choices;
    this.centre = centre;
  }

  get language(): Language {
    return this.call.row.language;
  }
  get agencyId(): string | null {
    return this.call.row.agencyId;
  }
  get node(): string | null {
    return this.call.row.ivrNode;
  }

  async play(prompts: readonly string[], options: { interruptible: boolean }): Promise<"finished" | { digit: string }> {
    const early = options.interruptible ? this.digits.take() : null;
    if (early !== null) return { digit: early };
    const media = prompts.flatMap((prompt) => promptMedia(prompt, this.language));
    return speak(this.call, media, this.centre, () => (options.interruptible ? this.digits.take() : null), this.digits);
  }

  async digit(timeoutMs: number): Promise<string | "timeout"> {
    const deadline = this.centre.clock.monotonicMs() + timeoutMs;
    for (;;) {
      const digit = this.digits.take();
      if (digit !== null) return digit;
      const signal = await this.call.next(deadline - this.centre.clock.monotonicMs());
      if (signal === "timeout") return "timeout";
      if (signal.kind === "digit") this.digits.press(signal.digit, this.centre.clock.monotonicMs());
    }
  }

  async enterNode(name: string): Promise<void> {
    this.call.throwIfLeft();
    this.save({ ivrNode: name });
  }

  async choose(choice: FlowChoice): Promise<void> {
    this.choices.push(choice);
    this.save({});
  }

  async setLanguage(language: Language): Promise<void> {
    this.save({ language });
  }

  async setAgency(agencyId: string): Promise<void> {
    this.save({ agencyId });
  }

  private save(change: { ivrNode?: string; language?: Language; agencyId?: string }): void {
    const row = { ...this.call.row, ...change };
    this.call.row = row;
    this.centre.flowSteps.add({
      callId: row.id,
      epoch: this.centre.lease.epoch,
      node: row.ivrNode,
      choices: this.choices,
      language: row.language,
      agencyId: row.agencyId,
    });
  }
}

/**
 * Speaks to the caller until the end, or until `interrupted` gives a digit. Listens first, then plays (STYLE 5).
 * A prompt that can't be played is logged and counts as finished: the flow goes on (FAULTS F21).
 */
export async function speak(
  call: LiveCall,
  media: string[],
  centre: CallCentre,
  interrupted: () => string | null = () => null,
  digits: DigitBuffer | null = null,
): Promise<"finished" | { digit: string }> {
  if (!(await centre.lease.untilMayAct())) call.release();
  call.throwIfLeft();
  const playbackId = call.nextPlaybackId();
  centre.live.addPlayback(playbackId, call);
  try {
    await insist(call, () => playOnLeg(call.link, call.row.channelId, playbackId, media, call.row.language));
    const deadline = centre.clock.monotonicMs() + longestPromptMs;
    for (;;) {
      const signal = await call.next(deadline - centre.clock.monotonicMs());
      if (signal === "timeout") return "finished";
      if (signal.kind === "playback_finished" && signal.playbackId === playbackId) return "finished";
      if (signal.kind === "offered") {
        // An operator is worth more than the end of the sentence.
        call.putBack(signal);
        await stopPlayback(call.link, playbackId);
        return "finished";
      }
      if (signal.kind === "command") centre.commands.settle(signal.command, false);
      if (signal.kind !== "digit" || !digits) continue;
      digits.press(signal.digit, centre.clock.monotonicMs());
      const digit = interrupted();
      if (digit === null) continue;
      await stopPlayback(call.link, playbackId);
      return { digit };
    }
  } catch (error) {
    call.throwIfLeft();
    if (!isAriProblem(error)) throw error;
    centre.log.warn({ callId: call.id, gone: isGone(error) }, "a prompt was not played");
    return "finished";
  } finally {
    centre.live.removePlayback(playbackId);
  }
}

function isAriProblem(error: unknown): boolean {
  return error instanceof Error && error.name === "AriError";
}
