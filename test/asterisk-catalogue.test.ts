import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { ApiDocs } from "../src/asterisk/catalogue/api-docs.ts";
import { type Catalogue, compileCatalogue, loadCatalogue } from "../src/asterisk/catalogue/catalogue.ts";
import { usedOperations } from "../src/asterisk/catalogue/operations.ts";
import { sharedAsterisk } from "./support/asterisk.ts";
import { FakeAsterisk } from "./support/fake-asterisk.ts";
import { rejection } from "./support/recorded-link.ts";

const fakeDocs = async (): Promise<ApiDocs> =>
  JSON.parse(await readFile(new URL("support/fake-api-docs.json", import.meta.url), "utf8"));

describe("the catalogue of operations that ari-client reads", () => {
  let catalogue: Catalogue;
  let fake: FakeAsterisk;
  let dir: string;

  before(async () => {
    catalogue = await compileCatalogue("test", await fakeDocs());
  });
  beforeEach(async () => {
    fake = await FakeAsterisk.start();
    dir = await mkdtemp(join(tmpdir(), "055055-catalogue-"));
  });
  afterEach(async () => {
    await fake.close();
    await rm(dir, { recursive: true });
  });

  it("puts each parameter where Asterisk wants it", () => {
    const played = catalogue.operation("channels", "playWithId", {
      channelId: "a/b c",
      playbackId: "p?1",
      media: ["sound:x", "digits:12"],
      lang: "it",
    });
    expect(played).to.deep.equal({
      name: "channels.playWithId",
      method: "POST",
      uri: "channels/a%2Fb%20c/play/p%3F1",
      query: [
        { name: "media", value: "sound:x,digits:12" },
        { name: "lang", value: "it" },
      ],
      body: null,
    });
    const set = catalogue.operation("channels", "setChannelVars", { channelId: "x", variables: { A: "1" } });
    expect(set).to.include({ uri: "channels/x/variables", body: '{"variables":{"A":"1"}}' });
    const dialled = catalogue.operation("channels", "dial", { channelId: "x", timeout: 20 });
    expect(dialled.query).to.deep.equal([{ name: "timeout", value: "20" }]);
  });

  it("refuses what Asterisk would not understand", () => {
    expect(() => catalogue.operation("channels", "answer", { channelId: "" })).to.throw(TypeError, "needs channelId");
    const misspelt = { channelId: "x", reasn: "busy" } as { channelId: string };
    expect(() => catalogue.operation("channels", "hangup", misspelt)).to.throw(TypeError, "knows no parameter reasn");
    const unknown = "explode" as "answer";
    expect(() => catalogue.operation("channels", unknown, { channelId: "x" })).to.throw(TypeError, "has no operation");
  });

  it("says at load which operation an Asterisk lacks", async () => {
    const docs = await fakeDocs();
    for (const api of docs.events?.apis ?? []) api.operations = [];
    expect((await rejection(compileCatalogue("20.1", docs))).message).to.equal(
      "Asterisk 20.1 lacks the operations events.claimChannel, events.userEvent",
    );
  });

  it("is kept on disk by version and read from there when Asterisk can not be asked", async () => {
    await loadCatalogue(fake.address, "kept/../1", dir);
    const [file = ""] = await readdir(dir);
    expect(file).to.equal("api-docs-kept_.._1.json");
    // Another version, since one process reads each version only once.
    await writeFile(join(dir, "api-docs-kept-2.json"), await readFile(join(dir, file)));
    fake.description = "html";
    const kept = await loadCatalogue(fake.address, "kept-2", dir);
    expect(kept.operation("asterisk", "ping", {}).uri).to.equal("asterisk/ping");
  });

  it("asks Asterisk again when the kept file is broken", async () => {
    await writeFile(join(dir, "api-docs-broken.json"), '{"channels":{"apis":[');
    await loadCatalogue(fake.address, "broken", dir);
    expect(JSON.parse(await readFile(join(dir, "api-docs-broken.json"), "utf8"))).to.have.property("channels");
  });

  it("does not keep a failure", async () => {
    fake.description = "half";
    expect(await rejection(loadCatalogue(fake.address, "later", dir))).to.be.instanceOf(Error);
    fake.description = "good";
    await loadCatalogue(fake.address, "later", dir);
    expect(await readdir(dir)).to.deep.equal(["api-docs-later.json"]);
  });

  it("of the fake is that of the real Asterisk", async () => {
    const { url, user, password } = await sharedAsterisk();
    const real = await loadCatalogue({ url, user, password }, "real", null);
    const used = Object.entries(usedOperations).flatMap(([resource, names]) =>
      names.map((name) => `${resource}.${name}`),
    );
    expect(used.map((name) => real.describe(name))).to.deep.equal(used.map((name) => catalogue.describe(name)));
  });
});
