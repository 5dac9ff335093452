import { z } from "zod";

/** Settings of what is sent, by their names in .env.example; part of config.ts's own schema. */
export const messageSettingNames = {
  TWILIO_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 hexadecimal digits")
    .optional(),
  TWILIO_AUTH_TOKEN: z.string().min(8).optional(),
  TWILIO_FROM: z
    .string()
    .regex(/^(\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11})$/, "must be a number as +39… or a name of at most 11 letters")
    .optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  IMAP_URL: z.url({ protocol: /^imaps?$/ }).optional(),
  MAIL_FROM: z.email().default("055055@localhost.localdomain"),
  MAIL_FROM_NAME: z
    .string()
    .max(60)
    .regex(/^[^\p{C}]*$/u, "must have no control signs")
    .default("055055"),
  MAIL_DOMAIN: z.string().max(120).optional(),
  VERP_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  DKIM_DOMAIN: z.string().optional(),
  DKIM_SELECTOR: z.string().optional(),
  DKIM_KEY: z.string().optional(),
  /** Address at which providers reach this program; PUBLIC_URL unless set. */
  WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where the launcher's stand-ins for carrier and mail server are (demo only). */
  DEMO_PROVIDERS_URL: z.url({ protocol: /^http$/ }).optional(),
};

type Given = z.output<z.ZodObject<typeof messageSettingNames>>;

export type SmsSettings = { accountSid: string; authToken: string; from: string; baseUrl: string | null };

export type MailSettings = {
  smtpUrl: string;
  from: string;
  fromName: string;
  /** Domain of return paths and Message-IDs. */
  domain: string;
  verpSecret: string;
  dkim: { domain: string; selector: string; key: string } | null;
};

export type MessageSettings = {
  /** Null: no account is set and there is no stand-in. */
  sms: SmsSettings | null;
  mail: MailSettings | null;
  /** Mailbox of returned notices: an IMAP server, or the demo's stand-in by HTTP. */
  bounceUrl: string | null;
  /** Without a slash at its end. */
  webhookUrl: string | null;
};

/** The secret of VERP falls back to the sessions' one: it too is the same in all copies. */
export function messageSettings(given: Given, sessionSecret: string, publicUrl: string | null): MessageSettings {
  const { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_FROM: from } = given;
  const account = accountSid && authToken && from ? { accountSid, authToken, from } : null;
  const domain = given.MAIL_DOMAIN ?? given.MAIL_FROM.slice(given.MAIL_FROM.lastIndexOf("@") + 1);
  const { DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY } = given;
  return {
    sms: account && { ...account, baseUrl: given.TWILIO_BASE_URL ?? null },
    mail: given.SMTP_URL
      ? {
          smtpUrl: given.SMTP_URL,
          from: given.MAIL_FROM,
          fromName: given.MAIL_FROM_NAME,
          domain,
          verpSecret: given.VERP_SECRET ?? sessionSecret,
          dkim:
            DKIM_SELECTOR && DKIM_KEY
              ? { domain: DKIM_DOMAIN ?? domain, selector: DKIM_SELECTOR, key: DKIM_KEY.replaceAll("\\n", "\n") }
              : null,
        }
      : null,
    bounceUrl: given.IMAP_URL ?? given.DEMO_PROVIDERS_URL ?? null,
    webhookUrl: (given.WEBHOOK_URL ?? publicUrl)?.replace(/\/+$/, "") ?? null,
  };
}
