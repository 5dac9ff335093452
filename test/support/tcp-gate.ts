import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A way to a server that a test can cut or freeze: connection reset, half-open peer, nobody there. */
export class TcpGate {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  #frozen = false;
  #open = true;
  /** Connections taken so far. */
  accepted = 0;

  private constructor(target: { host: string; port: number }) {
    this.#server = createServer((near) => {
      this.accepted++;
      if (!this.#open) {
        near.resetAndDestroy();
        return;
      }
      this.#join(near, connect(target.port, target.host));
    });
  }

  static async to(url: string): Promise<TcpGate> {
    const { hostname, port } = new URL(url);
    const gate = new TcpGate({ host: hostname, port: Number(port) });
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Nothing passes any more and nobody is told (a cable pulled). New connections are taken and hang. */
  freeze(): void {
    this.#frozen = true;
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const pair of this.#pairs) for (const socket of pair) socket.resume();
  }

  /** Resets what is connected; with `stayShut` new connections are reset too, until {@link reopen}. */
  cut(stayShut = false): void {
    this.#open = !stayShut;
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  reopen(): void {
    this.#open = true;
  }

  async close(): Promise<void> {
    this.cut(true);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    const pair: [Socket, Socket] = [near, far];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay();
      from.on("data", (data) => to.write(data));
      from.on("end", () => to.end());
      // The other side learns it as its own loss of connection.
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.#frozen) from.pause();
    }
  }
}
