import { createHash, randomBytes } from "node:crypto";

export type SipMessage = {
  /** Start line, e.g. `INVITE sip:201@… SIP/2.0` or `SIP/2.0 200 OK`. */
  start: string;
  method: string | null;
  status: number | null;
  headers: Map<string, string[]>;
  body: string;
};

const compact: Record<string, string> = {
  v: "via",
  f: "from",
  t: "to",
  i: "call-id",
  m: "contact",
  l: "content-length",
};

export function parseSip(text: string): SipMessage {
  const [head = "", body = ""] = text.split(/\r\n\r\n(.*)/s);
  const [start = "", ...lines] = head.split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    const key = compact[name] ?? name;
    headers.set(key, [...(headers.get(key) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = /^SIP\/2\.0 (\d{3})/.exec(start);
  return {
    start,
    method: status ? null : (start.split(" ")[0] ?? null),
    status: status ? Number(status[1]) : null,
    headers,
    body,
  };
}

export function header(message: SipMessage, name: string): string {
  return message.headers.get(name)?.[0] ?? "";
}

export const token = (): string => randomBytes(6).toString("hex");

export function tagOf(value: string): string | null {
  return /;tag=([^;>\s]+)/.exec(value)?.[1] ?? null;
}

export function uriOf(value: string): string {
  return /<([^>]+)>/.exec(value)?.[1] ?? value.split(";")[0] ?? value;
}

/** Digest answer to a 401 or 407 (MD5, qop auth or none). */
export function authorization(
  challenge: string,
  account: { user: string; password: string },
  method: string,
  uri: string,
): string {
  const field = (name: string) => new RegExp(`${name}="?([^",]+)"?`).exec(challenge)?.[1] ?? "";
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const [realm, nonce, opaque] = [field("realm"), field("nonce"), field("opaque")];
  const ha1 = md5(`${account.user}:${realm}:${account.password}`);
  const ha2 = md5(`${method}:${uri}`);
  const base = `Digest username="${account.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5`;
  const tail = opaque ? `, opaque="${opaque}"` : "";
  if (!/qop=/.test(challenge)) return `${base}, response="${md5(`${ha1}:${nonce}:${ha2}`)}"${tail}`;
  const cnonce = token();
  const response = md5(`${ha1}:${nonce}:00000001:${cnonce}:auth:${ha2}`);
  return `${base}, qop=auth, nc=00000001, cnonce="${cnonce}", response="${response}"${tail}`;
}
