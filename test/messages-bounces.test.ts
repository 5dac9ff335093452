import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { readBounce } from "../src/messages/bounces/bounce.ts";
import { readNotice } from "../src/messages/bounces/read-notice.ts";
import { makeMark, readMark } from "../src/messages/email/verp.ts";
import { dsn } from "./support/bounce-mails.ts";
import { verpSecret } from "./support/messages.ts";
import { noticeStyles } from "./support/notice-styles.ts";

/** What of the judgement needs no rows: kind of the notice, and whose mark it carries. */
describe("messages: styles of returned notices", () => {
  const sending = { messageId: randomUUID(), try: 2 };
  const marks = {
    ours: makeMark(sending, verpSecret),
    forged: makeMark(sending, "a secret of somebody else"),
    none: "nobody",
  };

  for (const style of noticeStyles) {
    it(`${style.name}: ${style.verdict}`, async () => {
      const mail = await readNotice(style.write(marks[style.mark], "maria@example.org"));
      expect(mail).not.to.equal(null);
      const reading = readBounce(mail!);
      const kind = ["forged", "unmatched"].includes(style.verdict) ? "failed" : style.verdict;
      expect(reading.kind).to.equal(kind);
      if (kind === "failed") expect(reading.recipient).to.equal("maria@example.org");
      const found = mail!.marks.map((text) => readMark(text, verpSecret)).filter((mark) => mark !== null);
      if (style.mark === "ours") expect(found).to.deep.include(sending);
      else expect(found.every((mark) => mark === "forged")).to.equal(true);
      expect(found.length > 0).to.equal(style.mark !== "none");
    });
  }

  it("reads a notice with a part whose type was left empty, too", async () => {
    const raw = dsn({ mark: marks.ours }).toString("latin1");
    const broken = raw.replace("Content-Type: message/delivery-status", "Content-Type: ");
    expect(broken).not.to.equal(raw);
    const mail = await readNotice(Buffer.from(broken, "latin1"));
    expect(mail?.marks.map((text) => readMark(text, verpSecret))).to.deep.include(sending);
  });
});
