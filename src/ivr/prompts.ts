import en from "../../dialplan/prompts/en.json" with { type: "json" };
import it from "../../dialplan/prompts/it.json" with { type: "json" };

export type Language = "it" | "en";
export const languages = ["it", "en"] as const;

/** Prompts that come with the program: their texts are spoken at set-up, a recording of the same name wins. */
export type PromptName = keyof typeof it & keyof typeof en;
export type PromptNames = Record<Language, ReadonlySet<string>>;

export const shippedPrompts: PromptNames = { it: new Set(Object.keys(it)), en: new Set(Object.keys(en)) };

/** A prompt by name, in the caller's language or, as NAME@en, in one language whoever calls. */
export const promptPattern = /^[a-z0-9-]{1,64}(@(it|en))?$/;

export function promptName(prompt: string): string {
  return prompt.split("@")[0] ?? prompt;
}

export function promptLanguages(prompt: string): readonly Language[] {
  const fixed = prompt.split("@")[1];
  return fixed === "it" || fixed === "en" ? [fixed] : languages;
}

/**
 * Asterisk's media for one prompt. The language is written in the path, so that one playback may speak two: below
 * the sounds folder lies LANGUAGE/055055/NAME.wav.
 */
export function promptMedia(prompt: string, language: Language): string[] {
  const fixed = promptLanguages(prompt);
  return [`sound:${fixed.length === 1 ? fixed[0] : language}/055055/${promptName(prompt)}`];
}

/** Asterisk's own grammar says the number; the playback must be given the same language. */
export function numberMedia(n: number, _language: Language): string[] {
  return Number.isSafeInteger(n) && n >= 0 ? [`number:${n}`] : [];
}

const longWaitSeconds = 30 * 60;

/**
 * What a waiting caller hears: place (1 = next) and, when known, the expected wait in seconds (REQ 1.2). To be
 * played with `language`, since the numbers in it follow the playback's language.
 */
export function positionAnnouncement(position: number, waitSeconds: number | null, language: Language): string[] {
  const say = (name: PromptName) => promptMedia(name, language);
  const place =
    position <= 1
      ? say("position-next")
      : [...say("position-before"), ...numberMedia(position, language), ...say("position-after")];
  if (waitSeconds === null) return [...place, ...say("please-hold")];
  const minutes = Math.max(1, Math.ceil(waitSeconds / 60));
  if (waitSeconds > longWaitSeconds) return [...place, ...say("wait-long")];
  if (minutes === 1) return [...place, ...say("wait-one-minute")];
  return [...place, ...say("wait-before"), ...numberMedia(minutes, language), ...say("wait-after")];
}
