import type { PhoneChoices } from "./phone-choices.ts";
import type { PhoneDevices } from "./phone-state.ts";

/** The microphone stays open from sign-in to sign-out: opened at the answer it would cost the first words (VOICE). */
export class Microphone {
  #stream: MediaStream | null = null;
  #meter: { context: AudioContext; analyser: AnalyserNode } | null = null;
  #on = true;
  readonly #onChange: () => void;

  /** `onChange`: the device died or lives again. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get stream(): MediaStream | null {
    return this.#stream;
  }

  get track(): MediaStreamTrack | null {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  get isAlive(): boolean {
    return this.track !== null && this.track.readyState === "live" && !this.track.muted;
  }

  /**
   * Opens the chosen device, or the machine's own when that one is not there.
   * @throws DOMException when the person or the machine refuses
   */
  async open({ microphone, processing }: PhoneChoices): Promise<MediaStreamTrack> {
    const clean = { echoCancellation: processing, noiseSuppression: processing, autoGainControl: processing };
    const audio: MediaTrackConstraints = { ...clean, ...(microphone ? { deviceId: { ideal: microphone } } : {}) };
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    this.close();
    this.#stream = stream;
    const track = this.track;
    if (!track) throw new DOMException("No sound in the stream", "NotFoundError");
    track.enabled = this.#on;
    for (const event of ["ended", "mute", "unmute"]) track.addEventListener(event, this.#onChange);
    return track;
  }

  /** Off, it goes on sending silence. */
  set on(on: boolean) {
    this.#on = on;
    if (this.track) this.track.enabled = on;
  }

  /** Loudness now, 0 to 1, outside of a call; needs a click before the first time. */
  level(): number {
    if (!this.#stream) return 0;
    this.#meter ??= meterOf(this.#stream);
    const samples = new Float32Array(this.#meter.analyser.fftSize);
    this.#meter.analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  }

  closeMeter(): void {
    void this.#meter?.context.close();
    this.#meter = null;
  }

  close(): void {
    this.closeMeter();
    for (const track of this.#stream?.getTracks() ?? []) {
      for (const event of ["ended", "mute", "unmute"]) track.removeEventListener(event, this.#onChange);
      track.stop();
    }
    this.#stream = null;
  }
}

function meterOf(stream: MediaStream): { context: AudioContext; analyser: AnalyserNode } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  return { context, analyser };
}

/** Devices by name, which browsers tell once the microphone was allowed. */
export async function listDevices(): Promise<PhoneDevices> {
  const found = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind) =>
    found
      .filter((device) => device.kind === kind && device.deviceId !== "default" && device.deviceId !== "")
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { microphones: of("audioinput"), speakers: of("audiooutput") };
}
