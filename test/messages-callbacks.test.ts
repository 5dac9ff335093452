import { expect } from "chai";
import twilio from "twilio";
import { silentLogger } from "../src/log.ts";
import type { StandInSms } from "../src/messages/demo/twilio-stand-in.ts";
import { messageRoutes } from "../src/messages/message-routes.ts";
import { sendSms } from "../src/messages/sms/send-sms.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { answeredDraft, cardOf, type MessageBench, messageBench, reaches, sendingsOf } from "./support/messages.ts";
import { type TestWeb, testWeb } from "./support/web.ts";

const token = "demo-token-of-the-stand-in";
let last = 5_000_100;

describe("messages: what the carrier tells of an SMS", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let bench: MessageBench;
  let web: TestWeb;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    await cardOf(world, world.services.base);
    const settings = { sms: null, mail: null, bounceUrl: null, webhookUrl: null };
    web = await testWeb(database, { routes: messageRoutes({ pool: database.pool, settings, log: silentLogger }) });
    bench = await messageBench(database, undefined, web.url);
    Object.assign(settings, bench.settings);
  });
  after(async () => {
    await bench.stop();
    await web.close();
    await database.drop();
  });
  beforeEach(() => database.pool.query("update message_sendings set created_at = created_at - interval '2 days'"));

  /** An SMS that the carrier has taken; what it tells on its own account is kept quiet. */
  const taken = async (): Promise<{ messageId: string; sms: StandInSms }> => {
    bench.providers.carrier.tell = async () => 0;
    const { caseId } = await answeredDraft(world);
    const number = `+39333${++last}`;
    const wish = { text: "who-where-when", number, consent: { textVersion: "2026-1" } } as const;
    const { id } = await sendSms(database.pool, world.anna, caseId, wish);
    await reaches(world, id, "sending");
    return { messageId: id, sms: bench.providers.carrier.messages.find((one) => one.to === number)! };
  };
  const tell = async (sms: StandInSms, status: string, more: Record<string, string> = {}, secret = token) => {
    const params = { MessageSid: sms.sid, MessageStatus: status, ...more };
    const response = await fetch(sms.callback!, {
      method: "POST",
      headers: { "x-twilio-signature": twilio.getExpectedTwilioSignature(secret, sms.callback!, params) },
      body: new URLSearchParams(params),
    });
    return response.status;
  };
  const state = async (messageId: string) => (await sendingsOf(world, messageId))[0];

  it("follows an SMS to its end; the same told twice changes nothing", async () => {
    const { messageId, sms } = await taken();
    for (const status of ["sent", "sent", "delivered", "delivered"]) {
      expect(await tell(sms, status)).to.be.within(200, 204);
    }
    expect(await state(messageId)).to.include({ state: "delivered", errorCode: null });
  });

  it("keeps the first end whatever comes late or in another order", async () => {
    const { messageId, sms } = await taken();
    await tell(sms, "undelivered", { ErrorCode: "30003" });
    for (const status of ["queued", "sent", "delivered", "failed"]) await tell(sms, status);
    expect(await state(messageId)).to.include({ state: "undelivered", errorCode: "30003" });
  });

  it("takes nothing that is not signed, or signed by somebody else, or about another message", async () => {
    const { messageId, sms } = await taken();
    expect(await tell(sms, "delivered", {}, "somebody else's token")).to.equal(403);
    const unsigned = await fetch(sms.callback!, {
      method: "POST",
      body: new URLSearchParams({ MessageSid: sms.sid, MessageStatus: "delivered" }),
    });
    expect(unsigned.status).to.equal(403);
    const other = { ...sms, sid: `SM${"0".repeat(32)}` };
    expect(await tell(other, "delivered")).to.be.within(200, 204);
    expect(await state(messageId)).to.include({ state: "sending", providerId: sms.sid });
  });

  it("gives the sending its message when the callback is quicker than the answer", async () => {
    const { messageId, sms } = await taken();
    await database.pool.query(
      "update message_sendings set provider_id = null, claim_id = uuidv7() where message_id = $1",
      [messageId],
    );
    await tell(sms, "sent");
    expect(await state(messageId)).to.include({ state: "sent", providerId: sms.sid });
  });
});
