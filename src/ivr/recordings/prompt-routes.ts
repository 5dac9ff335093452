import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import en from "../../../dialplan/prompts/en.json" with { type: "json" };
import it from "../../../dialplan/prompts/it.json" with { type: "json" };
import type { Pool } from "../../database/pool.ts";
import { answered, defineRoute, type Route } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import { type Language, languages } from "../prompts.ts";
import { listAddedPrompts, readAddedAudio } from "./prompt-store.ts";

const name = z.string().regex(/^[a-z0-9-]{1,64}$/);
const spoken = z.object({ text: z.string(), audio: z.boolean() }).nullable();
const prompt = z.object({ name, it: spoken, en: spoken });

const shipped: Record<Language, Record<string, string>> = { it, en };

/** `soundsDir`: what the Asterisk beside this copy plays, `it/NAME.wav`; null: it is elsewhere, nothing to listen to. */
type Deps = { pool: Pool; soundsDir: string | null };

/** What callers hear, to be read and listened to in the flow editor (REQ 1.1). */
export function promptRoutes({ pool, soundsDir }: Deps): Route[] {
  return [
    defineRoute(
      {
        method: "get",
        path: "/prompts",
        permission: "flow.read",
        summary: "Every prompt that a flow may name: its words and whether it can be listened to, in both languages",
        response: z.object({ items: z.array(prompt), nextCursor: z.null() }),
      },
      async () => ({ items: await everyPrompt({ pool, soundsDir }), nextCursor: null }),
    ),
    defineRoute(
      {
        method: "get",
        path: "/prompts/:name/:language/audio",
        permission: "flow.read",
        summary: "The sound that callers hear, as WAV",
        params: z.object({ name, language: z.enum(languages) }),
      },
      async ({ params, web }) => {
        const sound = await soundOf({ pool, soundsDir }, params.name, params.language);
        if (!sound) {
          throw new AppError("not_found", "There is no sound of this prompt here", {
            it: "Su questa macchina non c'è la registrazione di questo annuncio.",
          });
        }
        web.response
          .status(200)
          .setHeader("Content-Type", "audio/wav")
          .setHeader("X-Content-Type-Options", "nosniff")
          .end(sound);
        return answered;
      },
    ),
  ];
}

async function everyPrompt({ pool, soundsDir }: Deps): Promise<z.output<typeof prompt>[]> {
  const added = await listAddedPrompts(pool);
  const sounds = { it: await soundsIn(soundsDir, "it"), en: await soundsIn(soundsDir, "en") };
  const names = new Set([...Object.keys(it), ...Object.keys(en), ...added.map((one) => one.name)]);
  const one = (of: string, language: Language) => {
    const own = added.find((line) => line.name === of && line.language === language);
    const text = own?.text || shipped[language][of];
    if (text === undefined && !own) return null;
    return { text: text ?? "", audio: own?.hasAudio === true || sounds[language].has(`${of}.wav`) };
  };
  return [...names].sort().map((each) => ({ name: each, it: one(each, "it"), en: one(each, "en") }));
}

async function soundsIn(soundsDir: string | null, language: Language): Promise<Set<string>> {
  if (!soundsDir) return new Set();
  return new Set(await readdir(join(soundsDir, language)).catch(noFolder));
}

/** Added ones first, as Asterisk does. The name's pattern keeps the path inside the folder. */
async function soundOf({ pool, soundsDir }: Deps, of: string, language: Language): Promise<Buffer | null> {
  const added = await readAddedAudio(pool, of, language);
  if (added || !soundsDir) return added;
  return readFile(join(soundsDir, language, `${of}.wav`)).catch(noFile);
}

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT";

function noFolder(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}

function noFile(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
