import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect } from "chai";

describe("ari-client's tree", () => {
  it("holds none of its dead or vulnerable dependencies", async () => {
    const lock = JSON.parse(await readFile(new URL("../package-lock.json", import.meta.url), "utf8"));
    const versions = (wanted: string) =>
      Object.entries(lock.packages as Record<string, { name?: string; version: string }>)
        .filter(([path, { name }]) => (name ?? path.split("node_modules/").at(-1)) === wanted)
        .map(([, { version }]) => version);
    expect(versions("ari-client")).to.deep.equal(["2.2.0"]);
    expect(versions("request")).to.deep.equal([]);
    expect(versions("ws").filter((version) => !version.startsWith("8."))).to.deep.equal([]);
    expect(versions("cookiejar").filter((version) => version.startsWith("1."))).to.deep.equal([]);
    // What is installed, as ari-client itself finds it.
    const find = createRequire(createRequire(import.meta.url).resolve("ari-client"));
    expect(find("request/package.json")).to.include({ name: "@cypress/request", version: "3.0.10" });
    expect(find("ws/package.json").version).to.match(/^8\./);
    expect(find("uuid/package.json").version).to.match(/^11\./);
  });
});
