import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to Asterisk that can be cut, frozen, slowed down, or cut in the middle of a command. */
export class WireGate {
  private readonly server: Server;
  private readonly pairs = new Set<[Socket, Socket]>();
  private frozen = false;
  private delayMs = 0;
  /** Commands still to pass before the cut; negative: no cut is planned. */
  private commandsLeft = -1;
  private answerLost = true;
  cuts = 0;

  private constructor(target: { host: string; port: number }) {
    this.server = createServer((near) => this.join(near, connect(target.port, target.host)));
  }

  static async to(url: string): Promise<WireGate> {
    const { hostname, port } = new URL(url);
    const gate = new WireGate({ host: hostname, port: Number(port) });
    gate.server.listen(0, "127.0.0.1");
    await once(gate.server, "listening");
    return gate;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Everything that is connected is reset. */
  cut(): void {
    this.cuts++;
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Packets dropped, nobody told; new connections are taken and hang. */
  freeze(): void {
    this.frozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  /** Each way takes so much longer; order is kept. */
  slow(delayMs: number): void {
    this.delayMs = delayMs;
  }

  /** Cuts at a command that is on its way: carried out and its answer lost, or lost itself. */
  cutAtCommand(after: number, answerLost: boolean): void {
    this.commandsLeft = after;
    this.answerLost = answerLost;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, far: Socket): void {
    const pair: [Socket, Socket] = [near, far];
    this.pairs.add(pair);
    let begun = false;
    near.on("data", (data) => {
      // The first packet is the handshake; a ping of the socket is a few bytes.
      const isCommand = begun && data.length > 60;
      begun = true;
      if (isCommand && this.commandsLeft >= 0 && this.commandsLeft-- === 0) this.cutHere(far, data);
      else this.pass(data, far);
    });
    far.on("data", (data) => this.pass(data, near));
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay();
      from.on("end", () => to.end());
      // The other side learns it as its own loss of connection.
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.pairs.delete(pair);
      });
      if (this.frozen) from.pause();
    }
  }

  private cutHere(far: Socket, data: Buffer): void {
    if (!this.answerLost) return this.cut();
    far.write(data, () => setTimeout(() => this.cut(), 1));
  }

  private pass(data: Buffer, to: Socket): void {
    const write = () => {
      if (!to.destroyed) to.write(data);
    };
    if (this.delayMs === 0) write();
    else setTimeout(write, this.delayMs);
  }
}
