import { once } from "node:events";
import WebSocket from "ws";
import { authorization, header, parseSip, type SipMessage, token } from "../../test/support/sip-message.ts";
import type { TestClient } from "../../test/support/web.ts";

/**
 * The line of a phone in the page: SIP over the WebSocket at /sip of a copy, as far as being registered and rung goes.
 * It rings and never answers.
 */
export class PageLine {
  private readonly socket: WebSocket;
  private readonly account: { user: string; password: string };
  private readonly answers: ((message: SipMessage) => void)[] = [];
  /** Call-IDs of the INVITEs that came. */
  readonly rung: string[] = [];

  private constructor(socket: WebSocket, account: { user: string; password: string }) {
    this.socket = socket;
    this.account = account;
    socket.on("message", (data) => this.receive(parseSip(String(data))));
  }

  static async open(url: string, client: TestClient, account: { user: string; password: string }): Promise<PageLine> {
    const headers = { cookie: client.cookie, origin: url };
    const socket = new WebSocket(`${url.replace("http", "ws")}/sip`, ["sip"], { headers });
    await once(socket, "open", { signal: AbortSignal.timeout(5_000) });
    return new PageLine(socket, account);
  }

  /** Status of the last answer: 200 when registered. */
  async register(): Promise<number> {
    const callId = token();
    let proof: string[] = [];
    for (let cseq = 1; ; cseq++) {
      const answered = new Promise<SipMessage>((resolve) => this.answers.push(resolve));
      this.send([
        "REGISTER sip:055055 SIP/2.0",
        `Via: SIP/2.0/WS page.invalid;branch=z9hG4bK${token()}`,
        `From: <sip:${this.account.user}@055055>;tag=${token()}`,
        `To: <sip:${this.account.user}@055055>`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} REGISTER`,
        `Contact: <sip:${this.account.user}@page.invalid;transport=ws>`,
        "Expires: 300",
        "Max-Forwards: 70",
        ...proof,
      ]);
      const answer = await answered;
      if (answer.status !== 401 || cseq > 1) return answer.status ?? 0;
      const challenge = header(answer, "www-authenticate");
      proof = [`Authorization: ${authorization(challenge, this.account, "REGISTER", "sip:055055")}`];
    }
  }

  close(): void {
    this.socket.terminate();
  }

  private receive(message: SipMessage): void {
    if (message.status !== null) {
      if (message.status >= 200) this.answers.shift()?.(message);
      return;
    }
    if (message.method === "ACK") return;
    if (message.method === "INVITE") {
      this.rung.push(header(message, "call-id"));
      return this.reply(message, "180 Ringing");
    }
    this.reply(message, "200 OK");
  }

  private reply(request: SipMessage, status: string): void {
    const lists = ["via", "record-route"].flatMap((name) =>
      (request.headers.get(name) ?? []).map((value) => `${name === "via" ? "Via" : "Record-Route"}: ${value}`),
    );
    const to = header(request, "to");
    this.send([
      `SIP/2.0 ${status}`,
      ...lists,
      `From: ${header(request, "from")}`,
      `To: ${to.includes(";tag=") ? to : `${to};tag=page`}`,
      `Call-ID: ${header(request, "call-id")}`,
      `CSeq: ${header(request, "cseq")}`,
      `Contact: <sip:${this.account.user}@page.invalid;transport=ws>`,
    ]);
  }

  private send(lines: string[]): void {
    this.socket.send(`${[...lines, "Content-Length: 0"].join("\r\n")}\r\n\r\n`);
  }
}
