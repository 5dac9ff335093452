import type { Request, RequestHandler, Response } from "express";
import rateLimit, { ipKeyGenerator } from "express-rate-limit";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { RouteSpec } from "../route.ts";

/** Requests a minute and copy of the program; 0: no limit. */
export type RequestLimits = {
  /** From one address, everything: whole town halls come from one. */
  address: number;
  /** From one address to the API by nobody who is signed in. */
  stranger: number;
  /** By one person, the page's own requests included. */
  person: number;
  /** By one person through the doors that cost most. */
  search: number;
  export: number;
  upload: number;
};

type Cost = "search" | "export" | "upload";

/**
 * Doors with a limit of their own: searches when there is a word to look for, not the lists that a page follows; uploads
 * are known by their spec. Sign-in slows guesses by itself (sign-in.ts).
 */
export const expensiveDoors: Readonly<Record<string, Cost>> = {
  "get /citizens": "search",
  "get /cards": "search",
  "get /directory": "search",
  "get /inbox": "search",
  "get /citizens/:id/export": "export",
  "post /reports": "export",
  "get /reports/:id/files/:fileId": "export",
};

export type Admission = {
  /** Before anything is read; what comes from this very machine is not counted. */
  address: RequestHandler;
  /** Once it is known who asks. @throws AppError too_many_requests with the seconds to wait */
  admit(request: Request, response: Response, person: SignedInPerson | null, spec: RouteSpec): Promise<void>;
};

const windowMs = 60_000;

/** Counts in memory: a copy that starts anew begins at nothing, and n copies let n times as much through. */
export function createAdmission(limits: RequestLimits | null): Admission {
  const counter = (name: keyof RequestLimits) => (limits && limits[name] > 0 ? limiter(limits[name]) : null);
  const [address, stranger, person] = [counter("address"), counter("stranger"), counter("person")];
  const byCost = { search: counter("search"), export: counter("export"), upload: counter("upload") };
  return {
    address: (request, response, next) => {
      const key = addressKey(request);
      if (!address || key === null) return next();
      response.locals.limitKey = key;
      address(request, response, next);
    },
    admit: async (request, response, who, spec) => {
      const count = async (by: RequestHandler | null, key: string | null) => {
        if (!by || key === null) return;
        response.locals.limitKey = key;
        await new Promise<void>((resolve, reject) => {
          by(request, response, (error?: unknown) => (error ? reject(error) : resolve()));
        });
      };
      // A provider reports each message from few addresses; its signature is checked first.
      if (!who && spec.bodyKind === "form") return;
      if (!who) return count(stranger, addressKey(request));
      await count(person, who.id);
      const cost = costOf(spec, request);
      if (cost) await count(byCost[cost], who.id);
    },
  };
}

function costOf({ method, path, bodyKind }: RouteSpec, { query }: Request): Cost | null {
  const cost = bodyKind === "stream" ? "upload" : expensiveDoors[`${method} ${path}`];
  return cost === undefined || (cost === "search" && !query.q) ? null : cost;
}

function limiter(limit: number): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    keyGenerator: (_request, response) => String(response.locals.limitKey),
    standardHeaders: false,
    legacyHeaders: false,
    // It would print to the terminal what it thinks of proxies; `trust proxy` is set in web-server.ts.
    validate: false,
    handler: (request, _response, next) => {
      const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
      next(tooMany(Math.max(1, Math.ceil(((resetTime?.getTime() ?? Date.now()) - Date.now()) / 1_000))));
    },
  });
}

function tooMany(seconds: number): AppError {
  return new AppError("too_many_requests", "Too many requests in a minute", {
    it: `Troppe richieste in poco tempo: attenda ${seconds === 1 ? "un secondo" : `${seconds} secondi`} e riprovi.`,
    retryAfterSeconds: seconds,
  });
}

/** Addresses of IPv6 by their network, which one subscriber has whole; null for this machine itself. */
function addressKey({ ip }: Request): string | null {
  if (ip === undefined || ip === "::1" || /^(::ffff:)?127\./.test(ip)) return null;
  return ipKeyGenerator(ip);
}
