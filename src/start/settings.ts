import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import { databaseSetting, readConfig } from "../config.ts";

const port = z.coerce.number().int().min(1).max(65_535);

const launcher = z.object({
  PORT: port.default(8055),
  SIP_PORT: port.default(5060),
  ARI_PORT: port.default(8088),
  DB_PORT: port.default(55_432),
  DEMO_MESSAGES_PORT: port.default(8056),
  RTP_PORTS: z
    .string()
    .regex(/^\d{4,5}-\d{4,5}$/, "must look like 10000-19999")
    .refine((text) => rtpRange(text).rtpLast - rtpRange(text).rtpFirst >= 99, "must hold at least 100 ports")
    .default("10000-19999"),
  COPIES: z.coerce.number().int().min(1).max(16).default(2),
  RUN_DIR: z.string().default("run"),
  CACHE_DIR: z.string().optional(),
  SERVED_NUMBERS: z
    .string()
    .default("055055")
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.string().regex(/^\+?[0-9]{3,15}$/, "must be numbers of 3 to 15 digits")).min(1)),
  DEBIAN_MIRROR: z.url({ protocol: /^https?$/ }).optional(),
});

export type LauncherSettings = {
  checkout: string;
  webPort: number;
  sipPort: number;
  ariPort: number;
  dbPort: number;
  /** Of the page with what the demo's stand-ins for carrier and mail server got. */
  messagesPort: number;
  rtpFirst: number;
  rtpLast: number;
  copies: number;
  runDir: string;
  cacheDir: string;
  servedNumbers: string[];
  /** Where Debian packages for a root come from; null = the mirror this machine's apt uses. */
  debianMirror: string | null;
  /** Set when PostgreSQL, Asterisk are somebody else's. */
  databaseUrl: string | null;
  asteriskUrls: string | null;
  publicUrl: string | null;
  /** All settings that were given, for the copies. */
  environment: NodeJS.ProcessEnv;
};

/**
 * Reads .env (the environment wins) and checks the launcher's settings and, early, those of the copies.
 * @throws Error with one sentence a wrong setting.
 */
export function readSettings(checkout: string, environment: NodeJS.ProcessEnv): LauncherSettings {
  const file = join(checkout, ".env");
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const given = Object.fromEntries(Object.entries({ ...written, ...environment }).filter(([, value]) => value !== ""));
  const parsed = launcher.safeParse(given);
  if (!parsed.success) {
    const sentences = new Map(
      parsed.error.issues.map((i) => [i.path[0], `Setting ${String(i.path[0])} is wrong: ${i.message}.`]),
    );
    throw new Error([...sentences.values()].join("\n"));
  }
  readConfig({
    DATABASE_URL: "postgres://embedded",
    ASTERISK_URLS: "http://ours:x@127.0.0.1:1",
    SESSION_SECRET: "made by the launcher",
    ...given,
  });
  const s = parsed.data;
  return {
    checkout,
    webPort: s.PORT,
    sipPort: s.SIP_PORT,
    ariPort: s.ARI_PORT,
    dbPort: s.DB_PORT,
    messagesPort: s.DEMO_MESSAGES_PORT,
    ...rtpRange(s.RTP_PORTS),
    copies: s.COPIES,
    runDir: resolve(checkout, s.RUN_DIR),
    cacheDir: s.CACHE_DIR ?? defaultCacheDir(),
    servedNumbers: s.SERVED_NUMBERS,
    debianMirror: s.DEBIAN_MIRROR ?? null,
    databaseUrl: databaseSetting(given) ?? null,
    asteriskUrls: given.ASTERISK_URLS ?? null,
    publicUrl: given.PUBLIC_URL ?? null,
    environment: given,
  };
}

/** Outside the checkout, so that a fresh clone finds the roots that an earlier one made. */
export function defaultCacheDir(): string {
  return process.getuid?.() === 0 ? "/var/cache/055055" : join(homedir(), ".cache/055055");
}

function rtpRange(text: string): { rtpFirst: number; rtpLast: number } {
  const [rtpFirst = 0, rtpLast = 0] = text.split("-").map(Number);
  return { rtpFirst, rtpLast };
}
