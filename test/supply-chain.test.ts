import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { checkSupply } from "../bench/check-supply.ts";

describe("supply: what comes from elsewhere", () => {
  const checkout = new URL("../", import.meta.url);

  it("is pinned, has a hash, a licence that goes with ours, no denied version, no script that was not looked at", () => {
    const { packages, faults } = checkSupply(checkout);
    expect(faults).deep.equal([]);
    expect(packages).greaterThan(300);
  });

  it("finds each of these faults when it is there", async () => {
    const folder = await mkdtemp(join(tmpdir(), "055055-supply-"));
    try {
      const lock = {
        packages: {
          "": {},
          "node_modules/request": { version: "2.88.2", license: "Apache-2.0", integrity: "x" },
          "node_modules/closed": { version: "1.0.0", license: "SEE LICENSE", integrity: "x" },
          "node_modules/loud": { version: "1.0.0", license: "MIT", integrity: "x", hasInstallScript: true },
          "node_modules/bare": { version: "1.0.0", license: "MIT" },
          "node_modules/a/node_modules/ws": { version: "6.2.7", license: "MIT", integrity: "x" },
        },
      };
      await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
      await writeFile(join(folder, "package.json"), JSON.stringify({ dependencies: { loose: "^1.0.0" } }));
      expect(checkSupply(pathToFileURL(`${folder}/`)).faults).deep.equal([
        "loose is not pinned: ^1.0.0",
        "request 2.88.2 has known faults",
        "closed 1.0.0: licence SEE LICENSE",
        "loud runs a script when installed",
        "bare has no hash in the lock file",
        "ws 6.2.7 has known faults",
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("says the same licence in the package file and in the licence file", async () => {
    expect(JSON.parse(await readFile(new URL("package.json", checkout), "utf8")).license).equal("GPL-3.0-or-later");
    expect(await readFile(new URL("LICENSE", checkout), "utf8")).contain("GNU GENERAL PUBLIC LICENSE");
  });
});
