import { createHash } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type AsteriskServer, sharedAsterisk } from "./support/asterisk.ts";
import { runOpsProgram } from "./support/ops/ops-program.ts";
import { opsRoot } from "./support/ops/ops-root.ts";
import { pushPhone, removePhone } from "./support/push-phone.ts";

const stranger = "127.0.0.66";
const guesser = "127.0.0.67";
const shipped = fileURLToPath(new URL("../ops/fail2ban", import.meta.url));

/** What somebody from outside can do who only knows the address (issue G 4, FAULTS S31, S33, S35). */
describe("telephony: strangers at the SIP port and at ARI", () => {
  let asterisk: AsteriskServer;
  /** What fail2ban's programs see as /run/settings. */
  let settings: string;
  let count = 0;
  const sockets: Socket[] = [];

  before(async () => {
    settings = await mkdtemp(join(tmpdir(), "055055-fail2ban-"));
    await cp(join(shipped, "filter.d"), settings, { recursive: true });
    asterisk = await sharedAsterisk();
    await pushPhone(asterisk, "966", "a long and random password");
  });
  after(async () => {
    await removePhone(asterisk, "966");
    for (const socket of sockets) socket.close();
    await rm(settings, { recursive: true, force: true });
  });

  async function socketAt(address: string): Promise<Socket> {
    const socket = createSocket("udp4");
    sockets.push(socket);
    // One a request that waits for its answer.
    socket.setMaxListeners(50);
    socket.bind(0, address);
    await once(socket, "listening");
    return socket;
  }

  /** One request and its final answer; provisional answers are waited over. */
  async function ask(socket: Socket, method: string, user: string, more: string[] = []): Promise<string> {
    const [host, port] = asterisk.sip.split(":") as [string, string];
    const { address, port: own } = socket.address();
    const callId = `attack-${process.pid}-${++count}`;
    const cseq = method === "ACK" ? 1 : count;
    const sdp = `v=0\r\no=- 1 1 IN IP4 ${address}\r\ns=-\r\nc=IN IP4 ${address}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n`;
    const body = method === "INVITE" ? sdp : "";
    const text = [
      `${method} sip:${method === "REGISTER" ? host : `${user}@${host}`}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${address}:${own};branch=z9hG4bK${callId};rport`,
      "Max-Forwards: 70",
      `From: <sip:${user}@${host}>;tag=${callId}`,
      `To: <sip:${user}@${host}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:${user}@${address}:${own}>`,
      ...more,
      ...(body ? ["Content-Type: application/sdp"] : []),
      `Content-Length: ${body.length}`,
      "",
      body,
    ].join("\r\n");
    const answered = new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no answer to ${method} ${user}`)), 5_000);
      const hear = (message: Buffer) => {
        const answer = message.toString("utf8");
        if (!answer.includes(callId) || /^SIP\/2\.0 1/.test(answer)) return;
        clearTimeout(limit);
        socket.off("message", hear);
        resolve(answer);
      };
      socket.on("message", hear);
    });
    socket.send(text, Number(port), host);
    return answered;
  }

  const statusOf = (answer: string) => Number(/^SIP\/2\.0 (\d+)/.exec(answer)?.[1]);
  const ari = (path: string, credentials: string, method = "GET") =>
    fetch(`${asterisk.url}/ari/${path}`, {
      method,
      headers: credentials ? { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } : {},
    });
  const statusFrom = async (localAddress: string, path: string, auth: string, headers: Record<string, string> = {}) => {
    const asked = request(asterisk.url + path, { localAddress, auth, headers, agent: false }).end();
    return new Promise<number>((resolve, reject) => {
      asked.on("error", reject);
      asked.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      asked.on("upgrade", (answer, opened) => {
        opened.destroy();
        resolve(answer.statusCode ?? 0);
      });
    });
  };
  const channels = async () =>
    (await (await ari("channels", `${asterisk.user}:${asterisk.password}`)).json()) as unknown[];
  const securityLog = () => readFile(join(asterisk.logDir, "security.log"), "utf8");

  /** What fail2ban itself reads with the shipped filter: failures by address. */
  async function failuresOf(log: string): Promise<Map<string, number>> {
    await writeFile(join(settings, "security.log"), log);
    const command = ["fail2ban-regex", "-o", "ip", "/run/settings/security.log", "/run/settings/055055-asterisk.conf"];
    const { words } = await runOpsProgram(settings, command);
    const failures = new Map<string, number>();
    for (const address of words.trim().split("\n")) {
      expect(address, words).match(/^[0-9a-f.:]+$/);
      failures.set(address, (failures.get(address) ?? 0) + 1);
    }
    return failures;
  }

  it("answers strangers' INVITE, REGISTER and OPTIONS with a refusal, without a channel", async () => {
    const socket = await socketAt(stranger);
    const before = (await channels()).length;
    for (const method of ["OPTIONS", "REGISTER", "INVITE"]) {
      for (const user of ["055055", "966", "00899123456", "admin"]) {
        expect(statusOf(await ask(socket, method, user)), `${method} ${user}`).oneOf([401, 403, 404, 405]);
      }
    }
    expect((await channels()).length).equal(before);
    expect(await asterisk.console("pjsip show endpoints")).not.match(/Endpoint: +anonymous/);
  });

  it("refuses 300 INVITEs of a stranger in a row without a channel, while ARI answers on", async () => {
    const socket = await socketAt(stranger);
    const before = (await channels()).length;
    const flood = Promise.all(
      Array.from({ length: 30 }, async () => {
        for (let n = 0; n < 10; n++) expect(statusOf(await ask(socket, "INVITE", "055055"))).oneOf([401, 403, 503]);
      }),
    );
    const during = await channels();
    await flood;
    expect(during.length).equal(before);
    expect((await channels()).length).equal(before);
  });

  it("logs guessed passwords in the form that fail2ban reads with the shipped filter, and the owner is none of them", async () => {
    // Other tests of the run guess, too.
    const before = (await securityLog()).length;
    const socket = await socketAt(guesser);
    for (let n = 0; n < 6; n++) {
      const challenge = await ask(socket, "REGISTER", "966");
      const answer = await ask(socket, "REGISTER", "966", [authorization(challenge, asterisk.sip, `guess${n}`)]);
      expect(statusOf(answer)).oneOf([401, 403]);
    }
    const owner = await socketAt("127.0.0.68");
    const challenge = await ask(owner, "REGISTER", "966");
    const right = await ask(owner, "REGISTER", "966", [
      authorization(challenge, asterisk.sip, "a long and random password"),
    ]);
    expect(statusOf(right)).equal(200);
    // The log is written behind the answer.
    const told = (log: string) => log.match(/ChallengeResponseFailed.*127\.0\.0\.67/g)?.length ?? 0;
    const written = async () => (await securityLog()).slice(before);
    let log = await written();
    for (const until = Date.now() + 5_000; told(log) < 6 && Date.now() < until; log = await written()) {
      await asterisk.console("logger show channels");
    }
    const failures = await failuresOf(log);
    expect(failures.get(guesser)).equal(6);
    expect(failures.get("127.0.0.68")).equal(undefined);
    // Strangers of the tests before, who asked without knowing any account, are seen too.
    expect((await failuresOf(await securityLog())).get(stranger) ?? 0).greaterThan(4);
  });

  it("ships a jail that fail2ban takes as it is, and that shuts the SIP ports for UDP and TCP after five", async () => {
    const conf = join(settings, "etc");
    await cp(join(await opsRoot(), "etc/fail2ban"), conf, { recursive: true });
    // Debian's own jail for ssh would look for that server's log.
    await rm(join(conf, "jail.d"), { recursive: true });
    await cp(shipped, conf, { recursive: true });
    const jail = join(conf, "jail.d/055055-asterisk.conf");
    const text = await readFile(jail, "utf8");
    await writeFile(jail, text.replace("/var/log/asterisk/security.log", "/run/settings/security.log"));
    const tested = await runOpsProgram(settings, ["fail2ban-client", "-c", "/run/settings/etc", "--test"]);
    expect(tested.code, tested.words).equal(0);
    const { words } = await runOpsProgram(settings, ["fail2ban-client", "-c", "/run/settings/etc", "-d"]);
    for (const said of [
      "'addlogpath', '/run/settings/security.log'",
      "'maxretry', 5",
      "'bantime', '3600'",
      "['port', '5060,5061'], ['protocol', 'tcp,udp']",
    ]) {
      expect(words).contain(said);
    }
  });

  it("opens ARI to its own user alone, on loopback alone", async () => {
    for (const wrong of ["", "test:wrong", "admin:admin", `${asterisk.user}:`]) {
      expect((await ari("channels", wrong)).status, wrong).equal(401);
      expect((await ari("channels/x", wrong, "DELETE")).status, wrong).equal(401);
    }
    const port = Number(new URL(asterisk.url).port).toString(16).toUpperCase().padStart(4, "0");
    const listening = (await readFile("/proc/net/tcp", "utf8"))
      .split("\n")
      .filter((line) => line.includes(`:${port} 00000000`));
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).deep.equal([`0100007F:${port}`]);
    expect((await fetch(`${asterisk.url}/httpstatus`)).status).equal(404);
    // Right name and password, from another address of the very same machine.
    const right = `${asterisk.user}:${asterisk.password}`;
    expect(await statusFrom("127.0.0.1", "/ari/channels", right)).equal(200);
    expect(await statusFrom(stranger, "/ari/channels", right)).equal(403);
    const socket = {
      ...{ connection: "upgrade", upgrade: "websocket" },
      ...{ "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==", "sec-websocket-version": "13" },
    };
    expect(await statusFrom("127.0.0.1", "/ari/events?app=acl-test", right, socket)).equal(101);
    expect(await statusFrom(stranger, "/ari/events?app=acl-test", right, socket)).equal(403);
    expect(await asterisk.console("manager show settings")).match(/Manager \(AMI\): +No/);
  });
});

function authorization(challenge: string, sip: string, password: string): string {
  const user = "966";
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? "";
  const md5 = (text: string) => createHash("md5").update(text).digest("hex");
  const [realm, nonce, opaque] = [field("realm"), field("nonce"), field("opaque")];
  const uri = `sip:${sip}`;
  const [nc, cnonce] = ["00000001", "abcdef"];
  const first = md5(`${user}:${realm}:${password}`);
  const response = md5(`${first}:${nonce}:${nc}:${cnonce}:auth:${md5(`REGISTER:${uri}`)}`);
  return `Authorization: Digest username="${user}",realm="${realm}",nonce="${nonce}",uri="${uri}",response="${response}",algorithm=MD5,qop=auth,nc=${nc},cnonce="${cnonce}"${opaque ? `,opaque="${opaque}"` : ""}`;
}
