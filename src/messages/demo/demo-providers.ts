import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { type SmtpStandIn, smtpStandIn } from "./smtp-stand-in.ts";
import { type TwilioStandIn, twilioStandIn } from "./twilio-stand-in.ts";

/** An account that only the stand-in knows. */
export const demoAccount = {
  accountSid: "AC00000000000000000000000000055055",
  authToken: "demo-token-of-the-stand-in",
  from: "+390550550550",
};

export type DemoProviders = {
  url: string;
  smtpUrl: string;
  carrier: TwilioStandIn;
  mail: SmtpStandIn;
  /** Settings of copies that send through the stand-ins. */
  environment: Record<string, string>;
  stop(): Promise<void>;
};

/** Carrier and mail server of the demo, with a page of what they got at `/demo/sms` and `/demo/mail`. */
export async function startDemoProviders(port = 0): Promise<DemoProviders> {
  const carrier = twilioStandIn(demoAccount);
  const mail = await smtpStandIn();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://demo");
    void carrier
      .handle(request, response, url)
      .then((handled) => (handled ? undefined : pages(url, response, carrier, mail)))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const smtpUrl = `smtp://127.0.0.1:${mail.port}`;
  return {
    ...{ url, smtpUrl, carrier, mail },
    environment: {
      TWILIO_BASE_URL: url,
      TWILIO_ACCOUNT_SID: demoAccount.accountSid,
      TWILIO_AUTH_TOKEN: demoAccount.authToken,
      TWILIO_FROM: demoAccount.from,
      SMTP_URL: smtpUrl,
      DEMO_PROVIDERS_URL: url,
    },
    stop: async () => {
      carrier.stop();
      await mail.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pages(url: URL, response: ServerResponse, carrier: TwilioStandIn, mail: SmtpStandIn): Promise<void> {
  if (url.pathname === "/demo/bounces") {
    const after = Number(url.searchParams.get("after") ?? 0);
    const items = mail.bounces.filter((one) => one.id > after);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items }));
    return;
  }
  if (url.pathname === "/demo/sms") {
    const rows = carrier.messages.map((sms) => [
      time(sms.createdAt),
      sms.to,
      sms.body,
      sms.status,
      sms.errorCode ?? "",
    ]);
    return show(response, "SMS", ["Quando", "A", "Testo", "Stato", "Errore"], rows);
  }
  if (url.pathname === "/demo/mail") {
    const rows = await Promise.all(mail.mails.map(async (one) => [time(one.at), one.to, ...(await words(one.raw))]));
    return show(response, "E-mail", ["Quando", "A", "Oggetto", "Testo", "Allegati"], rows);
  }
  response.writeHead(404).end();
}

async function words(raw: string): Promise<string[]> {
  const mail = await simpleParser(raw);
  const names = mail.attachments.map((part) => part.filename ?? part.contentType);
  return [mail.subject ?? "", mail.text ?? "", names.join(", ")];
}

const time = (at: Date) => at.toLocaleString("it-IT", { timeZone: "Europe/Rome" });

function show(response: ServerResponse, title: string, heads: string[], rows: string[][]): void {
  const cells = (tag: string, texts: string[]) => texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join("");
  const body = rows.toReversed().map((row) => `<tr>${cells("td", row)}</tr>`);
  response
    .writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    })
    .end(`<!doctype html><html lang="it"><meta charset="utf-8"><meta http-equiv="refresh" content="3">
<title>${title} della demo</title>
<style>body{font:16px sans-serif;margin:2rem}td,th{border:1px solid #bbb;padding:.4rem;vertical-align:top;white-space:pre-line;text-align:left}</style>
<h1>${title} della demo</h1><p>Nulla di tutto questo è uscito da questo computer.</p>
<table><thead><tr>${cells("th", heads)}</tr></thead><tbody>${body.join("")}</tbody></table></html>`);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
