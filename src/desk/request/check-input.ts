import type { ZodType, z } from "zod";
import { AppError } from "../../errors.ts";

export type FieldError = { path: string; code: string; it: string; allowed?: unknown[] };

/**
 * Checks one part of a request against its schema.
 * @throws AppError invalid_form (400) with the path of each wrong field; rule_violated (422) when the only fault is a
 *   word of the body outside its closed list, then with the list (FAULTS I34).
 */
export function checkInput(schema: ZodType | undefined, value: unknown, part: "params" | "query" | "body"): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value, { error: fieldText });
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(fieldError);
  const unknownWord =
    part === "body" && parsed.error.issues.every((issue) => issue.code === "invalid_value" && issue.path.length > 0);
  const wordGiven = unknownWord && parsed.error.issues.every((issue) => typeof at(value, issue.path) === "string");
  const first = errors[0];
  throw new AppError(wordGiven ? "rule_violated" : "invalid_form", `The ${part} does not fit the schema`, {
    it: first ? `${first.path === "" ? "Richiesta" : first.path}: ${first.it}` : undefined,
    extra: { errors },
  });
}

function fieldError(issue: z.core.$ZodIssue): FieldError {
  const error: FieldError = { path: pathText(issue.path), code: issue.code, it: issue.message };
  if (issue.code === "invalid_value") error.allowed = issue.values;
  return error;
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
}

function at(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner !== null && typeof inner === "object" ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** Italian words for a wrong field; a message written in the schema itself wins over these. */
function fieldText(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "campo obbligatorio"
        : `tipo non valido, atteso ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `valore non ammesso (ammessi: ${issue.values.join(", ")})`;
    case "too_big":
      return `al massimo ${issue.maximum}${unit(issue.origin)}`;
    case "too_small":
      return issue.origin === "string" && Number(issue.minimum) === 1
        ? "campo obbligatorio"
        : `almeno ${issue.minimum}${unit(issue.origin)}`;
    case "invalid_format":
      return formatTexts[issue.format] ?? "formato non valido";
    case "unrecognized_keys":
      return `campi non previsti: ${issue.keys.map((key) => key.slice(0, 40)).join(", ")}`;
    default:
      return "valore non valido";
  }
}

const typeNames: Record<string, string> = {
  string: "testo",
  number: "numero",
  int: "numero intero",
  boolean: "vero o falso",
  array: "elenco",
  object: "oggetto",
};

const formatTexts: Record<string, string> = {
  uuid: "identificativo non valido",
  email: "indirizzo e-mail non valido",
  datetime: "data e ora non valide",
  date: "data non valida",
  time: "ora non valida",
  url: "indirizzo non valido",
};

function unit(origin: string): string {
  if (origin === "string") return " caratteri";
  return origin === "array" || origin === "set" ? " elementi" : "";
}
