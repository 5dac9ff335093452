import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anyTcpPort, isTcpPortFree, isUdpPortFree } from "../../src/start/machine/free-ports.ts";

export type PhoneOptions = {
  /** host:port of Asterisk. */
  server: string;
  user: string;
  /** With a password the phone registers and answers by itself; without one it is a citizen's and only calls. */
  password?: string;
  /** Address it speaks from; citizens: 127.0.0.9. */
  address?: string;
  /** Dialled at once. */
  dial?: string;
  /** What it says: a steady tone of this frequency, Hz. */
  toneHz: number;
};

export type Phone = {
  /** Waits until baresip has said this; fails after 15 s if not told otherwise. */
  said(words: RegExp, limitMs?: number): Promise<void>;
  /** Ends it and returns what it heard: 8 kHz mono samples, -1 to 1. */
  stop(): Promise<Float64Array>;
};

const modules = "/usr/lib/baresip/modules";

/** A real phone (baresip) that says a tone and records what it hears. */
export async function startPhone(options: PhoneOptions): Promise<Phone> {
  const folder = await mkdtemp(join(tmpdir(), "055055-phone-"));
  const address = options.address ?? "127.0.0.1";
  const port = await phonePort(address);
  const loaded = ["g711", "aufile", "sndfile", "aubridge", "account", "menu"].map((name) => `module ${name}.so`);
  await writeFile(
    join(folder, "config"),
    [
      `module_path ${modules}`,
      `sip_listen ${address}:${port}`,
      "audio_player aubridge,nowhere",
      `audio_source aufile,${folder}/tone.wav`,
      `snd_path ${folder}`,
      "rtp_ports 32000-32700",
      ...loaded,
      "",
    ].join("\n"),
  );
  await writeFile(join(folder, "tone.wav"), toneFile(options.toneHz, 120));
  const registers = options.password
    ? `<sip:${options.user}@${options.server}>;auth_user=${options.user};auth_pass=${options.password};regint=60;answermode=auto`
    : `<sip:${options.user}@${address}:${port}>;regint=0`;
  await writeFile(join(folder, "accounts"), `${registers};audio_codecs=PCMA\n`);
  const dial = options.dial ? ["-e", `d ${options.dial}`] : [];
  const child = spawn("baresip", ["-f", folder, "-4", "-v", ...dial], { stdio: ["ignore", "pipe", "pipe"] });
  return phoneOf(child, folder);
}

/** baresip binds UDP and TCP, and the next number for TLS. */
async function phonePort(address: string): Promise<number> {
  for (;;) {
    const port = await anyTcpPort(address);
    if ((await isUdpPortFree(port, address)) && (await isTcpPortFree(port + 1, address))) return port;
  }
}

function phoneOf(child: ChildProcess, folder: string): Phone {
  let words = "";
  let stopped = false;
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (words += String(chunk)));
  return {
    said: (wanted, limitMs = 15_000) =>
      new Promise((resolve, reject) => {
        const look = () => (wanted.test(words) ? finish(resolve) : undefined);
        const late = setTimeout(
          () => finish(() => reject(new Error(`The phone never said ${wanted}:\n${words.slice(-2000)}`))),
          limitMs,
        );
        const finish = (end: () => void) => {
          clearTimeout(late);
          child.stdout?.off("data", look);
          child.stderr?.off("data", look);
          end();
        };
        child.stdout?.on("data", look);
        child.stderr?.on("data", look);
        look();
      }),
    stop: async () => {
      if (stopped) return new Float64Array();
      stopped = true;
      const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await gone;
      clearTimeout(late);
      const heard = await heardSamples(folder);
      await rm(folder, { recursive: true, force: true });
      return heard;
    },
  };
}

/** 8 kHz, mono, 16 bit. */
function toneFile(frequencyHz: number, seconds: number): Buffer {
  const samples = 8000 * seconds;
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * frequencyHz * i) / 8000)), 44 + 2 * i);
  }
  return wav;
}

/** The decoded side of baresip's recording (sndfile module): 16 bit WAV. */
async function heardSamples(folder: string): Promise<Float64Array> {
  const name = (await readdir(folder)).find((file) => file.endsWith("-dec.wav"));
  if (!name) return new Float64Array();
  const wav = (await readFile(join(folder, name))).subarray(44);
  return Float64Array.from({ length: wav.length >> 1 }, (_, i) => wav.readInt16LE(2 * i) / 32_768);
}

/** Share of the sound's energy that lies at one frequency (Goertzel): near 1 for that tone, near 0 for speech. */
export function toneShare(samples: Float64Array, frequencyHz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * frequencyHz) / 8000);
  let [last, before, energy] = [0, 0, 0];
  for (const sample of samples) {
    [last, before] = [sample + step * last - before, last];
    energy += sample * sample;
  }
  const power = last * last + before * before - step * last * before;
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}

/** Root mean square, 0 for silence. */
export function loudness(samples: Float64Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
}
