import { expect } from "chai";
import { readConfig } from "../src/config.ts";
import { type MessageStandIns, startMessageStandIns } from "../src/start/copies/message-stand-ins.ts";
import { readSettings } from "../src/start/settings.ts";

const account = {
  TWILIO_ACCOUNT_SID: `AC${"1".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "a long token",
  TWILIO_FROM: "+390551234",
};

describe("start: SMS and e-mail without an account", () => {
  let standIns: MessageStandIns | null = null;
  const start = async (given: Record<string, string>) => {
    standIns = await startMessageStandIns(readSettings("/nowhere", given));
    return standIns;
  };
  const settingsOf = ({ environment }: MessageStandIns, given: Record<string, string>) =>
    readConfig({
      ...{ DATABASE_URL: "postgres://x", ASTERISK_URLS: "http://a:b@127.0.0.1:1", SESSION_SECRET: "x".repeat(16) },
      ...{ ...given, ...environment },
    }).messages;
  afterEach(async () => {
    await standIns?.stop();
    standIns = null;
  });

  it("plays carrier, mail server and mailbox, and says where what was sent can be read", async () => {
    const started = await start({});
    expect(started.said).to.equal("SMS kept here (no account is set), mail kept here (no server is set)");
    expect(started.pages).to.have.length(2);
    for (const page of started.pages) {
      const answer = await fetch(page);
      expect(answer.status).to.equal(200);
      expect(await answer.text()).to.contain("Nulla di tutto questo è uscito da questo computer.");
    }
    const { sms, mail, bounceUrl } = settingsOf(started, {});
    expect([sms?.baseUrl, new URL(mail?.smtpUrl ?? "").hostname, bounceUrl]).to.deep.equal([
      ...[new URL(started.pages[0] ?? "").origin, "127.0.0.1", new URL(started.pages[0] ?? "").origin],
    ]);
  });

  it("leaves an account that is set alone", async () => {
    const started = await start(account);
    expect(started.pages.map((page) => new URL(page).pathname)).to.deep.equal(["/demo/mail"]);
    expect(settingsOf(started, account).sms).to.deep.equal({
      ...{ accountSid: account.TWILIO_ACCOUNT_SID, authToken: "a long token", from: "+390551234", baseUrl: null },
    });
  });

  it("pretends nothing in a database that is not the demo's", async () => {
    const given = { DATABASE_URL: "postgres://somebody@10.0.0.1/real" };
    const started = await start(given);
    expect(started).to.deep.include({ environment: {}, pages: [] });
    expect(started.said).to.match(/none are sent/);
    expect(settingsOf(started, given)).to.include({ sms: null, mail: null, bounceUrl: null });
  });
});
