import { z } from "zod";
import { serverUrls } from "./database/primary-server.ts";
import type { RequestLimits } from "./desk/request/request-limits.ts";
import { type MessageSettings, messageSettingNames, messageSettings } from "./messages/message-settings.ts";
import type { OidcSettings } from "./people/sign-in/oidc/oidc-client.ts";

const roles = ["calls", "web", "jobs"] as const;
export type NodeRole = (typeof roles)[number];

const flag = z.enum(["0", "1"]).transform((text) => text === "1");

const perMinute = (usual: number) => z.coerce.number().int().min(0).default(usual);

const settings = z.object({
  DATABASE_URL: z
    .string()
    .refine(
      (text) => serverUrls(text).every((url) => /^postgres(ql)?:\/\/\S+$/.test(url)),
      "must start with postgres://",
    ),
  ASTERISK_URLS: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.url({ protocol: /^https?$/ })).min(1, "must list at least one http://user:password@host:port")),
  SIP_PROXY: z
    .string()
    .regex(/^[\w.-]+:\d{2,5}$/, "must look like 10.0.0.5:5060")
    .transform(hostAndPort)
    .optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8055),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  ROLE: z
    .string()
    .default(roles.join(","))
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(z.enum(roles)).min(1)),
  CDR_DIR: z.string().optional(),
  SOUNDS_DIR: z.string().optional(),
  SESSION_SECRET: z.string().min(16, "must have at least 16 characters"),
  CACHE_DIR: z.string().default("/var/cache/055055"),
  SOUNDS_PREFIX: z.string().default("055055"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  DEMO: flag.default(false),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().default("055055"),
  OIDC_CLIENT_SECRET: z.string().default(""),
  LIMIT_ADDRESS: perMinute(30_000),
  LIMIT_STRANGER: perMinute(600),
  LIMIT_PERSON: perMinute(1_200),
  LIMIT_SEARCH: perMinute(240),
  LIMIT_EXPORT: perMinute(30),
  LIMIT_UPLOAD: perMinute(30),
  ...messageSettingNames,
});

export type HostAndPort = { host: string; port: number };

export type AsteriskAddress = { url: string; user: string; password: string };

export type Config = {
  /** One address, or several of which one takes writes (database/primary-server.ts). */
  databaseUrl: string;
  asterisks: AsteriskAddress[];
  /** Kamailio, when it is the registrar in front of several Asterisks (ops/kamailio); null: Asterisk registers phones. */
  sipProxy: HostAndPort | null;
  port: number;
  /** Address that people type; decides cookies and links. */
  publicUrl: string | null;
  roles: NodeRole[];
  /** Folder with calls.csv and parachute.csv of the Asterisk beside this copy. */
  cdrDir: string | null;
  /** Folder with it/ and en/ that the Asterisk beside this copy plays. */
  soundsDir: string | null;
  sessionSecret: string;
  cacheDir: string;
  logLevel: string;
  demo: boolean;
  /** Identity provider for sign-in; null: passwords only. */
  oidc: OidcSettings | null;
  /** Requests a minute; 0: no limit. */
  limits: RequestLimits;
  messages: MessageSettings;
};

/** DATABASE_URLS lists a primary and its standbys, DATABASE_URL names one server; either may be given. */
export function databaseSetting(environment: NodeJS.ProcessEnv): string | undefined {
  return environment.DATABASE_URLS || environment.DATABASE_URL;
}

/**
 * Reads the settings (names in .env.example).
 * @throws Error whose message is one sentence a setting, for the terminal; the program then ends with 1.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = settings.safeParse({ ...environment, DATABASE_URL: databaseSetting(environment) });
  if (!parsed.success) throw new Error(parsed.error.issues.map(settingSentence).join("\n"));
  const s = parsed.data;
  return {
    databaseUrl: s.DATABASE_URL,
    asterisks: s.ASTERISK_URLS.map(asteriskAddress),
    sipProxy: s.SIP_PROXY ?? null,
    port: s.PORT,
    publicUrl: s.PUBLIC_URL ?? null,
    roles: s.ROLE,
    cdrDir: s.CDR_DIR ?? null,
    soundsDir: s.SOUNDS_DIR ?? null,
    sessionSecret: s.SESSION_SECRET,
    cacheDir: s.CACHE_DIR,
    logLevel: s.LOG_LEVEL,
    demo: s.DEMO,
    oidc: s.OIDC_ISSUER
      ? { issuer: s.OIDC_ISSUER, clientId: s.OIDC_CLIENT_ID, clientSecret: s.OIDC_CLIENT_SECRET }
      : null,
    limits: {
      ...{ address: s.LIMIT_ADDRESS, stranger: s.LIMIT_STRANGER, person: s.LIMIT_PERSON },
      ...{ search: s.LIMIT_SEARCH, export: s.LIMIT_EXPORT, upload: s.LIMIT_UPLOAD },
    },
    messages: messageSettings(s, s.SESSION_SECRET, s.PUBLIC_URL ?? null),
  };
}

function hostAndPort(text: string): HostAndPort {
  const [host = "", port] = text.split(":");
  return { host, port: Number(port) };
}

function settingSentence(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0] ?? "settings");
  const missing = issue.code === "invalid_type" && issue.message.includes("undefined");
  return missing ? `Setting ${name} is missing (see .env.example).` : `Setting ${name} is wrong: ${issue.message}.`;
}

function asteriskAddress(text: string): AsteriskAddress {
  const url = new URL(text);
  const address = {
    url: url.origin,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  if (!address.user) throw new Error("Setting ASTERISK_URLS is wrong: each address needs user:password@.");
  return address;
}
