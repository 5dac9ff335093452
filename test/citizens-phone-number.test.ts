import { expect } from "chai";
import fc from "fast-check";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { checkMobile, isMobile, parseDialledNumber, toE164 } from "../src/citizens/phone-number.ts";

describe("phone numbers", () => {
  it("gives one canonical form to every way of writing an Italian number, with its leading 0", () => {
    const forms = ["+390551234567", "00390551234567", "0551234567", "390551234567", "055 123 45 67", "055/1234567"];
    for (const form of [...forms, "(055) 1234567", " +39 055-1234567 ", "'0551234567"]) {
      expect(toE164(form), form).to.equal("+390551234567");
    }
    for (const form of ["+393331234567", "00393331234567", "3331234567", "393331234567", "333.123.45.67"]) {
      expect(toE164(form), form).to.equal("+393331234567");
    }
  });

  it("keeps foreign numbers and those of plans newer than the tables", () => {
    expect(toE164("+44 7400 123456")).to.equal("+447400123456");
    expect(toE164("0041446681800")).to.equal("+41446681800");
    expect(toE164("+15551234567")).to.equal("+15551234567");
    expect(toE164("044 668 18 00", "CH")).to.equal("+41446681800");
  });

  it("gives null for what is no number", () => {
    const bad = [
      "",
      " ",
      "anonymous",
      "Anonymous",
      "mario.rossi",
      "restricted",
      "+",
      "00",
      "112",
      "118",
      "201",
      "12345",
    ];
    for (const raw of [
      ...bad,
      "3,93331E+11",
      "3.93331E+11",
      "+39 anonimo",
      "0551234567; drop",
      "٠٥٥١٢٣٤٥٦٧",
      "=055123456",
    ]) {
      expect(toE164(raw), raw).to.equal(null);
    }
    expect(toE164(null)).to.equal(null);
    expect(toE164("1".repeat(2000))).to.equal(null);
    expect(toE164(`+39055${"1".repeat(30)}`)).to.equal(null);
    expect(toE164("\u0000+390551234567")).to.equal(null);
  });

  it("keeps the extension apart", () => {
    for (const form of [
      "055/1234567 int. 3",
      "0551234567 interno 3",
      "+390551234567;ext=3",
      "0551234567 x3",
      "0551234567#3",
    ]) {
      expect(parseDialledNumber(form), form).to.deep.equal({ e164: "+390551234567", extension: "3" });
    }
    expect(parseDialledNumber("0551234567")).to.deep.equal({ e164: "+390551234567", extension: null });
    expect(parseDialledNumber("interno 3")).to.equal(null);
  });

  it("knows a mobile, and says why another is none", () => {
    expect(checkMobile("333 1234567")).to.deep.equal({ e164: "+393331234567" });
    expect(checkMobile("0551234567")).to.deep.equal({ refused: "land_line" });
    expect(checkMobile("333123")).to.deep.equal({ refused: "not_a_number" });
    expect(checkMobile("+12025550123")).to.deep.equal({ refused: "not_mobile" });
    expect(checkMobile("899123456")).to.deep.equal({ refused: "not_mobile" });
    expect(isMobile("+393331234567")).to.equal(true);
    expect(isMobile("+390551234567")).to.equal(false);
  });

  it("takes by its fast way only what the library takes, in the same form", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 0, maxLength: 13 });
    const prefix = fc.constantFrom(
      "+39",
      "0039",
      "055",
      "+39055",
      "0039055",
      "+393",
      "00393",
      "3",
      "+390",
      "00390",
      "",
    );
    fc.assert(
      fc.property(prefix, digits, (start, rest) => {
        const number = parsePhoneNumberFromString(start + rest, { defaultCountry: "IT", extract: false });
        const international = /^(?:\+|00)/.test(start + rest);
        const expected = number && (number.isValid() || (international && number.isPossible())) ? number.number : null;
        expect(toE164(start + rest)).to.equal(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("is idempotent and never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (raw) => {
        const e164 = toE164(raw);
        if (e164 === null) return;
        expect(e164).to.match(/^\+[1-9][0-9]{3,15}$/);
        expect(toE164(e164)).to.equal(e164);
      }),
      { numRuns: 2000 },
    );
  });
});
