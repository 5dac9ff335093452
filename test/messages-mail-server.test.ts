import { createHash, createVerify, generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { type SmtpStandIn, smtpStandIn } from "../src/messages/demo/smtp-stand-in.ts";
import { handMail } from "../src/messages/email/smtp-mailer.ts";
import type { MailSettings } from "../src/messages/message-settings.ts";
import { verpSecret } from "./support/messages.ts";

const message = { messageId: "01a20800-0000-7000-8000-000000000001", try: 1 };
const mail = { subject: "Orari", body: "Lunedì dalle 9\n alle  13 \n\n", files: [] };

describe("messages: what a mail server gets, and when it can not be reached as wanted", () => {
  let server: SmtpStandIn;
  before(async () => {
    server = await smtpStandIn();
  });
  beforeEach(() => {
    server.mails.length = 0;
    server.misbehave = () => null;
  });
  after(() => server.stop());

  const settings = (more: Partial<MailSettings> = {}): MailSettings => ({
    ...{ smtpUrl: `smtp://127.0.0.1:${server.port}`, from: "055055@example.it", fromName: "055055" },
    ...{ domain: "example.it", verpSecret, dkim: null, ...more },
  });
  const hand = (more?: Partial<MailSettings>) => handMail(settings(more), "maria@example.org", message, mail);

  it("signs by DKIM, and the signature holds against the public key", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await hand({ dkim: { domain: "example.it", selector: "centro", key } })).to.include({ kind: "accepted" });
    const raw = server.mails[0]?.raw ?? "";
    const { tags, signed, bodyHash } = readSignature(raw);
    expect(tags).to.include({ d: "example.it", s: "centro", a: "rsa-sha256", c: "relaxed/relaxed" });
    expect(tags.bh).to.equal(bodyHash);
    const holds = (text: string) =>
      createVerify("sha256")
        .update(text)
        .verify(publicKey, tags.b ?? "", "base64");
    expect(holds(signed)).to.equal(true);
    expect(holds(signed.replace("maria@", "altri@"))).to.equal(false);
  });

  it("signs nothing without a key", async () => {
    await hand();
    expect(server.mails[0]?.raw).not.to.match(/^DKIM-Signature:/im);
  });

  for (const smtpUrl of ["smtps://127.0.0.1:PORT", "smtp://127.0.0.1:PORT?requireTLS=1"]) {
    it(`${smtpUrl}: where TLS fails nothing is handed over, and another try is worth it`, async () => {
      const answer = await hand({ smtpUrl: smtpUrl.replace("PORT", String(server.port)) });
      expect(answer.kind).to.equal("not_taken");
      expect(server.mails).to.deep.equal([]);
    });
  }

  it("takes silence after the whole message for unknown, never for a failure", async () => {
    server.misbehave = () => "hang_after_data";
    const answer = await handMail(settings(), "maria@example.org", message, mail, { wholeMs: 500 });
    expect(answer.kind).to.equal("unknown");
  });
});

type Signature = { tags: Record<string, string>; signed: string; bodyHash: string };

/** RFC 6376, relaxed/relaxed (3.4.2, 3.4.4): what was signed, made again from what arrived. */
function readSignature(raw: string): Signature {
  const [head = "", ...rest] = raw.split("\r\n\r\n");
  const headers = head.replace(/\r\n(?=[ \t])/g, "").split("\r\n");
  const relaxed = (line: string) => {
    const colon = line.indexOf(":");
    return `${line.slice(0, colon).trim().toLowerCase()}:${line
      .slice(colon + 1)
      .replace(/\s+/g, " ")
      .trim()}`;
  };
  const find = (name: string) => headers.findLast((line) => line.toLowerCase().startsWith(`${name}:`));
  const own = find("dkim-signature") ?? "";
  const value = own.slice(own.indexOf(":") + 1);
  const tags = Object.fromEntries(
    value.split(";").map((tag) => {
      const [name = "", ...text] = tag.split("=");
      return [name.trim(), text.join("=").replace(/\s+/g, "")];
    }),
  );
  const named = (tags.h ?? "").split(":").map((name) => find(name.trim().toLowerCase()));
  const unsigned = relaxed(own).replace(/b=[^;]*$/, "b=");
  const signed = [...named.flatMap((line) => (line ? [relaxed(line)] : [])), unsigned].join("\r\n");
  const lines = rest
    .join("\r\n\r\n")
    .split("\r\n")
    .map((line) => line.replace(/[ \t]+/g, " ").replace(/ $/, ""));
  while (lines.at(-1) === "") lines.pop();
  const bodyHash = createHash("sha256")
    .update(lines.map((line) => `${line}\r\n`).join(""))
    .digest("base64");
  return { tags, signed, bodyHash };
}
