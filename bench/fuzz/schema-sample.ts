import { type ZodType, z } from "zod";

/** A source of numbers from 0 (included) to 1, the same for the same seed. */
export type Random = () => number;

type Schema = { [key: string]: unknown };

/** mulberry32: small, quick, and its whole state is the seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function oneOf<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error("Nothing to choose from");
  return value;
}

/** Words that patterns of this program's schemas accept; the schema itself says which fits. */
const patternWords = ["201", "08:30", "18:00", "06-24", "test", "+390551234567", "0", "a-b", "2026-11-23"];

const formats: Record<string, string> = {
  uuid: "0197f2a0-0000-7000-8000-000000000001",
  "date-time": "2026-11-23T10:00:00.000Z",
  date: "2026-11-23",
  time: "10:00:00",
  email: "prova@example.org",
  uri: "https://example.org/a",
};

/**
 * A value that fits the schema as far as a JSON schema can say; `optional` is how likely a member that may be left out
 * is written (0: only what must be there).
 */
export function sampleOf(schema: ZodType, random: Random, optional: number): unknown {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Schema;
  return sample(json, random, optional);
}

function sample(schema: Schema, random: Random, optional: number): unknown {
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return oneOf(random, schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) {
    return sample(optional === 0 ? choices[0] : oneOf(random, choices as Schema[]), random, optional);
  }
  if (Array.isArray(schema.allOf)) return sample(Object.assign({}, ...schema.allOf), random, optional);
  switch (schema.type) {
    case "object":
      return sampleObject(schema, random, optional);
    case "array":
      return sampleArray(schema, random, optional);
    case "string":
      return sampleText(schema, random, optional);
    case "integer":
    case "number":
      return sampleNumber(schema, random, optional);
    case "boolean":
      return random() < 0.5;
    case "null":
      return null;
    default:
      return "x";
  }
}

function sampleObject(schema: Schema, random: Random, optional: number): Record<string, unknown> {
  const members = (schema.properties ?? {}) as Record<string, Schema>;
  const required = new Set((schema.required ?? []) as string[]);
  const value: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(members)) {
    if (required.has(name) || random() < optional) value[name] = sample(inner, random, optional);
  }
  return value;
}

function sampleArray(schema: Schema, random: Random, optional: number): unknown[] {
  const least = Number(schema.minItems ?? 0);
  const most = Math.min(Number(schema.maxItems ?? 3), least + 3);
  const length = optional === 0 ? least : least + Math.floor(random() * (most - least + 1));
  return Array.from({ length }, () => sample((schema.items ?? {}) as Schema, random, optional));
}

function sampleText(schema: Schema, random: Random, optional: number): string {
  const format = formats[String(schema.format)];
  if (format !== undefined) return format;
  if (typeof schema.pattern === "string") {
    const pattern = new RegExp(schema.pattern, "u");
    const fitting = patternWords.filter((word) => pattern.test(word));
    if (fitting.length > 0) return oneOf(random, fitting);
  }
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? 400);
  const length = optional === 0 ? Math.max(least, 1) : least + Math.floor(random() * Math.min(most - least, 80));
  return Array.from({ length }, () => oneOf(random, [..."abcdeèìù 0123'’=<>%_\\"])).join("");
}

function sampleNumber(schema: Schema, random: Random, optional: number): number {
  const least = Number(schema.minimum ?? 0);
  const most = Math.min(Number(schema.maximum ?? least + 100), least + 1_000);
  return optional === 0 ? Math.max(least, Math.min(1, most)) : least + Math.floor(random() * (most - least + 1));
}
