import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import { createDocument } from "zod-openapi";
import { permissions } from "../../people/permissions.ts";
import type { Route, RouteSpec } from "../route.ts";

const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    rule: z.string().nullable(),
    detail: z.string(),
    it: z.string(),
    insteadIt: z.string().optional(),
    /** A wrong field with its path, a wrong row of a file with its line; `allowed` is a closed list of words. */
    errors: z.array(z.looseObject({ it: z.string(), allowed: z.array(z.unknown()).optional() })).optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457, with an Italian text for the page" });

/** /openapi.json (3.1) from the very schemas that check the requests. */
export function openApiDocument(routes: Route[]): unknown {
  const paths: ZodOpenApiPathsObject = {};
  for (const { spec } of routes) {
    const path = `/api/v1${spec.path.replace(/:(\w+)/g, "{$1}")}`;
    paths[path] = { ...paths[path], [spec.method]: operation(spec) };
  }
  return createDocument(
    {
      openapi: "3.1.0",
      info: { title: "055055", version: "1", description: "The contact centre's interface" },
      paths,
      components: { securitySchemes: { session: { type: "apiKey", in: "cookie", name: "055055" } } },
    },
    {
      override: ({ jsonSchema, zodSchema, io }) => {
        if (zodSchema._zod.def.type === "date" && io === "output")
          Object.assign(jsonSchema, { type: "string", format: "date-time" });
      },
      allowEmptySchema: { custom: true, transform: true, date: true, undefined: true, void: true },
    },
  );
}

function operation(spec: RouteSpec): ZodOpenApiPathsObject[string]["get"] {
  const status = String(spec.status ?? 200) as `${1 | 2 | 3 | 4 | 5}${string}`;
  const headers = {
    ...(spec.versioned ? { "If-Match": z.string() } : {}),
    ...(spec.idempotent ? { "Idempotency-Key": z.string().min(8).max(128).optional() } : {}),
  };
  const mediaType = spec.bodyKind === "form" ? "application/x-www-form-urlencoded" : "application/json";
  return {
    summary: spec.summary,
    operationId: `${spec.method}${spec.path.replace(/[/:-]+(\w)/g, (_all, letter: string) => letter.toUpperCase())}`,
    description: whoMay(spec),
    ...(spec.permission === "public" ? { security: [] } : { security: [{ session: [] }] }),
    requestParams: {
      ...(spec.params ? { path: spec.params } : {}),
      ...(spec.query ? { query: spec.query } : {}),
      ...(Object.keys(headers).length > 0 ? { header: z.object(headers) } : {}),
    },
    ...(spec.body ? { requestBody: { content: { [mediaType]: { schema: spec.body } } } } : {}),
    responses: {
      [status]: {
        description: "Done",
        ...(spec.response ? { content: { "application/json": { schema: spec.response } } } : {}),
      },
      default: { description: "Refused", content: { "application/problem+json": { schema: problem } } },
    },
  };
}

function whoMay(spec: RouteSpec): string {
  if (spec.permission === "public") return "Anybody.";
  if (spec.permission === "signed_in") return "Anybody who is signed in.";
  return `Permission ${spec.permission}: ${permissions[spec.permission].join(", ")}.`;
}
