import { AppError } from "../../errors.ts";

const maxDepth = 32;
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

/**
 * JSON of a request, stricter than JSON.parse: no duplicate keys, no key that reaches a prototype, no NUL (PostgreSQL
 * refuses it), no lone surrogate, no number beyond range, at most 32 levels.
 * @throws AppError invalid_form with the path of the field.
 */
export function readJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw badField("", "non è testo UTF-8 valido", error);
  }
  checkShape(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badField("", "non è JSON valido", error);
  }
  checkValue(value, "");
  return value;
}

/** The same checks for values that came another way (form, query, path). */
export function checkValue(value: unknown, path: string): void {
  if (typeof value === "string") {
    if (value.includes("\u0000")) throw badField(path, "contiene un carattere NUL");
    if (/\p{Surrogate}/u.test(value)) throw badField(path, "contiene un carattere incompleto");
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw badField(path, "numero fuori dai limiti");
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(item, `${path}[${index}]`);
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      if (forbiddenKeys.has(key)) throw badField(join(path, key), "nome di campo non ammesso");
      checkValue(key, join(path, "?"));
      checkValue(item, join(path, key));
    }
  }
}

/** Depth and duplicate keys, which JSON.parse does not tell; runs over the text once and leaves errors to it. */
function checkShape(text: string): void {
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{" || char === "[") {
      open.push(char === "{" ? new Set() : null);
      if (open.length > maxDepth) throw badField("", `ha più di ${maxDepth} livelli`);
    } else if (char === "}" || char === "]") {
      open.pop();
    } else if (char === '"') {
      const end = endOfString(text, at);
      const keys = open.at(-1);
      if (keys && /^\s*:/.test(text.slice(end, end + 64))) noteKey(keys, text.slice(at, end));
      at = end - 1;
    }
  }
}

function noteKey(keys: Set<string>, quoted: string): void {
  // The same name may be written with escapes.
  const key = quoted.includes("\\") ? plainKey(quoted) : quoted.slice(1, -1);
  if (forbiddenKeys.has(key)) throw badField(key, "nome di campo non ammesso");
  if (keys.has(key)) throw badField(key, "campo ripetuto");
  keys.add(key);
}

function plainKey(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch (error) {
    throw badField("", "non è JSON valido", error);
  }
}

/** Position after the closing quote; the end of the text when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function badField(path: string, it: string, cause?: unknown): AppError {
  const name = path === "" ? "Il contenuto" : `Il campo ${path.slice(0, 200)}`;
  return new AppError(
    "invalid_form",
    "The body is not acceptable JSON",
    { it: `${name} ${it}.`, extra: { errors: [{ path: path.slice(0, 200), code: "json", it }] } },
    cause,
  );
}
