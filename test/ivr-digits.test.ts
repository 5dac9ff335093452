import { expect } from "chai";
import { DigitBuffer } from "../src/ivr/digits.ts";

function all(buffer: DigitBuffer): string {
  let keys = "";
  for (let key = buffer.take(); key !== null; key = buffer.take()) keys += key;
  return keys;
}

describe("ivr: keys of the caller", () => {
  it("hands out each key once, in order", () => {
    const buffer = new DigitBuffer();
    for (const [at, key] of ["1", "#", "*", "D", "0"].entries()) expect(buffer.press(key, at * 100)).to.equal(true);
    expect(all(buffer)).to.equal("1#*D0");
    expect(buffer.take()).to.equal(null);
  });

  it("takes the same key within 40 ms for one press (FAULTS I21)", () => {
    const buffer = new DigitBuffer();
    expect(buffer.press("5", 1_000)).to.equal(true);
    expect(buffer.press("5", 1_039)).to.equal(false);
    expect(buffer.press("5", 1_040)).to.equal(true);
    expect(buffer.press("6", 1_041)).to.equal(true);
    expect(all(buffer)).to.equal("556");
  });

  it("drops what is no key of a telephone", () => {
    const buffer = new DigitBuffer();
    for (const key of ["", "E", "12", "a", "\u0000", "٣"]) expect(buffer.press(key, 0), key).to.equal(false);
    expect(buffer.waiting).to.equal(0);
  });

  it("caps 200 keys in 5 s, unread or read (FAULTS I20)", () => {
    const unread = new DigitBuffer();
    for (let count = 0; count < 200; count++) unread.press(String(count % 10), count * 25);
    expect(unread.waiting).to.equal(10);

    const read = new DigitBuffer();
    let taken = 0;
    for (let count = 0; count < 200; count++) {
      read.press(String(count % 10), count * 25);
      if (read.take() !== null) taken++;
    }
    expect(taken).to.equal(20);
    expect(read.press("1", 10_000)).to.equal(true);
  });
});
