import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { AsteriskConnection } from "../src/asterisk/connection.ts";
import { silentLogger } from "../src/log.ts";
import { anyTcpPort } from "../src/start/machine/free-ports.ts";

/** What tells an Asterisk that is gone from one that is only out of reach: its machine says that nobody listens. */
describe("an Asterisk at whose address nobody listens", () => {
  let server: Server | null = null;
  let connection: AsteriskConnection;
  afterEach(async () => {
    await connection.close();
    server?.close();
  });

  async function until(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + 5_000;
    while (!holds()) {
      if (performance.now() > deadline) throw new Error(`refused for ${connection.refusedMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it("is known to be gone for as long, until somebody answers there", async () => {
    const port = await anyTcpPort();
    connection = new AsteriskConnection({
      ...{ address: { url: `http://127.0.0.1:${port}`, user: "u", password: "p" }, application: "055055-refused" },
      ...{ mayAct: () => true, log: silentLogger, onConnected: async () => undefined },
      ...{ onEvent: () => undefined, onDisconnected: () => undefined, onReplaced: () => undefined },
    });
    expect(connection.refusedMs).to.equal(0);
    connection.start();
    await until(() => connection.refusedMs > 300);
    // One that is starting takes the connection and is not ready yet: no longer gone.
    server = createServer((socket) => socket.destroy()).listen(port, "127.0.0.1");
    await once(server, "listening");
    await until(() => connection.refusedMs === 0);
  });
});
