/**
 * How long a text is as SMS (REQ 5.1; 3GPP TS 23.038 and 23.040). A text of which every sign is in the GSM 7-bit
 * alphabet counts in septets, 160 in one message and 153 in each of several; the signs of the extension table count
 * two, which are never parted. One other sign and all of it is UCS-2: 70 code units, or 67 in each of several.
 * Pure: the page counts with the same file.
 */

export const DEFAULT_SEGMENT_LIMIT = 3;

const basic = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const extended = new Set("\f^{}\\[~]|€");

const limits = { "GSM-7": { one: 160, each: 153 }, "UCS-2": { one: 70, each: 67 } } as const;

export type SmsLength = {
  encoding: "GSM-7" | "UCS-2";
  segments: number;
  /** Septets or code units, as `encoding` says. */
  units: number;
  /** Units that still fit without one more segment. */
  left: number;
  /** Signs that force UCS-2, each once, with one that does not where there is such. */
  costly: { sign: string; instead: string | null }[];
};

export function smsLength(text: string): SmsLength {
  const signs = [...text];
  const costly = [...new Set(signs.filter((sign) => !basic.has(sign) && !extended.has(sign)))];
  const encoding = costly.length === 0 ? "GSM-7" : "UCS-2";
  const sizes = signs.map((sign) => (encoding === "UCS-2" ? sign.length : extended.has(sign) ? 2 : 1));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { one, each } = limits[encoding];
  const told = costly.map((sign) => ({ sign, instead: insteadOf(sign) }));
  if (units <= one) return { encoding, segments: units === 0 ? 0 : 1, units, left: one - units, costly: told };
  const { segments, used } = fill(sizes, each);
  return { encoding, segments, units, left: each - used, costly: told };
}

/** No sign is parted: one that does not fit whole begins the next segment. */
function fill(sizes: readonly number[], each: number): { segments: number; used: number } {
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > each) {
      segments++;
      used = 0;
    }
    used += size;
  }
  return { segments, used };
}

const plainer: Record<string, string> = {
  À: "A'",
  È: "E'",
  Ì: "I'",
  Ò: "O'",
  Ù: "U'",
  "’": "'",
  "‘": "'",
  "“": '"',
  "”": '"',
  "«": '"',
  "»": '"',
  "–": "-",
  "—": "-",
  "…": "...",
  "\u00a0": " ",
  "\t": " ",
  ç: "c",
  á: "a",
  í: "i",
  ó: "o",
  ú: "u",
  "°": "o",
};

function insteadOf(sign: string): string | null {
  return plainer[sign] ?? null;
}
