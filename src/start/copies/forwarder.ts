import { connect, createServer, type Server, type Socket } from "node:net";

export type Forwarder = { port: number /** Cuts what is open, too. */; close(): Promise<void> };

const connectLimitMs = 1_000;
const tries = 50;
const retryPauseMs = 200;

/**
 * The one address of all copies: a TCP forwarder that hands each connection to the next copy in turn. A copy that
 * refuses is passed over for the next one; with none at all it tries again for 10 s, the time of a restart on a busy
 * machine.
 */
export async function startForwarder(port: number, copyPorts: () => number[]): Promise<Forwarder> {
  let turn = 0;
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open.add(client);
    client.on("close", () => open.delete(client));
    client.on("error", () => client.destroy()); // a browser that goes away is no event
    void findCopy(client, copyPorts, () => turn++).then((copy) => (copy ? join(client, copy) : client.destroy()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1" }, () => resolve());
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

async function findCopy(client: Socket, copyPorts: () => number[], nextTurn: () => number): Promise<Socket | null> {
  for (let attempt = 0; attempt < tries && !client.destroyed; attempt++) {
    const ports = copyPorts();
    const first = nextTurn();
    for (let i = 0; i < ports.length; i++) {
      const copy = await tryCopy(ports[(first + i) % ports.length]!);
      if (copy) return copy;
    }
    await new Promise((resolve) => setTimeout(resolve, retryPauseMs));
  }
  return null;
}

function tryCopy(port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const refuse = () => {
      socket.destroy();
      resolve(null);
    };
    socket.once("error", refuse);
    socket.setTimeout(connectLimitMs, refuse);
    socket.once("connect", () => {
      socket.off("error", refuse);
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      resolve(socket);
    });
  });
}

function join(client: Socket, copy: Socket): void {
  copy.on("error", () => client.destroy());
  copy.on("close", () => client.destroy());
  client.on("close", () => copy.destroy());
  client.pipe(copy);
  copy.pipe(client);
}
