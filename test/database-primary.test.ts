import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { DatabaseListener } from "../src/database/listen.ts";
import { createPool, isDatabaseAway, type Pool } from "../src/database/pool.ts";
import { primaryUrl, serverUrls } from "../src/database/primary-server.ts";
import { silentLogger } from "../src/log.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { OwnDatabase } from "./support/own-database.ts";

const recoverMs = 3_000;

describe("several database servers", () => {
  let template: TestDatabase;
  let first: OwnDatabase;
  let second: OwnDatabase;
  let pool: Pool;
  let listener: DatabaseListener;
  const heard: string[] = [];
  let connections = 0;

  before(async () => {
    template = await testDatabase();
    first = await OwnDatabase.start({ from: template.url });
    second = await OwnDatabase.start({ from: first.url, standby: "second" });
    // The standby is named first: order means nothing.
    const urls = `${second.url}, ${first.url}`;
    pool = createPool(urls, "calls", 3, silentLogger);
    const hear = ({ payload }: { payload: string }) => void heard.push(payload);
    listener = new DatabaseListener(urls, ["news"], hear, () => connections++, silentLogger);
    await listener.start();
  });
  after(async () => {
    await listener.close();
    await pool.end();
    await first.close();
    await second.close();
    await template.drop();
  });

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    const limit = performance.now() + recoverMs;
    while (!(await holds())) {
      if (performance.now() > limit) throw new Error("not in time");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const writesTo = async (server: OwnDatabase): Promise<boolean> =>
    pool
      .query("select inet_server_port() as port, pg_notify('news', $1)", [String(server.port)])
      .then(({ rows }) => rows[0].port === server.port)
      .catch((error: unknown) => {
        // Whatever fails meanwhile must look like an absence, so that it waits or is refused as one.
        if (!isDatabaseAway(error)) throw error;
        return false;
      });

  it("reads the setting with blanks and commas", () => {
    expect(serverUrls("postgres://a:x,y@h1/d, postgres://h2/d\n postgresql://h3:1/d,")).to.deep.equal([
      "postgres://a:x,y@h1/d",
      "postgres://h2/d",
      "postgresql://h3:1/d",
    ]);
  });

  it("one address is taken as it is, unasked", async () => {
    expect(await primaryUrl("postgres://nobody@127.0.0.1:9/none")).to.equal("postgres://nobody@127.0.0.1:9/none");
  });

  it("writes and listens at the one that takes writes, in whatever order they are named", async () => {
    expect(await writesTo(first)).to.equal(true);
    await until(() => heard.includes(String(first.port)));
  });

  it("says that none takes writes", async () => {
    const error = await primaryUrl(`${second.url} postgres://x@127.0.0.1:9/none`).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "57P03" });
    expect(isDatabaseAway(error)).to.equal(true);
  });

  it("one that takes the connection and says nothing, as a frozen one does, is away", async () => {
    const frozen = createServer().listen(0, "127.0.0.1");
    await once(frozen, "listening");
    const { port } = frozen.address() as AddressInfo;
    const asking = createPool(`postgres://x@127.0.0.1:${port}/none`, "calls", 1, silentLogger);
    try {
      const error = await asking.query("select 1").catch((reason: unknown) => reason);
      expect(isDatabaseAway(error), String(error)).to.equal(true);
    } finally {
      await asking.end();
      frozen.close();
    }
  });

  it("moves pool and listener when a frozen one is replaced, and does not go back to it when it wakes", async () => {
    const before = connections;
    await first.signalAll("SIGSTOP");
    await second.ask("select pg_promote()");
    await until(() => writesTo(second));
    await until(() => connections > before);
    await until(async () => (await writesTo(second)) && heard.includes(String(second.port)));
    await first.signalAll("SIGCONT");
    expect((await first.ask("select pg_is_in_recovery() as standby")).rows[0].standby).to.equal(false);
    expect(await primaryUrl(`${first.url},${second.url}`)).to.equal(second.url);
    expect(await writesTo(second)).to.equal(true);
  });
});
