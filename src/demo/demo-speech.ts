import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { speak } from "../start/packages/make-prompts.ts";

const sentence =
  "Buongiorno, chiamo per sapere in quali orari è aperto l'ufficio anagrafe e quali documenti servono per la carta " +
  "d'identità. Grazie.";
const headerBytes = 44;
const bytesPerSecond = 16_000;
/** A phone must not run out of sound before the call ends. */
const tailSeconds = 90;

export type DemoSpeech = { silence: string; sentence: string; sentenceMs: number };

/** What the citizen says, spoken by festival once and kept beside the prompts, and a silence to begin with. */
export async function makeDemoSpeech(
  folder: string,
  options: { cacheDir: string; mirror: string | null },
): Promise<DemoSpeech> {
  await mkdir(folder, { recursive: true });
  const hash = createHash("sha256").update(sentence).digest("hex").slice(0, 12);
  const spoken = join(folder, `citizen-${hash}.wav`);
  const silence = join(folder, "silence.wav");
  const tail = Buffer.alloc(tailSeconds * bytesPerSecond);
  const kept = await readFile(spoken).catch(() => null);
  const wav = kept ?? wavOf(Buffer.concat([samplesOf(await speak(options, "it", sentence)), tail]));
  if (!kept) await writeFile(spoken, wav);
  await writeFile(silence, wavOf(tail));
  return { silence, sentence: spoken, sentenceMs: ((wav.length - headerBytes - tail.length) / bytesPerSecond) * 1_000 };
}

/** The samples of a WAV, wherever its data chunk begins. */
function samplesOf(wav: Buffer): Buffer {
  const at = wav.indexOf("data", 12, "latin1");
  return wav.subarray(at + 8, at + 8 + wav.readUInt32LE(at + 4));
}

/** WAV of 8 kHz, mono, 16 bit. */
function wavOf(samples: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(bytesPerSecond, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
