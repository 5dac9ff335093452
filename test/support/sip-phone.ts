import { createSocket, type Socket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { RtpStream } from "./rtp-stream.ts";
import { authorization, header, parseSip, type SipMessage, tagOf, token, uriOf } from "./sip-message.ts";
import { noteCitizen } from "./written/citizens-of-tests.ts";

export type PhoneOptions = {
  /** Address of Asterisk, `127.0.0.1:5060`. */
  server: string;
  /** Own address: citizens of the demo call from 127.0.0.9. */
  address?: string;
  /** Own port, where Asterisk calls over the trunk; any when left out. */
  port?: number;
  account?: { user: string; password: string };
  /** Hz of the tone it speaks. */
  tone?: number;
  /** What it does when it rings; default: rings until told. */
  onInvite?: (call: PhoneCall) => void;
};

type Ended = { by: "us" | "them"; status: number };

/** One dialog of a phone. Times are performance.now() milliseconds. */
export class PhoneCall extends EventEmitter {
  readonly rtp: RtpStream;
  readonly invite: SipMessage | null;
  callId = `${token()}@phone`;
  localTag = token();
  remoteTag: string | null = null;
  remoteUri = "";
  target = "";
  cseq = 1;
  rtpPort = 0;
  /** Our Via of the INVITE and our side of the dialog, for CANCEL, ACK and BYE. */
  localVia = "";
  localParty = "";
  /** What the dialog's requests must pass, nearest first (Record-Route of a proxy). */
  routes: string[] = [];
  /** Final answer to our INVITE, or the one we gave. */
  status = 0;
  provisional: number[] = [];
  ended: Ended | null = null;
  readonly at: { invite?: number; ringing?: number; answered?: number; ended?: number } = {};

  constructor(rtp: RtpStream, invite: SipMessage | null) {
    super();
    this.rtp = rtp;
    this.invite = invite;
  }

  /** Resolves at the first of the named moments, "answered" or "ended", or now if it has been. */
  async until(moment: "answered" | "ended", timeoutMs = 10_000): Promise<void> {
    if (this.at[moment] !== undefined) return;
    await once(this, moment, { signal: AbortSignal.timeout(timeoutMs) });
  }
}

/** A SIP phone for tests: UDP, digest, PCMA, RFC 4733 keys. What it sees is the judge's evidence. */
export class SipPhone {
  private readonly socket: Socket = createSocket("udp4");
  private readonly calls = new Map<string, PhoneCall>();
  private readonly waiting = new Map<string, (answer: SipMessage) => void>();
  private readonly options: PhoneOptions;
  private readonly host: string;
  private readonly port: number;
  private localPort = 0;
  readonly address: string;
  /** Every INVITE it got, in order. */
  readonly invited: PhoneCall[] = [];

  constructor(options: PhoneOptions) {
    this.options = options;
    this.address = options.address ?? "127.0.0.1";
    const [host = "", port = "5060"] = options.server.split(":");
    this.host = host;
    this.port = Number(port);
  }

  async open(): Promise<this> {
    this.socket.bind(this.options.port ?? 0, this.address);
    await once(this.socket, "listening");
    this.localPort = this.socket.address().port;
    this.socket.on("message", (packet) => this.receive(parseSip(packet.toString("utf8"))));
    if (this.options.account) await this.register(300);
    return this;
  }

  /** Ends what is up, without waiting, and frees the port. */
  async close(): Promise<void> {
    for (const call of this.calls.values()) {
      if (!call.ended && call.status === 200) this.hangUp(call);
      call.rtp.close();
    }
    this.calls.clear();
    if (this.options.account && this.alive) await this.register(0).catch(() => undefined);
    this.vanish();
  }

  /** As if its cable was pulled: no BYE, no unregistration. */
  vanish(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const call of this.calls.values()) call.rtp.goSilent();
    this.socket.close();
  }
  private alive = true;

  /** The other side has gone without a word, and so has every call with it. */
  forgetCalls(): void {
    for (const call of this.calls.values()) this.end(call, { by: "them", status: 0 });
  }

  async register(seconds: number): Promise<void> {
    const user = this.options.account?.user ?? "";
    const uri = `sip:${this.host}:${this.port}`;
    const callId = token();
    let extra: string[] = [];
    for (let cseq = 1; cseq <= 3; cseq++) {
      const answer = await this.request("REGISTER", uri, {
        from: `<sip:${user}@${this.host}>;tag=${token()}`,
        to: `<sip:${user}@${this.host}>`,
        callId,
        cseq,
        extra: [...extra, `Contact: <sip:${user}@${this.address}:${this.localPort}>`, `Expires: ${seconds}`],
      });
      if (answer.status === 200) return;
      if (answer.status !== 401 || !this.options.account) throw new Error(`registration: ${answer.start}`);
      const challenge = header(answer, "www-authenticate");
      extra = [`Authorization: ${authorization(challenge, this.options.account, "REGISTER", uri)}`];
    }
    throw new Error("registration refused");
  }

  /** The call that rings after `before` others. */
  async nextInvite(before: number, limitMs = 8_000): Promise<PhoneCall> {
    const deadline = performance.now() + limitMs;
    while (this.invited.length <= before) {
      if (performance.now() > deadline) throw new Error("the phone did not ring");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.invited[before] as PhoneCall;
  }

  /** Every call it had is over. */
  async settled(limitMs = 10_000): Promise<void> {
    for (const call of this.invited) await call.until("ended", limitMs);
  }

  /** Calls a number; resolves when the INVITE is out. `from` is the caller's user part, `name` the display name. */
  async dial(number: string, from = "0550001234", name = "", headers: string[] = []): Promise<PhoneCall> {
    noteCitizen({ number: from, name });
    const call = await this.newCall(null);
    call.at.invite = performance.now();
    call.remoteUri = `sip:${number}@${this.host}:${this.port}`;
    call.target = call.remoteUri;
    this.calls.set(call.callId, call);
    void this.sendInvite(call, from, name, headers);
    return call;
  }

  /** 180, then 200 when `answer` is called. */
  ring(call: PhoneCall): void {
    call.at.ringing = performance.now();
    this.reply(call, 180, "Ringing");
  }

  answer(call: PhoneCall): void {
    if (call.ended || call.status !== 0 || !call.invite) return;
    call.status = 200;
    call.at.answered = performance.now();
    this.reply(call, 200, "OK", this.sdp(call));
    this.listenTo(call, call.invite.body);
    call.emit("answered");
  }

  refuse(call: PhoneCall, status: number): void {
    if (call.ended || call.status !== 0) return;
    call.status = status;
    this.reply(call, status, "No");
    this.end(call, { by: "us", status });
  }

  /** BYE, or CANCEL before the answer. */
  hangUp(call: PhoneCall): void {
    if (call.ended) return;
    if (call.status === 200) {
      const bye = this.inDialog(call, "BYE");
      this.end(call, { by: "us", status: 200 });
      void this.request("BYE", call.target, bye).catch(() => undefined);
      return;
    }
    call.emit("cancel");
    this.send([
      `CANCEL ${call.target} SIP/2.0`,
      `Via: ${call.localVia}`,
      `From: ${call.localParty}`,
      `To: <${call.remoteUri}>`,
      `Call-ID: ${call.callId}`,
      `CSeq: ${call.cseq} CANCEL`,
      "Max-Forwards: 70",
      "Content-Length: 0",
    ]);
  }

  private async newCall(invite: SipMessage | null): Promise<PhoneCall> {
    const rtp = new RtpStream(this.address, this.options.tone ?? 0);
    const call = new PhoneCall(rtp, invite);
    call.rtpPort = await rtp.open();
    return call;
  }

  private async sendInvite(call: PhoneCall, from: string, name: string, headers: string[]): Promise<void> {
    call.localParty = `${name ? `"${name}" ` : ""}<sip:${from}@${this.address}>;tag=${call.localTag}`;
    const contact = `Contact: <sip:${from}@${this.address}:${this.localPort}>`;
    const extra = [contact, ...headers, "Content-Type: application/sdp"];
    const dialog = { from: call.localParty, to: `<${call.remoteUri}>`, callId: call.callId, cseq: call.cseq, extra };
    const answer = await this.request("INVITE", call.target, dialog, this.sdp(call), call).catch(() => null);
    if (!answer) return this.end(call, { by: "them", status: 0 });
    call.status = answer.status ?? 0;
    call.remoteTag = tagOf(header(answer, "to"));
    const contactOf = uriOf(header(answer, "contact"));
    if (call.status !== 200) {
      this.sendAck(call, call.target, call.localVia);
      return this.end(call, { by: "them", status: call.status });
    }
    call.target = contactOf || call.target;
    call.routes = [...(answer.headers.get("record-route") ?? [])].reverse();
    this.sendAck(call, call.target);
    call.at.answered = performance.now();
    this.listenTo(call, answer.body);
    call.emit("answered");
  }

  private sendAck(
    call: PhoneCall,
    uri: string,
    via = `SIP/2.0/UDP ${this.address}:${this.localPort};branch=z9hG4bK${token()}`,
  ): void {
    this.send([
      `ACK ${uri} SIP/2.0`,
      `Via: ${via}`,
      `From: ${call.localParty}`,
      `To: <${call.remoteUri}>${call.remoteTag ? `;tag=${call.remoteTag}` : ""}`,
      `Call-ID: ${call.callId}`,
      `CSeq: ${call.cseq} ACK`,
      ...call.routes.map((route) => `Route: ${route}`),
      "Max-Forwards: 70",
      "Content-Length: 0",
    ]);
  }

  private receive(message: SipMessage): void {
    if (message.status !== null) return this.receiveAnswer(message);
    const call = this.calls.get(header(message, "call-id"));
    switch (message.method) {
      case "OPTIONS":
        return this.replyTo(message, 200, "OK");
      case "INVITE":
        if (!call) void this.receiveInvite(message);
        else if (call.status === 200) this.replyTo(message, 200, "OK", this.sdp(call), call);
        return;
      case "BYE":
        this.replyTo(message, 200, "OK");
        if (call) this.end(call, { by: "them", status: 200 });
        return;
      case "CANCEL":
        this.replyTo(message, 200, "OK");
        if (call?.status !== 0) return;
        call.status = 487;
        this.reply(call, 487, "Request Terminated");
        return this.end(call, { by: "them", status: 487 });
      case "ACK":
        return;
      default:
        return this.replyTo(message, 200, "OK");
    }
  }

  private async receiveInvite(invite: SipMessage): Promise<void> {
    const placeholder = header(invite, "call-id");
    if (this.invited.some((call) => call.callId === placeholder)) return;
    const call = new PhoneCall(new RtpStream(this.address, this.options.tone ?? 0), invite);
    call.callId = placeholder;
    call.at.invite = performance.now();
    call.remoteTag = tagOf(header(invite, "from"));
    call.remoteUri = uriOf(header(invite, "from"));
    call.target = uriOf(header(invite, "contact"));
    call.routes = invite.headers.get("record-route") ?? [];
    call.localParty = `${header(invite, "to")};tag=${call.localTag}`;
    this.calls.set(call.callId, call);
    this.invited.push(call);
    call.rtpPort = await call.rtp.open();
    if (this.options.onInvite) this.options.onInvite(call);
    else this.ring(call);
  }

  private receiveAnswer(message: SipMessage): void {
    const key = `${header(message, "call-id")} ${header(message, "cseq")}`;
    const status = message.status ?? 0;
    if (status >= 200) return this.waiting.get(key)?.(message);
    const call = this.calls.get(header(message, "call-id"));
    call?.provisional.push(status);
    call?.emit("provisional", status);
  }

  private inDialog(call: PhoneCall, _method: string): Dialog {
    call.cseq++;
    const to = `<${call.remoteUri}>${call.remoteTag ? `;tag=${call.remoteTag}` : ""}`;
    return {
      from: call.localParty,
      to,
      callId: call.callId,
      cseq: call.cseq,
      extra: call.routes.map((route) => `Route: ${route}`),
    };
  }

  private async request(method: string, uri: string, dialog: Dialog, body = "", call?: PhoneCall): Promise<SipMessage> {
    const via = `SIP/2.0/UDP ${this.address}:${this.localPort};branch=z9hG4bK${token()}`;
    if (call) call.localVia = via;
    const key = `${dialog.callId} ${dialog.cseq} ${method}`;
    const lines = [
      `${method} ${uri} SIP/2.0`,
      `Via: ${via}`,
      `From: ${dialog.from}`,
      `To: ${dialog.to}`,
      `Call-ID: ${dialog.callId}`,
      `CSeq: ${dialog.cseq} ${method}`,
      "Max-Forwards: 70",
      "User-Agent: test phone",
      ...dialog.extra,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const answer = new Promise<SipMessage>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${method}: no answer`)), method === "INVITE" ? 120_000 : 4_000);
      this.waiting.set(key, (message) => {
        clearTimeout(limit);
        resolve(message);
      });
      limit.unref();
    });
    this.send(lines, body);
    try {
      return await answer;
    } finally {
      this.waiting.delete(key);
    }
  }

  private reply(call: PhoneCall, status: number, reason: string, body = ""): void {
    if (call.invite) this.replyTo(call.invite, status, reason, body, call);
  }

  private replyTo(request: SipMessage, status: number, reason: string, body = "", call?: PhoneCall): void {
    const to = header(request, "to");
    this.send(
      [
        `SIP/2.0 ${status} ${reason}`,
        ...(request.headers.get("via") ?? []).map((via) => `Via: ${via}`),
        ...(request.headers.get("record-route") ?? []).map((route) => `Record-Route: ${route}`),
        `From: ${header(request, "from")}`,
        `To: ${tagOf(to) || status === 100 ? to : `${to};tag=${call?.localTag ?? token()}`}`,
        `Call-ID: ${header(request, "call-id")}`,
        `CSeq: ${header(request, "cseq")}`,
        `Contact: <sip:${this.options.account?.user ?? "phone"}@${this.address}:${this.localPort}>`,
        ...(body ? ["Content-Type: application/sdp"] : []),
        `Content-Length: ${Buffer.byteLength(body)}`,
      ],
      body,
    );
  }

  private listenTo(call: PhoneCall, sdp: string): void {
    const port = Number(/m=audio (\d+)/.exec(sdp)?.[1] ?? 0);
    const address = /c=IN IP4 (\S+)/.exec(sdp)?.[1] ?? this.host;
    if (port > 0) call.rtp.sendTo(address, port);
  }

  private sdp(call: PhoneCall): string {
    const lines = ["v=0", `o=- 1 1 IN IP4 ${this.address}`, "s=-", `c=IN IP4 ${this.address}`, "t=0 0"];
    lines.push(`m=audio ${call.rtpPort} RTP/AVP 8 101`, "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000");
    return `${[...lines, "a=fmtp:101 0-16", "a=ptime:20", "a=sendrecv"].join("\r\n")}\r\n`;
  }

  private end(call: PhoneCall, ended: Ended): void {
    if (call.ended) return;
    call.ended = ended;
    call.at.ended = performance.now();
    call.rtp.close();
    this.calls.delete(call.callId);
    call.emit("ended");
  }

  private send(lines: string[], body = ""): void {
    if (this.alive) this.socket.send(`${lines.join("\r\n")}\r\n\r\n${body}`, this.port, this.host);
  }
}

type Dialog = { from: string; to: string; callId: string; cseq: number; extra: string[] };
