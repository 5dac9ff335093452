const ringHz = 425;
const ringMs = 1_000;
const pauseMs = 4_000;

/** What the person hears: the citizen on one device, the ringing on another (a headset and the room, say). */
export class PhoneSounds {
  readonly #voice = new Audio();
  readonly #ringer = new Audio();
  readonly #onBlocked: (blocked: boolean) => void;
  #tone: { context: AudioContext; gain: GainNode } | null = null;
  #beats: ReturnType<typeof setInterval> | undefined;

  /** `onBlocked`: the browser wants a click first. */
  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
    this.#voice.autoplay = true;
  }

  async useDevices(speaker: string, ringer: string): Promise<void> {
    await Promise.all([sinkTo(this.#voice, speaker), sinkTo(this.#ringer, ringer)]);
  }

  hear(stream: MediaStream): void {
    this.#voice.srcObject = stream;
    this.unblock();
  }

  hearNothing(): void {
    this.#voice.srcObject = null;
  }

  /** After the click that the browser asked for, and at the beginning of each call. */
  unblock(): void {
    if (!this.#voice.srcObject) return this.#onBlocked(false);
    this.#voice.play().then(
      () => this.#onBlocked(false),
      (error: unknown) => this.#onBlocked(error instanceof DOMException && error.name === "NotAllowedError"),
    );
  }

  /** The Italian ringing tone until stopped. */
  ring(): void {
    if (this.#beats !== undefined) return;
    this.#beat();
    this.#beats = setInterval(() => this.#beat(), ringMs + pauseMs);
  }

  stopRinging(): void {
    clearInterval(this.#beats);
    this.#beats = undefined;
    this.#tone?.gain.gain.setValueAtTime(0, 0);
    this.#ringer.pause();
  }

  /** One ring on the ringing device, or on the one for the voice, to try it out. */
  tryOut(which: "voice" | "ringer"): void {
    if (which === "ringer") return this.#beat();
    const { context, gain } = this.#oscillator();
    const target = this.#voice;
    const before = target.srcObject;
    target.srcObject = streamOf(gain, context);
    void target.play().catch(() => this.#onBlocked(true));
    sound(context, gain);
    setTimeout(() => {
      if (target.srcObject !== before && before) target.srcObject = before;
    }, ringMs + 200);
  }

  close(): void {
    this.stopRinging();
    this.hearNothing();
    void this.#tone?.context.close();
    this.#tone = null;
  }

  #oscillator(): { context: AudioContext; gain: GainNode } {
    this.#tone ??= toneOf();
    return this.#tone;
  }

  #beat(): void {
    const { context, gain } = this.#oscillator();
    this.#ringer.srcObject ??= streamOf(gain, context);
    this.#ringer.play().then(
      () => sound(context, gain),
      () => this.#onBlocked(true),
    );
  }
}

function toneOf(): { context: AudioContext; gain: GainNode } {
  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  const oscillator = context.createOscillator();
  oscillator.frequency.value = ringHz;
  oscillator.connect(gain);
  oscillator.start();
  return { context, gain };
}

function streamOf(gain: GainNode, context: AudioContext): MediaStream {
  const target = context.createMediaStreamDestination();
  gain.connect(target);
  return target.stream;
}

function sound(context: AudioContext, gain: GainNode): void {
  void context.resume();
  const now = context.currentTime;
  gain.gain.cancelScheduledValues(now);
  gain.gain.setValueAtTime(0.25, now);
  gain.gain.setValueAtTime(0, now + ringMs / 1_000);
}

/** A device that was pulled out, or a browser without the choice: the machine's own device sounds. */
async function sinkTo(element: HTMLAudioElement, id: string): Promise<void> {
  if (typeof element.setSinkId !== "function" || element.sinkId === id) return;
  try {
    await element.setSinkId(id);
  } catch {
    await element.setSinkId("").catch(() => undefined);
  }
}
