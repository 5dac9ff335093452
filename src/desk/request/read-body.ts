import express, { type Request, type Response } from "express";
import { AppError } from "../../errors.ts";
import type { RouteSpec } from "../route.ts";
import { checkValue, readJson } from "./json-body.ts";

/** Bodies of the API; uploads have a limit of their own. */
export const bodyLimitBytes = 256 * 1024;

const readRaw = express.raw({ type: () => true, limit: bodyLimitBytes, inflate: false });
const readForm = express.urlencoded({ extended: false, limit: bodyLimitBytes, inflate: false, parameterLimit: 100 });

/**
 * The body as a value; undefined when there is none.
 * @throws AppError invalid_form, body_too_large (the connection is then closed, so that the rest is not read).
 */
export async function readBody(request: Request, response: Response, spec: RouteSpec): Promise<unknown> {
  const kind = spec.bodyKind ?? "json";
  if (kind === "stream" || spec.method === "get") return undefined;
  const reader = kind === "form" ? readForm : readRaw;
  await new Promise<void>((resolve, reject) => {
    reader(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
  if (kind === "form") {
    checkValue(request.body, "");
    return request.body;
  }
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) return undefined;
  // A form of another site can post text or form data without asking first; JSON it can not (CSRF).
  if (!/^application\/([a-z.-]+\+)?json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new AppError("invalid_form", "The body must be application/json", {
      it: "Il contenuto deve essere application/json.",
    });
  }
  return readJson(bytes);
}
