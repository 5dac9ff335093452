import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Request } from "express";
import { AppError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { checkOrigin } from "../request/check-origin.ts";
import { asAppError } from "../request/problem.ts";
import { readSession, type Sessions } from "../session/session.ts";

export type SipTarget = { host: string; port: number };

export type SipProxyOptions = {
  sessions: Sessions;
  publicUrl: string | null;
  /** Where Asterisk's WebSocket is now; null when none answers. */
  sipTarget: () => SipTarget | null;
  log: Logger;
};

/** A page has one; reloads and a second computer leave some behind for a moment. */
const socketsOfPerson = 6;

/**
 * The WebSocket of the phone in the page: /sip of our own port is piped to Asterisk's /ws, after the session and the
 * origin were checked. Nothing is parsed. Returns what the server's 'upgrade' calls, and how many are open.
 */
export function createSipProxy(options: SipProxyOptions): {
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  closeAll: () => void;
} {
  const open = new Set<Duplex>();
  const ofPerson = new Map<string, number>();
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path !== "/sip") throw new AppError("not_found", "No WebSocket at this path");
    checkOrigin(request, options.publicUrl);
    // Express's request is Node's with more on it; the session middleware needs Node's part only.
    const asked = request as Request;
    await readSession(options.sessions.middleware, asked);
    const person = await options.sessions.signedIn(asked);
    if (!person) throw new AppError("not_signed_in", "Sign in first");
    const target = options.sipTarget();
    if (!target) throw new AppError("switch_unavailable", "No telephone switch is connected");
    const now = (ofPerson.get(person.id) ?? 0) + 1;
    if (now > socketsOfPerson) throw new AppError("too_many_requests", "Too many phones of one person are open");
    ofPerson.set(person.id, now);
    socket.once("close", () => {
      const left = (ofPerson.get(person.id) ?? 1) - 1;
      if (left > 0) ofPerson.set(person.id, left);
      else ofPerson.delete(person.id);
    });
    pipe(request, socket, head, target, open);
  };
  return {
    upgrade: (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      upgrade(request, socket, head).catch((error: unknown) => {
        const known = asAppError(error);
        options.log.info({ code: known.code }, "WebSocket refused");
        socket.end(`HTTP/1.1 ${known.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      });
    },
    closeAll: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

function pipe(request: IncomingMessage, socket: Duplex, head: Buffer, target: SipTarget, open: Set<Duplex>): void {
  const upstream = connect(target.port, target.host);
  open.add(socket);
  const end = (): void => {
    open.delete(socket);
    upstream.destroy();
    socket.destroy();
  };
  upstream.once("connect", () => {
    upstream.setNoDelay(true);
    upstream.write(upgradeRequest(request));
    if (head.length > 0) upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  });
  for (const side of [upstream, socket]) side.on("error", end).on("close", end);
}

/** The page's own headers (Sec-WebSocket-Protocol: sip among them) for Asterisk's /ws; our cookie stays here. */
function upgradeRequest(request: IncomingMessage): string {
  const lines = ["GET /ws HTTP/1.1"];
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? "";
    if (!/^(cookie|authorization|x-forwarded-.*)$/i.test(name)) lines.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}
