import { parse } from "node:querystring";
import type { Request } from "express";
import { AppError } from "../../errors.ts";
import type { RouteSpec } from "../route.ts";
import { checkValue, readJson } from "./json-body.ts";

/** Bodies of the API; uploads have a limit of their own. */
export const bodyLimitBytes = 256 * 1024;

/** What people type comes at once; a file takes as long as the line is slow (the server's own limit is above). */
export const bodyLimitMs = 10_000;
export const uploadLimitMs = 100_000;

/**
 * The body as a value; undefined when there is none.
 * @throws AppError invalid_form, body_too_large, body_too_slow (at once: the rest is not read, the connection closes).
 */
export async function readBody(request: Request, spec: RouteSpec, limitMs = bodyLimitMs): Promise<unknown> {
  const kind = spec.bodyKind ?? "json";
  if (kind === "stream" || spec.method === "get") return undefined;
  const bytes = await readBytes(request, bodyLimitBytes, limitMs);
  if (bytes.length === 0) return undefined;
  const type = request.headers["content-type"] ?? "";
  if (request.headers["content-encoding"] !== undefined) throw wrongKind("an uncompressed body");
  if (kind === "form") {
    if (!/^application\/x-www-form-urlencoded\b/i.test(type)) throw wrongKind("application/x-www-form-urlencoded");
    const form = { ...parse(bytes.toString("utf8"), undefined, undefined, { maxKeys: 100 }) };
    checkValue(form, "");
    return form;
  }
  // A form of another site can post text or form data without asking first; JSON it can not (CSRF).
  if (!/^application\/([a-z.-]+\+)?json\b/i.test(type)) throw wrongKind("application/json");
  return readJson(bytes);
}

/** Reads a body whole, but never more than `limit` bytes nor longer than `limitMs`; for handlers of uploads too. */
export async function readBytes(request: Request, limit: number, limitMs = uploadLimitMs): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const whole = new Promise<Buffer>((resolve, reject) => {
    timer = setTimeout(() => reject(tooSlow()), limitMs);
    request.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size <= limit) pieces.push(piece);
      else reject(tooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(pieces)));
    request.on("error", reject);
    request.on("aborted", () => reject(new AppError("invalid_form", "The body broke off")));
  });
  return whole.finally(() => clearTimeout(timer));
}

function tooSlow(): AppError {
  return new AppError("body_too_slow", "The body did not come in time");
}

function tooLarge(): AppError {
  return new AppError("body_too_large", "The body is larger than allowed");
}

function wrongKind(wanted: string): AppError {
  return new AppError("invalid_form", `The body must be ${wanted}`, {
    it: `Il contenuto inviato non è del tipo atteso (${wanted}).`,
  });
}
