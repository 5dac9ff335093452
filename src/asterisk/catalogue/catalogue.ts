import { connect } from "ari-client";
import type { AsteriskAddress } from "../address.ts";
import { type ApiDocs, readApiDocs } from "./api-docs.ts";
import { serveApiDocs } from "./api-docs-server.ts";
import {
  type Operation,
  type OperationName,
  type ParametersOf,
  type ResourceName,
  usedOperations,
} from "./operations.ts";

/**
 * The catalogue of Asterisk's operations, as ari-client reads it.
 *
 * ari-client is the project's library for ARI, but its transport loses promises and ends the process on a bad answer.
 * So it is used for what it does well, reading Asterisk's own description of itself: it connects to a loopback server
 * of those descriptions (never to Asterisk), and its parsed operations (method, path, place of each parameter) are
 * compiled here into commands, which connection.ts sends over our socket. Its `start()` and its HTTP are never used.
 */
export class Catalogue {
  /** Version of the Asterisk it describes. */
  readonly version: string;
  readonly #operations: ReadonlyMap<string, CompiledOperation>;

  constructor(version: string, operations: ReadonlyMap<string, CompiledOperation>) {
    this.version = version;
    this.#operations = operations;
  }

  /** One command. Throws TypeError when a parameter is missing or the operation does not know it. */
  operation<R extends ResourceName, O extends OperationName<R>>(
    resource: R,
    operation: O,
    parameters: ParametersOf<R, O>,
  ): Operation {
    const name = `${resource}.${operation}`;
    const compiled = this.#operations.get(name);
    if (!compiled) throw new TypeError(`Asterisk ${this.version} has no operation ${name}`);
    return fill(compiled, parameters as Record<string, unknown>);
  }

  /** What is known of an operation, e.g. `channels.answer`. */
  describe(name: string): CompiledOperation | undefined {
    return this.#operations.get(name);
  }
}

type ParameterPlace = { place: "path" | "query" | "body"; required: boolean };

export type CompiledOperation = {
  name: string;
  method: Operation["method"];
  /** Path pieces: even ones are text, odd ones names of parameters. */
  path: readonly string[];
  parameters: ReadonlyMap<string, ParameterPlace>;
  required: readonly string[];
};

/** What ari-client keeps of each operation (swagger-client's SwaggerOperation); not in @types/ari-client. */
type SwaggerOperation = {
  nickname: string;
  path: string;
  method: string;
  parameters: { name: string; paramType: string; required?: boolean }[];
};
type WithSwagger = { _swagger: { apis: Record<string, { operations: Record<string, SwaggerOperation> }> } };

const READ_LIMIT_MS = 10_000;

/** Catalogues are values that never change, so one process reads each version once, for all its connections. */
const loadedByVersion = new Map<string, Promise<Catalogue>>();

/** The one command that is needed before there is a catalogue: it tells the version. */
export const askInfo: Operation = {
  name: "asterisk.getInfo",
  method: "GET",
  uri: "asterisk/info",
  query: [],
  body: null,
};

/**
 * The catalogue of the Asterisk of that version at `address`. Its description is kept in `cacheDir`, one file a
 * version, when that is given. Throws when Asterisk does not answer with valid descriptions within 5 s a file, or
 * lacks a used operation.
 */
export async function loadCatalogue(
  address: AsteriskAddress,
  version: string,
  cacheDir: string | null,
): Promise<Catalogue> {
  const known = loadedByVersion.get(version);
  if (known) return known;
  const loading = readApiDocs(address, version, cacheDir).then((docs) => compileCatalogue(version, docs));
  loadedByVersion.set(version, loading);
  // A failure is not kept: the next connect tries again.
  loading.catch(() => loadedByVersion.delete(version));
  return loading;
}

/** Lets ari-client read `docs` and compiles every operation it found. */
export async function compileCatalogue(version: string, docs: ApiDocs): Promise<Catalogue> {
  const server = await serveApiDocs(docs);
  try {
    // The credentials are never asked for: the server serves public descriptions on loopback.
    const reading = Promise.resolve(connect(server.url, "none", "none"));
    const client = (await within(READ_LIMIT_MS, reading)) as unknown as WithSwagger;
    const compiled = new Map<string, CompiledOperation>();
    for (const [resource, api] of Object.entries(client._swagger.apis)) {
      for (const operation of Object.values(api.operations)) {
        const name = `${resource}.${operation.nickname}`;
        compiled.set(name, compile(name, operation));
      }
    }
    const missing = namesOfUsed().filter((name) => !compiled.has(name));
    if (missing.length > 0) throw new Error(`Asterisk ${version} lacks the operations ${missing.join(", ")}`);
    return new Catalogue(version, compiled);
  } finally {
    await server.close();
  }
}

/** ari-client's promises may never settle. */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("ari-client did not read the descriptions in time")), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function namesOfUsed(): string[] {
  return Object.entries(usedOperations).flatMap(([resource, names]) => names.map((name) => `${resource}.${name}`));
}

function compile(name: string, operation: SwaggerOperation): CompiledOperation {
  const parameters = new Map<string, ParameterPlace>();
  for (const parameter of operation.parameters) {
    const place = parameter.paramType;
    if (place !== "path" && place !== "query" && place !== "body") continue;
    // Some descriptions leave it out for what is in the path, which can never be missing.
    parameters.set(parameter.name, { place, required: place === "path" || parameter.required === true });
  }
  return {
    name,
    method: operation.method.toUpperCase() as Operation["method"],
    path: operation.path.replace(/^\//, "").split(/[{}]/),
    parameters,
    required: [...parameters].filter(([, place]) => place.required).map(([parameter]) => parameter),
  };
}

function fill(compiled: CompiledOperation, given: Record<string, unknown>): Operation {
  for (const name of compiled.required) {
    if (given[name] === undefined || given[name] === "") throw new TypeError(`${compiled.name} needs ${name}`);
  }
  const query: { name: string; value: string }[] = [];
  let body: string | null = null;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const parameter = compiled.parameters.get(name);
    if (!parameter) throw new TypeError(`${compiled.name} knows no parameter ${name}`);
    if (parameter.place === "query") query.push({ name, value: textOf(value) });
    else if (parameter.place === "body") body = JSON.stringify(bodyOf(name, value));
  }
  let uri = "";
  for (const [index, piece] of compiled.path.entries()) {
    uri += index % 2 === 0 ? piece : encodeURIComponent(String(given[piece]));
  }
  return { name: compiled.name, method: compiled.method, uri, query, body };
}

/** Asterisk takes lists as one comma-separated value, and every query value as text. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(",") : String(value);
}

/** Asterisk wants these two wrapped in a key of their own name (as ari-client does). */
function bodyOf(name: string, value: unknown): unknown {
  return name === "variables" || name === "fields" ? { [name]: value } : value;
}
