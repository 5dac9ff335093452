import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect } from "chai";
import { getEndpoint, type Phone, pushPhone } from "../src/asterisk/phones.ts";
import { type AsteriskServer, ownAsterisk } from "./support/asterisk.ts";
import { RecordedLink } from "./support/recorded-link.ts";
import { header, parseSip } from "./support/sip-message.ts";

/** A registrar in front of Asterisk that knows where 281 is and has no registration of 282. */
describe("phones behind a registrar, on the real Asterisk", () => {
  let server: AsteriskServer;
  let opened: RecordedLink;
  let registrar: Socket;
  const asked: string[] = [];
  let absent = "282";
  let phones: Phone[] = [];

  before(async () => {
    registrar = createSocket("udp4");
    registrar.bind(0, "127.0.0.1");
    await once(registrar, "listening");
    registrar.on("message", (packet, from) => {
      const request = parseSip(packet.toString());
      const user = /^OPTIONS sip:([^@]+)@/.exec(request.start)?.[1] ?? "";
      asked.push(user);
      const lines = ["via", "from", "to", "call-id", "cseq"].map((name) => `${name}: ${header(request, name)}`);
      const start = user === absent ? "SIP/2.0 480 Not registered" : "SIP/2.0 200 OK";
      registrar.send([start, ...lines, "Content-Length: 0", "", ""].join("\r\n"), from.port, from.address);
    });
    const address = `127.0.0.1:${registrar.address().port}`;
    phones = ["281", "282"].map((name) => ({
      ...{ name, password: `pw-${name}`, webrtc: false, callerId: `<${name}>`, registrar: address },
    }));
    server = await ownAsterisk();
    opened = await new RecordedLink({ address: server }).open();
    for (const phone of phones) await pushPhone(opened.connection, phone);
  });
  after(async () => {
    await opened.connection.close();
    await server.stop();
    registrar.close();
  });

  const state = async (name: string) => (await getEndpoint(opened.connection, name))?.state;

  async function becomes(name: string, wanted: string): Promise<void> {
    const deadline = performance.now() + 9_000;
    while ((await state(name)) !== wanted) {
      if (performance.now() > deadline) throw new Error(`${name} is ${await state(name)}, not ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  it("are there when the phone itself answered, not when only the registrar did", async () => {
    await becomes("281", "online");
    const deadline = performance.now() + 9_000;
    while (!asked.includes("282") && performance.now() < deadline) await once(registrar, "message");
    await becomes("282", "offline");
    expect(asked).to.include.members(["281", "282"]);
  });

  it("written again as they are, stay as they are", async () => {
    for (const phone of phones) await pushPhone(opened.connection, phone);
    expect(await state("281")).to.equal("online");
  });

  it("that go and come are known within one look", async () => {
    absent = "281";
    await Promise.all([becomes("281", "offline"), becomes("282", "online")]);
  });
});
