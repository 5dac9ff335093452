import express, { type Request, type Response, type Router } from "express";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { mayUse } from "../../people/permissions.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { answered, type IdempotentRequest, type Route, type RouteInput, type RouteSpec } from "../route.ts";
import { type Answer, answerOnce } from "./answer-once.ts";
import { checkInput } from "./check-input.ts";
import { checkValue } from "./json-body.ts";
import { asAppError, toProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { ReaderLanes, type RoutesOver, wallFor } from "./reader-lanes.ts";
import type { Admission } from "./request-limits.ts";

export type MountOptions = {
  pool: Pool;
  log: Logger;
  routes: Route[];
  /** The same doors over another pool, for the second wall; null (tests of other things): without it. */
  routesOver: RoutesOver | null;
  /** Who is behind the request; null when nobody is signed in. */
  signedIn: (request: Request, use: { background: boolean }) => Promise<SignedInPerson | null>;
  /** Limit of one answer. */
  answerMs: number;
  /** Limit of one body of the API. */
  bodyMs: number;
  admission: Admission;
  /** Answers are checked against their schemas too: tests only. */
  checkResponses: boolean;
};

type Mounted = MountOptions & { lanes: ReaderLanes | null };

/** All doors in one router, in the order given; unknown paths are 404, known paths with another method 405. */
export function mountRoutes(options: MountOptions): Router {
  const router = express.Router({ caseSensitive: true });
  const { pool, routes, routesOver } = options;
  const mounted: Mounted = { ...options, lanes: routesOver && new ReaderLanes(pool, routes, routesOver) };
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const { method, path } = route.spec;
    if (methods.get(path)?.includes(method)) throw new Error(`Two routes for ${method} ${path}`);
    methods.set(path, [...(methods.get(path) ?? []), method]);
    router[method](path, (request, response) => serve(mounted, route, request, response));
  }
  for (const [path, known] of methods) {
    router.all(path, (_request, response) => {
      response.setHeader("Allow", known.map((method) => method.toUpperCase()).join(", "));
      sendProblem(response, new AppError("method_not_allowed", "This path does not know the method"));
    });
  }
  router.use((_request, response) => sendProblem(response, new AppError("not_found", "No such path")));
  return router;
}

/** One request from its checks to its answer; never rejects. */
async function serve(options: Mounted, route: Route, request: Request, response: Response): Promise<void> {
  response.locals.route = route.spec.path;
  try {
    const result = await inTime(route.spec.endless ? 0 : options.answerMs, () =>
      answer(options, route, request, response),
    );
    if (result !== answered) send(response, result);
  } catch (error) {
    const known = asAppError(error);
    if (known.status >= 500) options.log.error({ error, route: route.spec.path, code: known.code }, "request failed");
    sendProblem(response, known);
  }
}

async function answer(
  options: Mounted,
  route: Route,
  request: Request,
  response: Response,
): Promise<Answer | typeof answered> {
  const { spec } = route;
  const person = await permitted(options, spec, request, response);
  checkValue(request.params, "");
  checkValue({ ...request.query }, "");
  const params = checkInput(spec.params, request.params, "params");
  const query = checkInput(spec.query, { ...request.query }, "query");
  const given = await readBody(request, spec, options.bodyMs);
  const body = checkInput(spec.body, given, "body");
  const input: RouteInput<unknown, unknown, unknown, SignedInPerson> = {
    params,
    query,
    body,
    // Public routes are typed with null; the others have passed `permitted`.
    person: person as SignedInPerson,
    ifMatch: spec.versioned ? expectedVersion(request) : Number.NaN,
    idempotency: spec.idempotent && person ? idempotencyKey(request, person) : null,
    web: { request, response },
  };
  const work = async (): Promise<Answer | typeof answered> => {
    const scope = wallFor(person, spec);
    const { lanes } = options;
    const result = await (lanes && scope ? lanes.run(route, scope, (same) => same.handle(input)) : route.handle(input));
    if (result === answered) return answered;
    if (options.checkResponses && spec.response) spec.response.parse(JSON.parse(JSON.stringify(result)));
    return { status: result === undefined ? 204 : (spec.status ?? 200), body: result };
  };
  if (!input.idempotency) return work();
  const once = await answerOnce(
    options.pool,
    input.idempotency,
    [request.method, request.originalUrl, given],
    async () => {
      const result = await work();
      if (result === answered) throw new Error("An idempotent route must return its answer");
      return result;
    },
  );
  if (once.replayed) response.setHeader("Idempotency-Replayed", "true");
  return once;
}

async function permitted(
  { signedIn, admission }: MountOptions,
  spec: RouteSpec,
  request: Request,
  response: Response,
): Promise<SignedInPerson | null> {
  const open = spec.permission === "public";
  const person = open ? null : await signedIn(request, { background: spec.background ?? false });
  await admission.admit(request, response, person, spec);
  if (spec.permission === "public") return null;
  if (!person) throw new AppError("not_signed_in", "Sign in first");
  if (spec.permission !== "signed_in" && !mayUse(person, spec.permission)) {
    throw new AppError("role_missing", "No role of this person allows it", { rule: "REQ 12" });
  }
  return person;
}

function expectedVersion(request: Request): number {
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(request.headers["if-match"] ?? "");
  if (match) return Number(match[1]);
  throw new AppError("invalid_form", "If-Match with the version that was read is required", {
    it: "Manca la versione dei dati letti: ricarichi e riprovi.",
    extra: { errors: [{ path: "If-Match", code: "version", it: "campo obbligatorio" }] },
  });
}

function idempotencyKey(request: Request, person: SignedInPerson): IdempotentRequest | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key === "string" && /^[\x21-\x7e]{8,128}$/.test(key)) return { personId: person.id, key };
  throw new AppError("invalid_form", "Idempotency-Key must be 8 to 128 printable characters", {
    extra: { errors: [{ path: "Idempotency-Key", code: "format", it: "da 8 a 128 caratteri stampabili" }] },
  });
}

async function inTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  if (limitMs === 0) return work();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AppError("too_slow", "No answer in time")), limitMs);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: Response, { status, body }: Answer): void {
  if (response.headersSent) return;
  const version = body !== null && typeof body === "object" && "version" in body ? body.version : undefined;
  if (typeof version === "number") response.setHeader("ETag", `"${version}"`);
  response.status(status);
  if (status === 204) response.end();
  else response.json(body);
}

/** The error as problem+json, when the answer has not begun; otherwise the connection is all that can be closed. */
export function sendProblem(response: Response, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const problem = toProblem(error);
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
  // What is left of the body is not waited for.
  if (problem.status === 413 || problem.status === 408) response.setHeader("Connection", "close");
  response.status(problem.status).type("application/problem+json").send(JSON.stringify(problem.body));
}
