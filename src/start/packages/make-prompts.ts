import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isRoot, mustRun, runCommand } from "../machine/run-command.ts";
import { installPrograms } from "./apt.ts";
import { makeRoot } from "./debian-root.ts";

const languages = ["it", "en"] as const;
type Language = (typeof languages)[number];

/** Bump when the voice or its settings change, so that every prompt is made again. */
const voiceVersion = "1";

export type PromptOptions = {
  /** dialplan/prompts: it.json, en.json (name → text), and recordings it/NAME.wav that win over them. */
  promptsDir: string;
  /** Gets it/NAME.wav, en/NAME.wav (8 kHz mono) and it/NAME.sha256. */
  soundsDir: string;
  cacheDir: string;
  mirror: string | null;
};

/**
 * Makes the spoken prompts that are missing or whose text changed (about 0.3 s each), Italian by festival, English by
 * espeak-ng, out of a Debian root made for it when first needed.
 */
export async function makePrompts(options: PromptOptions): Promise<{ made: number; kept: number }> {
  let [made, kept] = [0, 0];
  for (const language of languages) {
    const texts = JSON.parse(await readFile(join(options.promptsDir, `${language}.json`), "utf8"));
    await mkdir(join(options.soundsDir, language), { recursive: true });
    for (const [name, text] of Object.entries<string>(texts)) {
      if (await makePrompt(options, language, name, text)) made++;
      else kept++;
    }
  }
  return { made, kept };
}

/** @returns false when the sound is already there and of this text. */
async function makePrompt(o: PromptOptions, language: Language, name: string, text: string): Promise<boolean> {
  if (!/^[a-z0-9-]{1,64}$/.test(name)) throw new Error(`Prompt name "${name}" may hold a-z, 0-9 and - only.`);
  const recording = join(o.promptsDir, language, `${name}.wav`);
  const source = existsSync(recording) ? await readFile(recording) : `${voiceVersion} ${language} ${text}`;
  const hash = createHash("sha256").update(source).digest("hex");
  const target = join(o.soundsDir, language, `${name}.wav`);
  const stamp = join(o.soundsDir, language, `${name}.sha256`);
  if (existsSync(target) && (await readFile(stamp, "utf8").catch(() => "")) === hash) return false;
  const unfinished = `${target}.making`;
  if (typeof source === "string") await writeFile(unfinished, await speak(o, language, text));
  else await copyFile(recording, unfinished);
  await rename(unfinished, target);
  await writeFile(stamp, hash);
  return true;
}

/**
 * Speech as Asterisk wants it: WAV, 8 kHz, mono, 16 bit, a little lower than the voice speaks (it clips otherwise).
 * Also used for prompts written in the flow editor.
 */
export async function speak(
  options: Pick<PromptOptions, "cacheDir" | "mirror">,
  language: Language,
  text: string,
): Promise<Buffer> {
  const root = isRoot ? await voiceRoot(options) : await ownVoice();
  const folder = await mkdtemp(join(root, "tmp/speech-"));
  const inside = isRoot ? folder.slice(root.length) : folder;
  try {
    // festival reads Latin-1; a curly apostrophe would be spelt out
    const spoken = text.replaceAll("’", "'");
    await writeFile(join(folder, "text"), spoken, language === "it" ? "latin1" : "utf8");
    const voice =
      language === "it"
        ? `text2wave -eval '(voice_lp_diphone)' -o ${inside}/raw.wav ${inside}/text`
        : `espeak-ng -v en-gb -s 145 -w ${inside}/raw.wav -f ${inside}/text`;
    const phone = `sox -v 0.7 ${inside}/raw.wav -r 8000 -c 1 -b 16 ${inside}/out.wav pad 0.1 0.2`;
    const command = ["sh", "-c", `${voice} && ${phone}`];
    const [program = "", ...args] = isRoot ? ["chroot", root, ...command] : command;
    await mustRun(program, args, "A prompt could not be spoken.");
    return await readFile(join(folder, "out.wav"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Without root the voices must be this machine's own. */
async function ownVoice(): Promise<string> {
  await installPrograms({ text2wave: "festival festvox-italp16k", "espeak-ng": "espeak-ng", sox: "sox" });
  return "/";
}

async function voiceRoot({ cacheDir, mirror }: Pick<PromptOptions, "cacheDir" | "mirror">): Promise<string> {
  const root = join(cacheDir, "voice-root");
  if (existsSync(join(root, "usr/bin/text2wave"))) return root;
  const release = await runCommand("sh", ["-c", ". /etc/os-release; echo $VERSION_CODENAME"]);
  await makeRoot({
    path: root,
    suite: release.output.trim() || "bookworm",
    packages: ["festival", "festvox-italp16k", "espeak-ng", "sox"],
    mirror,
    what: "The voice that speaks the prompts",
  });
  return root;
}
