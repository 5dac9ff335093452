import { parse } from "node:querystring";
import type { Request } from "express";
import { AppError } from "../../errors.ts";
import type { RouteSpec } from "../route.ts";
import { checkValue, readJson } from "./json-body.ts";

/** Bodies of the API; uploads have a limit of their own. */
export const bodyLimitBytes = 256 * 1024;

/**
 * The body as a value; undefined when there is none.
 * @throws AppError invalid_form, body_too_large (at once: the rest is not read, the connection closes).
 */
export async function readBody(request: Request, spec: RouteSpec): Promise<unknown> {
  const kind = spec.bodyKind ?? "json";
  if (kind === "stream" || spec.method === "get") return undefined;
  const bytes = await readBytes(request, bodyLimitBytes);
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

/** Reads a body whole, but never more than `limit` bytes; for handlers of uploads too. */
export async function readBytes(request: Request, limit: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size <= limit) pieces.push(piece);
      else reject(tooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(pieces)));
    request.on("error", reject);
    request.on("aborted", () => reject(new AppError("invalid_form", "The body broke off")));
  });
}

function tooLarge(): AppError {
  return new AppError("body_too_large", "The body is larger than allowed");
}

function wrongKind(wanted: string): AppError {
  return new AppError("invalid_form", `The body must be ${wanted}`, {
    it: `Il contenuto inviato non è del tipo atteso (${wanted}).`,
  });
}
