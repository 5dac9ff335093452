import { type DemoProviders, startDemoProviders } from "../../messages/demo/demo-providers.ts";
import { tcpPort } from "../machine/free-ports.ts";
import type { LauncherSettings } from "../settings.ts";

export type MessageStandIns = {
  /** Of the copies: where SMS and mail go. Accounts that were set stay as they are. */
  environment: Record<string, string>;
  /** For the step's line. */
  said: string;
  /** For the welcome: where what was sent can be read. */
  pages: string[];
  stop(): Promise<void>;
};

/**
 * Carrier, mail server and bounce mailbox of the demo for what has no account. In a database that is not the demo's
 * nothing is pretended: a case must not close as told by a message that never left.
 */
export async function startMessageStandIns(settings: LauncherSettings): Promise<MessageStandIns> {
  const given = settings.environment;
  const sms = given.TWILIO_ACCOUNT_SID ? "SMS by your account" : null;
  const mail = given.SMTP_URL ? "mail by your server" : null;
  const nothing = { environment: {}, pages: [], stop: async () => undefined };
  if (sms && mail) return { ...nothing, said: `${sms}, ${mail}` };
  if (settings.databaseUrl !== null && given.DEMO !== "1") {
    const missing = [sms ?? "no account for SMS", mail ?? "no mail server"].join(", ");
    return { ...nothing, said: `${missing}: none are sent (.env.example)` };
  }
  const providers = await startDemoProviders(await tcpPort(settings.messagesPort));
  const pages = [...(sms ? [] : [`${providers.url}/demo/sms`]), ...(mail ? [] : [`${providers.url}/demo/mail`])];
  return {
    environment: environmentOf(providers, sms === null, mail === null),
    said: [sms ?? "SMS kept here (no account is set)", mail ?? "mail kept here (no server is set)"].join(", "),
    pages,
    stop: () => providers.stop(),
  };
}

function environmentOf({ environment }: DemoProviders, sms: boolean, mail: boolean): Record<string, string> {
  const wanted = (name: string) => (name.startsWith("TWILIO_") ? sms : mail);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => wanted(name)));
}
