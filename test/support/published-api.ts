import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express, { type ErrorRequestHandler } from "express";
import * as OpenApiValidator from "express-openapi-validator";
import { freePort, type TestDatabase } from "./database.ts";
import { keepOutput } from "./written/written.ts";

const program = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const checkout = fileURLToPath(new URL("../../", import.meta.url));
const methods = ["get", "post", "put", "patch", "delete"] as const;

type Content = Record<string, { schema?: unknown }>;
export type Operation = { description: string; security: unknown[]; responses: Record<string, { content?: Content }> };
export type ApiDocument = { paths: Record<string, Partial<Record<(typeof methods)[number], Operation>>> };
export type PublishedOperation = { key: string; method: string; path: string; operation: Operation; status: number };

/** The status that a gateway answers when request or answer is not what the document says. */
export const brokenContract = 599;

/**
 * The whole program with every door (no Asterisk behind it), and before it a gateway that holds each request and each
 * answer against the published /openapi.json, with a validator that is none of ours.
 */
export class PublishedApi {
  readonly url: string;
  readonly document: ApiDocument;
  /** Keys ("GET /cases/{id}") of what was answered as documented when it was done. */
  readonly done = new Set<string>();
  private readonly child: ChildProcess;
  private readonly closeGateway: () => Promise<void>;

  private constructor(child: ChildProcess, gateway: { url: string; close(): Promise<void> }, document: ApiDocument) {
    this.child = child;
    this.url = gateway.url;
    this.closeGateway = gateway.close;
    this.document = document;
  }

  static async start(database: TestDatabase): Promise<PublishedApi> {
    const child = spawn(process.execPath, ["--import", "tsx", program], {
      cwd: checkout,
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        ASTERISK_URLS: `http://nobody:there@127.0.0.1:${await freePort()}`,
        PORT: "0",
        SESSION_SECRET: "a secret of the tests",
        LOG_LEVEL: "trace",
        DEMO: "1",
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    keepOutput("published-api", child.stdout, child.stderr);
    const early = once(child, "exit").then(([code]) => Promise.reject(new Error(`the program ended ${code}`)));
    const [message] = (await Promise.race([once(child, "message"), early])) as [{ port: number }];
    early.catch(() => undefined); // its end after this is `close`
    const upstream = `http://127.0.0.1:${message.port}`;
    const document = (await (await fetch(`${upstream}/openapi.json`)).json()) as ApiDocument;
    const api = new PublishedApi(child, await startGateway(upstream, document, (key) => api.done.add(key)), document);
    return api;
  }

  operations(): PublishedOperation[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method];
        if (!operation) return [];
        const status = Number(Object.keys(operation.responses).find((code) => code !== "default"));
        const key = `${method.toUpperCase()} ${path.replace("/api/v1", "")}`;
        return [{ key, method: method.toUpperCase(), path, operation, status }];
      }),
    );
  }

  async close(): Promise<void> {
    await this.closeGateway();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }
}

type Matched = { openapi?: { openApiRoute?: string } };

async function startGateway(upstream: string, document: ApiDocument, done: (key: string) => void) {
  const app = express();
  app.use(express.json({ type: "application/json", limit: "1mb" }), express.raw({ type: () => true, limit: "20mb" }));
  app.use(
    OpenApiValidator.middleware({
      // Its type knows OpenAPI by its own description of it.
      apiSpec: document as never,
      validateRequests: false,
      validateResponses: true,
      validateSecurity: false,
    }),
  );
  app.use(async (request, response) => {
    const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
    const raw = Buffer.isBuffer(request.body) ? request.body : JSON.stringify(request.body);
    const answer = await fetch(upstream + request.originalUrl, {
      method: request.method,
      headers: headers as Record<string, string>,
      ...(request.headers["content-length"] === undefined || request.method === "GET" ? {} : { body: raw as never }),
    });
    const route = (request as Matched).openapi?.openApiRoute ?? "";
    const documented = document.paths[route]?.[request.method.toLowerCase() as "get"]?.responses ?? {};
    if (answer.ok && !(answer.status in documented)) {
      throw new Error(
        `${request.method} ${route} answered ${answer.status}, documented are ${Object.keys(documented)}`,
      );
    }
    const key = `${request.method} ${route.replace("/api/v1", "")}`;
    response.status(answer.status);
    for (const [name, value] of answer.headers)
      if (!/^(content-length|connection|keep-alive|transfer)/.test(name)) response.setHeader(name, value);
    const json = /json/.test(answer.headers.get("content-type") ?? "");
    const described = documented[answer.status]?.content !== undefined;
    if (described && !json) throw new Error(`${key} answered no JSON`);
    // What has no schema passes as it is (files, and doors whose answer the document leaves open).
    if (json && (described || !answer.ok)) response.json(await answer.json());
    else response.end(Buffer.from(await answer.arrayBuffer()));
    if (answer.ok) done(key);
  });
  app.use(((error, request, response, _next) => {
    const at = `${request.method} ${request.originalUrl}`;
    response.removeHeader("content-type");
    response
      .status(brokenContract)
      .type("json")
      .end(JSON.stringify({ at, broken: String(error.message), errors: error.errors }));
  }) satisfies ErrorRequestHandler);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
