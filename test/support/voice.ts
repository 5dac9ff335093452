import { readFile } from "node:fs/promises";
import { join } from "node:path";

const rate = 8_000;

/** Real speech of a prompt (16 bit, 8 kHz, mono), for phones that must sound like people and machines. */
async function spoken(soundsDir: string, prompt: string): Promise<Float32Array> {
  const wav = await readFile(join(soundsDir, "it", `${prompt}.wav`));
  const start = wav.indexOf("data") + 8;
  if (start < 8 || wav.readUInt32LE(24) !== rate) throw new Error(`${prompt}: not a sound of 8 kHz`);
  const samples = new Float32Array((wav.length - start) >> 1);
  for (let n = 0; n < samples.length; n++) samples[n] = wav.readInt16LE(start + 2 * n) / 32_768;
  return samples;
}

function silence(ms: number): Float32Array {
  return new Float32Array((ms * rate) / 1_000);
}

function beep(hz: number, ms: number): Float32Array {
  return silence(ms).map((_, n) => 0.4 * Math.sin((2 * Math.PI * hz * n) / rate));
}

function joined(parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A person: a short greeting, then waits for an answer. */
export async function personAnswers(soundsDir: string): Promise<Float32Array> {
  return joined([silence(300), await spoken(soundsDir, "transfer-office-busy"), silence(2_500)]);
}

/** A machine: a long greeting, a beep, and nobody. */
export async function machineAnswers(soundsDir: string): Promise<Float32Array> {
  return joined([
    silence(300),
    await spoken(soundsDir, "welcome"),
    await spoken(soundsDir, "privacy"),
    beep(1_000, 400),
    silence(20_000),
  ]);
}
