import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AsteriskServer } from "../../test/support/asterisk.ts";
import { SipPhone } from "../../test/support/sip-phone.ts";
import { spoilBytes } from "./mutations.ts";
import { oneOf, type Random, seededRandom } from "./schema-sample.ts";

const answerLimitMs = 5_000;
const messagesBetweenLooks = 200;
/** The provider's address: what it sends gets past the door, to the dialplan. The others are strangers. */
const citizens = "127.0.0.9";
const senders = ["127.0.0.66", "127.0.0.67", "127.0.0.66", "127.0.0.67", citizens] as const;

export type SipFuzz = { sent: number; faults: string[] };

/**
 * Malformed SIP, raw over UDP, at the real Asterisk. A fault is an Asterisk that ends, does not answer a good OPTIONS
 * in time, or does not take a good call afterwards.
 */
export async function fuzzSip(asterisk: AsteriskServer, seed: number, messages: number): Promise<SipFuzz> {
  const result: SipFuzz = { sent: 0, faults: [] };
  const [host = "", port = ""] = asterisk.sip.split(":");
  const pid = asterisk.pid;
  const sockets = new Map<string, Socket>();
  try {
    for (const address of new Set(senders)) sockets.set(address, await socketAt(address));
    while (result.sent < messages && result.faults.length === 0) {
      const last = Math.min(messages, result.sent + messagesBetweenLooks);
      for (; result.sent < last; result.sent++) {
        const random = seededRandom(seed + result.sent);
        const socket = sockets.get(oneOf(random, senders))!;
        const message = spoiled(goodMessage(random, socket, { host, port }), random);
        await new Promise((resolve) => socket.send(message, Number(port), host, resolve));
      }
      const fault = await stillThere(sockets.get(citizens)!, asterisk, pid);
      if (fault) result.faults.push(`SIP, seeds ${last - messagesBetweenLooks + seed} to ${last - 1 + seed}: ${fault}`);
    }
  } finally {
    for (const socket of sockets.values()) socket.close();
  }
  if (result.faults.length > 0) return result;
  const fault = await goodCall(asterisk.sip);
  if (fault) result.faults.push(`SIP, after ${result.sent} messages: ${fault}`);
  return result;
}

async function socketAt(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

type Server = { host: string; port: string };
const methods = ["INVITE", "REGISTER", "OPTIONS", "ACK", "BYE", "CANCEL", "SUBSCRIBE", "NOTIFY", "MESSAGE", "REFER"];
const methodsToo = ["PRACK", "UPDATE", "INFO", "PUBLISH", "invite", "X".repeat(300)];

/** A message that is right, of any method, as the faults' starting point. */
function goodMessage(random: Random, socket: Socket, { host, port }: Server): string {
  const { address, port: own } = socket.address();
  const method = oneOf(random, random() < 0.1 ? methodsToo : methods);
  const id = Math.floor(random() * 2 ** 40).toString(36);
  // security.log names the account that a stranger claims to be. Only the provider brings citizens' numbers.
  const caller = address === citizens ? "0550001234" : "stranger";
  const sdp = `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n`;
  const body = random() < 0.6 ? sdp : "";
  return [
    `${method} sip:${oneOf(random, ["055055", "201", "00899123456"])}@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${id};rport`,
    "Max-Forwards: 70",
    `From: "Prova" <sip:${caller}@${host}>;tag=${id}`,
    `To: <sip:055055@${host}>`,
    `Call-ID: fuzz-${id}@${address}`,
    `CSeq: ${1 + Math.floor(random() * 1000)} ${method}`,
    `Contact: <sip:${caller}@${address}:${own}>`,
    ...oneOf(random, extras),
    ...(body ? ["Content-Type: application/sdp"] : []),
    `Content-Length: ${body.length}`,
    "",
    body,
  ].join("\r\n");
}

const extras: readonly string[][] = [
  [],
  ['Authorization: Digest username="201",realm="055055",nonce="x",uri="sip:x",response="0",algorithm=MD5,qop=auth'],
  ["Supported: 100rel, timer, replaces", "Session-Expires: 90;refresher=uac", "Min-SE: 90"],
  ["Require: 100rel"],
  ["Replaces: a;to-tag=b;from-tag=c"],
  ["Expires: 3600", "Event: presence", "Accept: application/pidf+xml"],
  ["P-Asserted-Identity: <tel:+390559999999>", "Privacy: id"],
  ["Diversion: <sip:0550009999@x>;reason=unconditional"],
  ["Route: <sip:127.0.0.66;lr>", "Record-Route: <sip:127.0.0.67;lr>"],
];

const line = (pattern: RegExp, written: string) => (text: string) => text.replace(pattern, written);
/** Faults of shape that random bytes seldom make, most of them from RFC 4475. */
const faults: readonly ((text: string) => string)[] = [
  line(/^Content-Length: \d+/m, "Content-Length: 999999999"),
  line(/^Content-Length: \d+/m, "Content-Length: -1"),
  line(/^Content-Length: \d+\r\n/m, ""),
  line(/^CSeq: .*/m, "CSeq: 4294967296 INVITE"),
  line(/^CSeq: .*/m, "CSeq: 1"),
  line(/^Max-Forwards: .*/m, "Max-Forwards: 0"),
  line(/^Max-Forwards: .*/m, "Max-Forwards: 300"),
  line(/^Via: .*/m, "Via: SIP/7.0/UDP x"),
  line(/^(Via: .*)\r\n/m, "$1\r\n".repeat(70)),
  line(/^Call-ID: .*/m, `Call-ID: ${"a,:%;\u0001".repeat(50)}`),
  line(/^Call-ID: .*\r\n/m, ""),
  line(/^From: .*/m, `From: "${"è".repeat(2_000)}" <sip:1@x>;tag=1`),
  line(/^From: .*/m, "From: <sip:%00%0d%0aX@x>;tag=1"),
  line(/^To: .*/m, "To: <<<<sip:;;;>"),
  line(/^Contact: .*/m, "Contact: *"),
  line(/^Contact: .*/m, `Contact: <sip:${"9".repeat(4_000)}@x>`),
  line(/sip:\S+ SIP\/2\.0/, "sip:$\u007bSHELL(id)}@x SIP/2.0"),
  line(/sip:\S+ SIP\/2\.0/, "tel:+390559999999;phone-context=x SIP/2.0"),
  line(/ SIP\/2\.0/, " SIP/9999999999999999.0"),
  line(/m=audio .*/, "m=audio 70000 RTP/AVP 8"),
  line(/m=audio .*/, `m=audio 40000 RTP/AVP ${"8 ".repeat(2_000)}`),
  line(/c=IN IP4 .*/, "c=IN IP4 999.1.1.1"),
  line(/o=.*/, "o="),
  line(/a=rtpmap:8 .*/, "a=rtpmap:8 PCMA/0"),
  (text) => text.replaceAll("\r\n", "\n"),
  (text) => text.repeat(3),
  () => "\r\n\r\n",
  () => "\u0000".repeat(1_500),
];

function spoiled(text: string, random: Random): Buffer {
  const shaped = random() < 0.5 ? oneOf(random, faults)(text) : text;
  const bytes = Buffer.from(shaped);
  // What does not fit a packet would not leave at all.
  return (random() < 0.6 ? spoilBytes(bytes, random) : bytes).subarray(0, 60_000);
}

async function stillThere(socket: Socket, asterisk: AsteriskServer, pid: number): Promise<string | null> {
  const [host = "", port = ""] = asterisk.sip.split(":");
  const { address, port: own } = socket.address();
  const id = `look-${process.hrtime.bigint()}`;
  const question = [
    `OPTIONS sip:055055@${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${id};rport`,
    "Max-Forwards: 70",
    `From: <sip:a@${host}>;tag=${id}`,
    `To: <sip:055055@${host}>`,
    `Call-ID: ${id}`,
    "CSeq: 1 OPTIONS",
    "Content-Length: 0",
    "",
    "",
  ].join("\r\n");
  const answered = new Promise<boolean>((resolve) => {
    const hear = (message: Buffer) => (message.includes(id) ? end(true) : undefined);
    const end = (came: boolean) => {
      clearTimeout(limit);
      clearInterval(again);
      socket.off("message", hear);
      resolve(came);
    };
    const limit = setTimeout(() => end(false), answerLimitMs);
    // A packet that a full buffer lost says nothing of Asterisk.
    const again = setInterval(() => socket.send(question, Number(port), host), 500);
    socket.on("message", hear);
    socket.send(question, Number(port), host);
  });
  if (!(await answered)) return `no answer to OPTIONS in ${answerLimitMs} ms`;
  return asterisk.pid === pid ? null : "Asterisk is another process now";
}

/** Answered by whoever takes calls now: the parachute, when no copy runs. */
async function goodCall(server: string): Promise<string | null> {
  const phone = await new SipPhone({ server, address: citizens }).open();
  try {
    const call = await phone.dial("055055");
    await call.until("answered", 15_000);
    return call.status === 200 ? null : `a good call was answered ${call.status}`;
  } catch (error) {
    return `a good call was not answered: ${error instanceof Error ? error.message : typeof error}`;
  } finally {
    await phone.close();
  }
}
