import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { Histogram, type Registry } from "prom-client";
import type { Config } from "../config.ts";
import { isDatabaseUp, type Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { DeskStreams } from "./desk-streams.ts";
import { checkOrigin } from "./request/check-origin.ts";
import { mountRoutes, sendProblem } from "./request/mount-routes.ts";
import { asAppError } from "./request/problem.ts";
import { bodyLimitMs } from "./request/read-body.ts";
import type { RoutesOver } from "./request/reader-lanes.ts";
import { createAdmission, type RequestLimits } from "./request/request-limits.ts";
import type { Route } from "./route.ts";
import { openApiDocument } from "./server/open-api.ts";
import { pageFiles, pageFolder } from "./server/page-files.ts";
import { securityHeaders } from "./server/security-headers.ts";
import { createSipProxy, type SipTarget } from "./server/sip-proxy.ts";
import { createSessions, type Sessions } from "./session/session.ts";

export type WebServerOptions = {
  /** Without `demo` (tests) administrators need no second factor, as in a demo. */
  config: Pick<Config, "port" | "publicUrl" | "sessionSecret"> & { demo?: boolean; limits?: RequestLimits };
  pool: Pool;
  log: Logger;
  routes: Route[];
  /** Makes the same doors over another pool: the second wall. Null in tests of other things. */
  routesOver: RoutesOver | null;
  streams: DeskStreams;
  /** Where Asterisk's WebSocket is now; null when none is connected. */
  sipTarget: () => SipTarget | null;
  /** For /readyz: is at least one Asterisk connected? */
  asteriskConnected: () => boolean;
  /** For /metrics; this server adds its own request times. */
  registry: Registry;
  /** The built page; tests may name another folder. */
  page?: string;
  /** Address to listen on; loopback unless said otherwise. */
  host?: string;
  /** Limit of one answer, milliseconds. */
  answerMs?: number;
  /** Limits of headers and of a body of the API, milliseconds. */
  headersMs?: number;
  bodyMs?: number;
  /** Tests: answers must fit their schemas. */
  checkResponses?: boolean;
};

export type WebServer = { port: number; close(): Promise<void> };

const lastAnswersMs = 5_000;

const methodsKnown = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

/** Everything that is asked over HTTP of this copy. Resolves when it listens; `close` lets open answers finish. */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const { config, pool, log } = options;
  const sessions = createSessions(config, pool, log);
  const server = createServer(
    {
      headersTimeout: options.headersMs ?? 10_000,
      // An upload over a slow line; what is typed has less (read-body.ts).
      requestTimeout: 120_000,
      connectionsCheckingInterval: Math.min(2_000, options.headersMs ?? 2_000),
      keepAliveTimeout: 15_000,
    },
    application(options, sessions),
  );
  let answering = 0;
  server.on("request", (_request, response) => {
    answering++;
    response.on("close", () => answering--);
  });
  const sip = createSipProxy({ sessions, publicUrl: config.publicUrl, sipTarget: options.sipTarget, log });
  server.on("upgrade", sip.upgrade);
  await listen(server, config.port, options.host ?? "127.0.0.1");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: async () => {
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      await options.streams.close();
      sip.closeAll();
      // Answers under way may finish; connections that are only kept alive must not hold the end up.
      const deadline = performance.now() + lastAnswersMs;
      while (answering > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      server.closeAllConnections();
      await ended;
      await sessions.close();
    },
  };
}

function application(options: WebServerOptions, sessions: Sessions): Express {
  const { config, pool, log } = options;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Behind nginx (https) the address and the scheme come from it; otherwise nobody may claim another address.
  app.set("trust proxy", config.publicUrl?.startsWith("https:") ? "loopback, linklocal, uniquelocal" : false);
  app.use(countRequests(options.registry));
  app.use(...securityHeaders(config.publicUrl));
  app.use(refuseOddMethods);
  app.get("/healthz", (_request, response) => void response.json({ ok: true }));
  const admission = createAdmission(config.limits ?? null);
  app.use(admission.address);
  app.get("/readyz", readiness(options));
  app.get("/metrics", async (_request, response) => {
    response.type(options.registry.contentType).send(await options.registry.metrics());
  });
  const document = openApiDocument(options.routes);
  app.get("/openapi.json", (_request, response) => void response.json(document));
  app.use("/api/v1", noStore, sameOrigin(config.publicUrl), sessions.middleware);
  app.use(
    "/api/v1",
    mountRoutes({
      pool,
      log,
      routes: options.routes,
      routesOver: options.routesOver,
      signedIn: sessions.signedIn,
      answerMs: options.answerMs ?? 15_000,
      bodyMs: options.bodyMs ?? bodyLimitMs,
      admission,
      checkResponses: options.checkResponses ?? false,
    }),
  );
  app.use("/api", (_request, response) => sendProblem(response, new AppError("not_found", "No such path")));
  app.use(pageFiles(options.page ?? pageFolder));
  app.use(lastResort(log));
  return app;
}

/** Ready: the database answers and an Asterisk is connected. Names what is missing, nothing else. */
function readiness({ pool, asteriskConnected }: WebServerOptions): RequestHandler {
  return async (_request, response) => {
    const database = await isDatabaseUp(pool);
    const asterisk = asteriskConnected();
    response.status(database && asterisk ? 200 : 503).json({ database, asterisk });
  };
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "no-store");
  next();
};

/** TRACE and its like, and a header that would smuggle another method in. */
const refuseOddMethods: RequestHandler = (request, response, next) => {
  if (methodsKnown.has(request.method) && request.headers["x-http-method-override"] === undefined) return next();
  response.setHeader("Allow", [...methodsKnown].join(", "));
  sendProblem(response, new AppError("method_not_allowed", "This method is not used here"));
};

function sameOrigin(publicUrl: string | null): RequestHandler {
  return (request, response, next) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") checkOrigin(request, publicUrl);
    } catch (error) {
      return sendProblem(response, error);
    }
    next();
  };
}

function countRequests(registry: Registry): RequestHandler {
  const seconds = new Histogram({
    name: "http_request_seconds",
    help: "Time from the request's headers to the end of the answer",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers: [registry],
  });
  return (request, response, next) => {
    const started = performance.now();
    response.on("finish", () => {
      const route: string = response.locals.route ?? "other";
      if (route === "/desk/events") return;
      seconds.observe(
        { method: request.method, route, status: String(response.statusCode) },
        (performance.now() - started) / 1_000,
      );
    });
    next();
  };
}

/** What no route caught: the session store without a database, a malformed path. Express would show a stack. */
function lastResort(log: Logger): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const known = asAppError(error);
    if (known.status >= 500) log.error({ error, code: known.code }, "request failed");
    sendProblem(response, known);
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
