import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const frame = 160;

/** Speaks one tone (Hz, 0 = silence) in A-law every 20 ms and listens for tones; answers "do they hear each other?". */
export class RtpStream {
  private readonly socket: Socket = createSocket("udp4");
  private timer: NodeJS.Timeout | null = null;
  private sequence = 0;
  private timestamp = 0;
  private phase = 0;
  private remote: { address: string; port: number } | null = null;
  private readonly heardFrames: Buffer[] = [];
  private digits: { digit: string; left: number; duration: number }[] = [];
  private muted = false;
  /** Said in place of the tone: samples of -1 to 1 at 8 kHz. */
  private words: Float32Array = new Float32Array();
  private said = 0;
  private isOpen = false;
  private sound = false;
  received = 0;
  /** Keys that the other side pressed (RFC 4733), each once. */
  readonly keys: string[] = [];
  private lastKeyAt = -1;
  readonly tone: number;
  readonly address: string;

  constructor(address: string, tone: number) {
    this.address = address;
    this.tone = tone;
  }

  async open(): Promise<number> {
    this.socket.bind(0, this.address);
    await once(this.socket, "listening");
    this.isOpen = true;
    this.socket.on("message", (packet) => {
      this.received++;
      if ((packet[1] ?? 0) % 128 === 101) this.hearKey(packet);
      if ((packet[1] ?? 0) % 128 !== 8 || packet.length < 12 + frame) return;
      const payload = packet.subarray(12, 12 + frame);
      this.heardFrames.push(payload);
      this.sound ||= payload.some((byte) => Math.abs(fromAlaw(byte)) > 0.005);
      if (this.heardFrames.length > 50) this.heardFrames.shift();
    });
    return this.socket.address().port;
  }

  sendTo(address: string, port: number): void {
    this.remote = { address, port };
    this.timer ??= setInterval(() => this.tick(), 20);
  }

  /** Sends nothing any more, as a phone whose cable was pulled. */
  goSilent(): void {
    this.muted = true;
  }

  /** Says this once, then the tone again. */
  say(words: Float32Array): void {
    this.words = words;
    this.said = 0;
  }

  press(digit: string): void {
    this.digits.push({ digit, left: 8, duration: 0 });
  }

  /** Mean square of the last second, 0 to 1; below 1e-6 is silence. */
  loudness(): number {
    const samples = this.heardFrames.flatMap((payload) => [...payload].map(fromAlaw));
    return samples.length === 0 ? 0 : samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
  }

  /** Share of the last second's energy at a frequency, 0 to 1. */
  heard(hz: number): number {
    const samples = this.heardFrames.flatMap((payload) => [...payload].map(fromAlaw));
    const energy = samples.reduce((sum, x) => sum + x * x, 0);
    if (samples.length < frame * 10 || energy / samples.length < 1e-5) return 0;
    let [re, im] = [0, 0];
    for (const [n, x] of samples.entries()) {
      re += x * Math.cos((2 * Math.PI * hz * n) / 8000);
      im += x * Math.sin((2 * Math.PI * hz * n) / 8000);
    }
    return (2 * (re * re + im * im)) / (samples.length * energy);
  }

  /** Whether anything audible came since this was last asked. */
  takeSound(): boolean {
    const { sound } = this;
    this.sound = false;
    return sound;
  }

  get isClosed(): boolean {
    return !this.isOpen;
  }

  forgetHeard(): void {
    this.heardFrames.length = 0;
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    if (this.isOpen) this.socket.close();
    this.isOpen = false;
  }

  /** All packets of one key carry the moment of its beginning. */
  private hearKey(packet: Buffer): void {
    const beganAt = packet.readUInt32BE(4);
    if (beganAt !== this.lastKeyAt) this.keys.push("0123456789*#ABCD"[packet[12] ?? 16] ?? "");
    this.lastKeyAt = beganAt;
  }

  private tick(): void {
    if (!this.remote || this.muted) return;
    const key = this.digits[0];
    if (key) return this.sendKey(key);
    const payload = Buffer.alloc(frame);
    for (let n = 0; n < frame; n++) {
      const word = this.words[this.said];
      if (word !== undefined) this.said++;
      const x = word ?? (this.tone === 0 ? 0 : 0.3 * Math.sin(this.phase));
      this.phase += (2 * Math.PI * this.tone) / 8000;
      payload[n] = toAlaw(x);
    }
    this.send(8, payload, false);
    this.timestamp += frame;
  }

  private sendKey(key: { digit: string; left: number; duration: number }): void {
    key.duration += frame;
    const ends = key.left <= 3;
    const event = "0123456789*#ABCD".indexOf(key.digit);
    const payload = Buffer.from([event, (ends ? 0x80 : 0) | 10, key.duration >> 8, key.duration & 255]);
    this.send(101, payload, key.left === 8);
    if (--key.left > 0) return;
    this.timestamp += key.duration + frame;
    this.digits.shift();
  }

  private send(type: number, payload: Buffer, mark: boolean): void {
    if (!this.remote) return;
    const head = Buffer.alloc(12);
    head[0] = 0x80;
    head[1] = type | (mark ? 0x80 : 0);
    head.writeUInt16BE(this.sequence++ & 0xffff, 2);
    head.writeUInt32BE(this.timestamp >>> 0, 4);
    head.writeUInt32BE(0x0550_5500 + (this.tone & 255), 8);
    this.socket.send(Buffer.concat([head, payload]), this.remote.port, this.remote.address);
  }
}

function toAlaw(x: number): number {
  const sample = Math.max(-32_635, Math.min(32_635, Math.round(x * 32_767)));
  const sign = sample >= 0 ? 0x80 : 0;
  const magnitude = Math.abs(sample);
  if (magnitude < 256) return (sign | (magnitude >> 4)) ^ 0x55;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  return (sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) ^ 0x55;
}

function fromAlaw(byte: number): number {
  const a = byte ^ 0x55;
  const exponent = (a >> 4) & 7;
  const mantissa = a & 15;
  const magnitude = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 264) << (exponent - 1);
  return ((a & 0x80 ? 1 : -1) * magnitude) / 32_768;
}
