import type { RtpStream } from "./rtp-stream.ts";

const lookMs = 100;

/** How long a phone heard nothing at all: neither speech nor music nor a prompt. */
export class SilenceWatch {
  longestMs = 0;
  private soundAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(rtp: RtpStream) {
    this.timer = setInterval(() => {
      const now = performance.now();
      if (rtp.takeSound() || rtp.isClosed) this.soundAt = now;
      this.longestMs = Math.max(this.longestMs, now - this.soundAt);
    }, lookMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
