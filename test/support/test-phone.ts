import { createHash } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** As much of a SIP phone as presence needs: registers by UDP with digest, and answers Asterisk's OPTIONS. */
export class TestPhone {
  readonly #socket: Socket;
  readonly #server: { host: string; port: number };
  readonly #user: string;
  readonly #password: string;
  #sequence = 0;

  private constructor(socket: Socket, server: { host: string; port: number }, user: string, password: string) {
    this.#socket = socket;
    this.#server = server;
    this.#user = user;
    this.#password = password;
    socket.on("message", (message) => {
      if (!message.toString().startsWith("OPTIONS ")) return;
      const kept = message
        .toString()
        .split("\r\n")
        .filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
      this.#send(["SIP/2.0 200 OK", ...kept, "Content-Length: 0", "", ""]);
    });
  }

  /** `sip` is host:port of Asterisk. */
  static async at(sip: string, user: string, password: string): Promise<TestPhone> {
    const [host = "", port = ""] = sip.split(":");
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new TestPhone(socket, { host, port: Number(port) }, user, password);
  }

  /** Registers for so many seconds; 0 takes the registration back. Throws when Asterisk refuses. */
  async register(expires: number): Promise<void> {
    const challenge = await this.#ask(expires, []);
    const [realm = "", nonce = ""] = ["realm", "nonce"].map(
      (name) => new RegExp(`${name}="([^"]+)"`).exec(challenge)?.[1],
    );
    const md5 = (text: string) => createHash("md5").update(text).digest("hex");
    const secret = md5(`${this.#user}:${realm}:${this.#password}`);
    const proof = md5(`${secret}:${nonce}:00000001:c:auth:${md5(`REGISTER:${this.#uri}`)}`);
    const answer = await this.#ask(expires, [
      `Authorization: Digest username="${this.#user}", realm="${realm}", nonce="${nonce}", uri="${this.#uri}", ` +
        `response="${proof}", qop=auth, nc=00000001, cnonce="c", algorithm=MD5`,
    ]);
    if (!answer.startsWith("SIP/2.0 200")) throw new Error(`not registered: ${answer.split("\r\n")[0]}`);
  }

  close(): void {
    this.#socket.close();
  }

  get #uri(): string {
    return `sip:${this.#server.host}:${this.#server.port}`;
  }

  async #ask(expires: number, more: string[]): Promise<string> {
    const here = `127.0.0.1:${this.#socket.address().port}`;
    const me = `<sip:${this.#user}@${this.#server.host}>`;
    this.#sequence++;
    this.#send([
      `REGISTER ${this.#uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};rport;branch=z9hG4bK-${this.#socket.address().port}-${this.#sequence}`,
      `From: ${me};tag=t`,
      `To: ${me}`,
      `Call-ID: ${here}`,
      `CSeq: ${this.#sequence} REGISTER`,
      `Contact: <sip:${this.#user}@${here}>`,
      "Max-Forwards: 70",
      `Expires: ${expires}`,
      ...more,
      "Content-Length: 0",
      "",
      "",
    ]);
    for (;;) {
      const [message] = (await once(this.#socket, "message")) as [Buffer];
      if (message.toString().startsWith("SIP/2.0")) return message.toString();
    }
  }

  #send(lines: string[]): void {
    this.#socket.send(lines.join("\r\n"), this.#server.port, this.#server.host);
  }
}
