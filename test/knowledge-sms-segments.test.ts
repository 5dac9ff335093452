import { expect } from "chai";
import fc from "fast-check";
import { smsLength } from "../src/knowledge/cards/sms-segments.ts";

const counted = (text: string) => {
  const { encoding, segments, units } = smsLength(text);
  return [encoding, segments, units];
};

describe("length of an SMS", () => {
  it("counts septets, 160 in one message and 153 in each of several", () => {
    expect(counted("")).to.deep.equal(["GSM-7", 0, 0]);
    expect(counted("a".repeat(160))).to.deep.equal(["GSM-7", 1, 160]);
    expect(counted("a".repeat(161))).to.deep.equal(["GSM-7", 2, 161]);
    expect(counted("a".repeat(306))).to.deep.equal(["GSM-7", 2, 306]);
    expect(counted("a".repeat(307))).to.deep.equal(["GSM-7", 3, 307]);
    expect(counted("à è é ì ò ù £ @ Ç Ø ñ ß")).to.deep.equal(["GSM-7", 1, 23]);
  });

  it("counts the signs of the extension table twice and never parts them", () => {
    expect(counted("€")).to.deep.equal(["GSM-7", 1, 2]);
    expect(counted("€".repeat(80))).to.deep.equal(["GSM-7", 1, 160]);
    // 76 of them fill 152 of 153 septets; the 77th does not fit whole. 153 * 2 = 306 septets would be two segments.
    expect(counted("€".repeat(153))).to.deep.equal(["GSM-7", 3, 306]);
    expect(counted(`${"a".repeat(152)}€${"a".repeat(10)}`)).to.deep.equal(["GSM-7", 2, 164]);
    expect(smsLength(`${"a".repeat(152)}€${"a".repeat(10)}`).left).to.equal(141);
  });

  it("counts UCS-2 as soon as one sign is not of the alphabet, and says which one and what else to write", () => {
    expect(counted("à".repeat(71))).to.deep.equal(["GSM-7", 1, 71]);
    expect(counted(`È${"a".repeat(69)}`)).to.deep.equal(["UCS-2", 1, 70]);
    expect(counted(`È${"a".repeat(70)}`)).to.deep.equal(["UCS-2", 2, 71]);
    expect(counted("’".repeat(135))).to.deep.equal(["UCS-2", 3, 135]);
    expect(smsLength("L’ufficio È aperto").costly).to.deep.equal([
      { sign: "’", instead: "'" },
      { sign: "È", instead: "E'" },
    ]);
    for (const { instead } of smsLength("ÀÈÌÒÙ’‘“”«»–—…áíóúç").costly) {
      expect(smsLength(instead ?? "?").encoding).to.equal("GSM-7");
      expect(instead).to.be.a("string");
    }
  });

  it("never parts a pair of code units", () => {
    expect(counted("😀".repeat(35))).to.deep.equal(["UCS-2", 1, 70]);
    // 33 of them fill 66 of 67 units.
    expect(counted("😀".repeat(67))).to.deep.equal(["UCS-2", 3, 134]);
  });

  it("fits what it says that fits, whatever the text (property)", () => {
    const sign = fc.constantFrom("a", "è", "€", "{", "È", "’", "😀", "\n");
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 400 }), (signs) => {
        const text = signs.join("");
        const { encoding, segments, units, left } = smsLength(text);
        const each = encoding === "GSM-7" ? 153 : 67;
        const one = encoding === "GSM-7" ? 160 : 70;
        if (units <= one) expect(segments).to.equal(units === 0 ? 0 : 1);
        else expect(segments).to.be.within(Math.ceil(units / each), Math.ceil(units / (each - 1)));
        expect(left).to.be.within(0, one);
        // As many single signs as are left take no further segment, one more does.
        const filler = encoding === "GSM-7" ? "a" : "È";
        if (units > 0) {
          expect(smsLength(text + filler.repeat(left)).segments).to.equal(segments);
          expect(smsLength(text + filler.repeat(left + 1)).segments).to.equal(segments + 1);
        }
      }),
    );
  });
});
