import WebSocket from "ws";
import type { AsteriskServer } from "../../src/start/asterisk-server.ts";

/** Name of its ARI application: not one that the dialplan offers calls to. */
const application = "bench-judge";

/**
 * Sees from outside when a citizen and an operator were joined: both legs are in one bridge, by Asterisk's own time.
 * Costs Asterisk some CPU, so it listens only where times are measured, not where rates are.
 */
export class Judge {
  private readonly socket: WebSocket;
  private readonly legs = new Map<string, { callId: string; atMs: number }[]>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.take(String(data)));
    socket.on("error", () => undefined); // Asterisk ends before or after it: what was heard counts
  }

  static async listen(asterisk: AsteriskServer): Promise<Judge> {
    const authorization = `Basic ${Buffer.from(`${asterisk.user}:${asterisk.password}`).toString("base64")}`;
    const address = `${asterisk.url.replace("http", "ws")}/ari/events?app=${application}&subscribeAll=true`;
    const socket = new WebSocket(address, { headers: { authorization }, perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const judge = new Judge(socket);
    const answer = await fetch(`${asterisk.url}/ari/applications/${application}/eventFilter`, {
      method: "PUT",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ allowed: [{ type: "ChannelEnteredBridge" }] }),
    });
    if (!answer.ok) throw new Error(`Asterisk refused the judge's filter: ${answer.status}.`);
    return judge;
  }

  /** SIP Call-ID of the citizen → when both were in one bridge, wall clock milliseconds. */
  joined(): Map<string, number> {
    const joined = new Map<string, number>();
    for (const legs of this.legs.values()) {
      const [first, second] = legs;
      if (!first || !second) continue;
      for (const { callId } of [first, second]) joined.set(callId, Math.max(first.atMs, second.atMs));
    }
    return joined;
  }

  close(): void {
    this.socket.close();
  }

  private take(text: string): void {
    const event = JSON.parse(text);
    if (event.type !== "ChannelEnteredBridge" || event.bridge?.bridge_type !== "mixing") return;
    const legs = this.legs.get(event.bridge.id) ?? [];
    this.legs.set(event.bridge.id, legs);
    const callId = String(event.channel?.protocol_id ?? "");
    if (!legs.some((leg) => leg.callId === callId)) legs.push({ callId, atMs: Date.parse(event.timestamp) });
  }
}
