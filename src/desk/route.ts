import type { Request, Response } from "express";
import type { ZodObject, ZodType, z } from "zod";
import type { Permission } from "../people/permissions.ts";
import type { SignedInPerson } from "../people/person.ts";

export type RouteMethod = "get" | "post" | "put" | "patch" | "delete";
/** A permission of the one table, anybody signed in, or nobody in particular. */
export type RoutePermission = Permission | "signed_in" | "public";

export type RouteSpec = {
  method: RouteMethod;
  /** Under /api/v1, e.g. "/cases/:id". */
  path: string;
  permission: RoutePermission;
  /** One sentence for /openapi.json. */
  summary: string;
  params?: ZodObject;
  query?: ZodObject;
  body?: ZodType;
  response?: ZodType;
  /** Default 200; an answer of undefined leaves as 204. */
  status?: 200 | 201 | 202 | 204;
  /** Takes Idempotency-Key: same key and body → the first answer again, another body → 422. */
  idempotent?: boolean;
  /** Needs If-Match with the version that was read; answers carry it as ETag. */
  versioned?: boolean;
  /**
   * How the body comes: "json" (default, ≤ 256 kB), "form" (what webhooks post, checked by `body` too), "stream"
   * (nothing is read: the handler reads `web.request`, with a limit of its own).
   */
  bodyKind?: "json" | "form" | "stream";
  /** A GET that locks rows to say what may be done: only its sight is behind the second wall (`WallScope`). */
  locks?: boolean;
  /** For the live feed: no time limit on the answer. */
  endless?: boolean;
  /** Sent by the page on its own: does not count as use of the session (idle limit). */
  background?: boolean;
};

/** A repeated POST is known by its key; `settle` makes the answer part of the action's own transaction (FAULTS F28). */
export type IdempotentRequest = { personId: string; key: string };

export type RouteInput<Params, Query, Body, Person> = {
  params: Params;
  query: Query;
  body: Body;
  person: Person;
  /** Version of If-Match; NaN unless the route is versioned. */
  ifMatch: number;
  idempotency: IdempotentRequest | null;
  /** For the few handlers that stream, read a raw body or touch the session. They return `answered` after answering. */
  web: { request: Request; response: Response };
};

/** What a handler returns when it has written the response by itself. */
export const answered: unique symbol = Symbol("answered");

export type Route = {
  spec: RouteSpec;
  handle: (input: RouteInput<unknown, unknown, unknown, SignedInPerson>) => Promise<unknown>;
};

type Parsed<Schema> = Schema extends ZodType ? z.output<Schema> : undefined;
type PersonOf<Wanted> = Wanted extends "public" ? null : SignedInPerson;

/**
 * A door of the API: checks as data, the work as a function. The server checks sign-in, permission, params, query,
 * body, If-Match and Idempotency-Key before `handle` runs; `handle` throws AppError.
 */
export function defineRoute<const Spec extends RouteSpec>(
  spec: Spec,
  handle: (
    input: RouteInput<
      Parsed<Spec["params"]>,
      Parsed<Spec["query"]>,
      Parsed<Spec["body"]>,
      PersonOf<Spec["permission"]>
    >,
  ) => Promise<unknown>,
): Route {
  return { spec, handle: handle as Route["handle"] };
}
