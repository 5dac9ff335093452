import type { Quality } from "./phone-state.ts";

/** One reading of a call's statistics; counts since its beginning, energy as WebRTC sums it. */
export type CallSample = {
  /** Milliseconds, monotonic. */
  at: number;
  received: number;
  lost: number;
  /** Seconds. */
  jitter: number;
  /** Seconds there and back; null before the first report. */
  roundTrip: number | null;
  /** Share of what we sent that did not arrive, 0 to 1. */
  lostThere: number;
  saidLevel: number;
  heardLevel: number;
  saidEnergy: number;
};

const silenceMs = 4_000;
const deafMs = 3_000;

/** Judges the last seconds of a call by its samples, oldest first. */
export function qualityOf(samples: readonly CallSample[]): Quality | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 1_000) return null;
  const received = last.received - first.received;
  if (received === 0) return last.at - first.at >= deafMs ? "none" : null;
  const lost = Math.max(0, last.lost - first.lost);
  const share = Math.max(lost / (lost + received), last.lostThere);
  const trip = last.roundTrip ?? 0;
  if (share > 0.05 || last.jitter > 0.06 || trip > 0.6) return "poor";
  if (share > 0.015 || last.jitter > 0.03 || trip > 0.3) return "fair";
  return "good";
}

/** A living microphone is never perfectly still: no energy at all for some seconds is a dead one. */
export function isSilent(samples: readonly CallSample[]): boolean {
  const last = samples.at(-1);
  const before = last && samples.findLast((sample) => last.at - sample.at >= silenceMs);
  return before !== undefined && last !== undefined && last.saidEnergy === before.saidEnergy;
}

/** The statistics of a call's one audio connection. */
export async function readSample(connection: RTCPeerConnection, at: number): Promise<CallSample> {
  const sample: CallSample = {
    ...{ at, received: 0, lost: 0, jitter: 0, roundTrip: null, lostThere: 0 },
    ...{ saidLevel: 0, heardLevel: 0, saidEnergy: 0 },
  };
  const report = await connection.getStats();
  report.forEach((entry: Record<string, unknown>) => {
    const read = (name: string): number => Number(entry[name] ?? 0);
    if (entry.type === "inbound-rtp") {
      sample.received = read("packetsReceived");
      sample.lost = read("packetsLost");
      sample.jitter = read("jitter");
      sample.heardLevel = read("audioLevel");
    } else if (entry.type === "remote-inbound-rtp") {
      if (entry.roundTripTime !== undefined) sample.roundTrip = read("roundTripTime");
      sample.lostThere = read("fractionLost");
    } else if (entry.type === "media-source") {
      sample.saidLevel = read("audioLevel");
      sample.saidEnergy = read("totalAudioEnergy");
    }
  });
  return sample;
}
