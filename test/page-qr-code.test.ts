import { createHash } from "node:crypto";
import { expect } from "chai";
import { qrCode } from "../src/web/session/qr-code.ts";

const text = (length: number) =>
  "otpauth://totp/055055:".padEnd(length, "0123456789abcdefghijklmnopqrstuvwxyz").slice(0, length);

// Each of these was read back, sign by sign, by a reader that is not ours (jsQR) when its sum was written down.
const read: [length: number, size: number, sum: string][] = [
  [17, 21, "e1eb91d8634c4c35"],
  [32, 25, "47c24a7a3278bcea"],
  [53, 29, "d3ed9e5f6b771624"],
  [78, 33, "e8eb70c70235bc86"],
  [106, 37, "42ef01a786481761"],
  [134, 41, "64922a56ef2d4269"],
  [154, 45, "af97f09a3e2e79ff"],
  [192, 49, "c70a18ebe83b88e5"],
  [230, 53, "7439c9e3053f815c"],
];

describe("page: QR code of the second factor's key", () => {
  it("fills each version to its last sign as a foreign reader read it", () => {
    for (const [length, size, sum] of read) {
      const rows = qrCode(text(length)) ?? [];
      expect(rows.length, `${length} signs`).to.equal(size);
      const bits = rows.map((row) => row.map(Number).join("")).join("\n");
      expect(createHash("sha256").update(bits).digest("hex").slice(0, 16), `${length} signs`).to.equal(sum);
    }
  });

  it("is none for a text that does not fit", () => {
    expect(qrCode(text(231))).to.equal(null);
    expect(qrCode("à".repeat(116))).to.equal(null);
  });
});
