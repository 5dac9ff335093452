import { oneOf, type Random } from "./schema-sample.ts";

/** Values that have broken programs before (FAULTS 11). */
const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  -(2 ** 31) - 1,
  1e300,
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202eabc",
  "\u200b",
  "🙂".repeat(50),
  "'; drop table cases; --",
  "%_\\",
  "(a+)+$",
  "=cmd|' /C calc'!A0",
  "<img src=x onerror=alert(1)>",
  "../../etc/passwd",
  "__proto__",
  "x".repeat(70_000),
  "9".repeat(400),
  "2026-02-30",
  "2026-13-45T99:99:99Z",
  "+000000-01-01T00:00:00Z",
  "-271821-04-20T00:00:00Z",
  "99999-01-01",
  "00000000-0000-0000-0000-000000000000",
  `+39${"5".repeat(20)}`,
  "NaN",
  "1e309",
  [],
  {},
  [[[[[[[[]]]]]]]],
  Array.from({ length: 500 }, (_none, n) => n),
  { constructor: { prototype: {} } },
];

export const oddTexts = oddValues.filter((value): value is string => typeof value === "string" && value.length < 2_000);

/** The value with one thing wrong in it, anywhere. */
export function spoil(value: unknown, random: Random): unknown {
  if (random() < 0.15 || value === null || typeof value !== "object") return oneOf(random, oddValues);
  if (Array.isArray(value)) {
    if (value.length === 0) return [oneOf(random, oddValues)];
    const at = Math.floor(random() * value.length);
    return value.map((item, index) => (index === at ? spoil(item, random) : item));
  }
  const members = Object.entries(value);
  if (members.length === 0 || random() < 0.1) return { ...value, [oneOf(random, ["extra", "id", "roles"])]: 1 };
  const [name, inner] = oneOf(random, members);
  if (random() < 0.2) return Object.fromEntries(members.filter(([other]) => other !== name));
  return { ...value, [name]: spoil(inner, random) };
}

/** The text with some of its bytes changed, taken out, doubled or cut off. */
export function spoilBytes(bytes: Buffer, random: Random): Buffer {
  let result = Buffer.from(bytes);
  const times = 1 + Math.floor(random() * 8);
  for (let n = 0; n < times; n++) {
    const at = Math.floor(random() * (result.length + 1));
    const length = Math.floor(random() * 40);
    switch (Math.floor(random() * 5)) {
      case 0:
        if (result.length > 0) result[at % result.length] = Math.floor(random() * 256);
        break;
      case 1:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + length)]);
        break;
      case 2:
        result = Buffer.concat([result.subarray(0, at + length), result.subarray(at)]);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), Buffer.from(oneOf(random, oddTexts)), result.subarray(at)]);
        break;
      default:
        if (random() < 0.2) result = result.subarray(0, at);
    }
  }
  return result;
}
