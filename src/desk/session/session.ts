import type { Request, RequestHandler, Response } from "express";
import session from "express-session";
import type { Config } from "../../config.ts";
import type { Pool } from "../../database/pool.ts";
import type { Logger } from "../../log.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { sessionPerson } from "./session-store.ts";
import { sessionTable } from "./session-table.ts";

declare module "express-session" {
  interface SessionData {
    personId: string;
    /** Milliseconds of the wall clock: the absolute limit counts from here. */
    signedInAt: number;
    /** A code of the second factor was given. */
    secondFactor: boolean;
  }
}

/** Limits of a sign-in (ASVS 7.3): without use, and altogether. */
export const sessionLimits = { idleMinutes: 30, absoluteHours: 12 } as const;

export type Sessions = {
  /** Puts `request.session` there. */
  middleware: RequestHandler;
  cookieName: string;
  /** Who is behind the request, read from the database at each one. */
  signedIn(request: Request, use?: { background: boolean }): Promise<SignedInPerson | null>;
  close(): Promise<void>;
};

/** Sessions in PostgreSQL, so that each copy knows them; the cookie holds a random signed id and nothing else. */
export function createSessions(
  config: Pick<Config, "publicUrl" | "sessionSecret"> & { demo?: boolean },
  pool: Pool,
  log: Logger,
): Sessions {
  // A demo's administrator signs in with the password that the terminal shows.
  const secondFactorRequired = config.demo === false;
  const secure = config.publicUrl?.startsWith("https:") ?? false;
  const store = sessionTable(pool, sessionLimits.idleMinutes, log);
  const cookieName = secure ? "__Host-055055" : "055055";
  const middleware = session({
    store,
    name: cookieName,
    secret: config.sessionSecret,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: "strict", secure, path: "/" },
  });
  return {
    middleware,
    cookieName,
    signedIn: async (request, { background } = { background: false }) => {
      if (!request.session?.personId) return null;
      const person = await sessionPerson(
        pool,
        request.sessionID,
        sessionLimits.idleMinutes,
        !background,
        secondFactorRequired,
      );
      if (!person) return null;
      const { signedInAt, atWork, ...signedIn } = person;
      const tooOld = Date.now() - signedInAt.getTime() > sessionLimits.absoluteHours * 3_600_000;
      if (!tooOld || atWork) return signedIn;
      await destroySession(request);
      return null;
    },
    close: () => store.close(),
  };
}

/** Begins a session under a new id: an id planted before is worth nothing (ASVS 7.2.4). */
export async function beginSession(
  request: Request,
  personId: string,
  now: Date,
  secondFactor: boolean,
): Promise<void> {
  await settled((done) => request.session.regenerate(done));
  request.session.secondFactor = secondFactor;
  request.session.personId = personId;
  request.session.signedInAt = now.getTime();
  await settled((done) => request.session.save(done));
}

export async function destroySession(request: Request): Promise<void> {
  if (request.session) await settled((done) => request.session.destroy(done));
}

/** The session of a request that will not be answered by Express (an upgrade to WebSocket). */
export async function readSession(middleware: RequestHandler, request: Request): Promise<void> {
  // express-session only wraps functions of the response; nothing is written to it here.
  const response = { end: () => undefined, writeHead: () => undefined } as unknown as Response;
  await settled((done) => middleware(request, response, done));
}

function settled(run: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));
}
