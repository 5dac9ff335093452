import { createSocket } from "node:dgram";
import { createServer } from "node:net";

/** Whether `port` can be bound on `host` by TCP now; somebody may take it a moment later. */
export function isTcpPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export function isUdpPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

/** A port that the system gives out, free a moment ago. */
export function anyTcpPort(host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host }, () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** The usual port if free, else any. */
export async function tcpPort(usual: number, host?: string): Promise<number> {
  return (await isTcpPortFree(usual, host)) ? usual : anyTcpPort(host);
}

/** SIP needs the same number by UDP and by TCP. */
export async function sipPort(usual: number): Promise<number> {
  for (let port = usual, attempt = 0; attempt < 50; attempt++, port = await anyTcpPort()) {
    if ((await isTcpPortFree(port)) && (await isUdpPortFree(port))) return port;
  }
  throw new Error("No port was found that is free for SIP by UDP and by TCP on 127.0.0.1.");
}

/**
 * A block of media ports, by chance among those below the system's own range, so that two Asterisks of one machine
 * seldom share one (they may: a port that is taken is skipped by Asterisk).
 */
export function rtpPorts(size = 4000): { rtpFirst: number; rtpLast: number } {
  const blocks = Math.floor((32_000 - 10_000) / size);
  const rtpFirst = 10_000 + size * Math.floor(Math.random() * blocks);
  return { rtpFirst, rtpLast: rtpFirst + size - 1 };
}
