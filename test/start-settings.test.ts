import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { runCommand } from "../src/start/machine/run-command.ts";
import { isVersionAtLeast } from "../src/start/packages/debian-root.ts";
import { readSettings } from "../src/start/settings.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));

describe("start: settings", () => {
  it("need nothing: one machine, two copies, the usual ports", () => {
    const settings = readSettings("/nowhere", {});
    expect(settings).to.include({ webPort: 8055, sipPort: 5060, ariPort: 8088, dbPort: 55_432, copies: 2 });
    expect(settings).to.include({ rtpFirst: 10_000, rtpLast: 19_999, runDir: "/nowhere/run", databaseUrl: null });
    expect(settings.servedNumbers).to.deep.equal(["055055"]);
  });

  const wrong: [string, string][] = [
    ["PORT", "http"],
    ["PORT", "70000"],
    ["COPIES", "0"],
    ["COPIES", "two"],
    ["RTP_PORTS", "10000"],
    ["RTP_PORTS", "10000-10010"],
    ["SERVED_NUMBERS", "055055,12"],
    ["SERVED_NUMBERS", "_X."],
    ["DATABASE_URL", "mysql://host/db"],
    ["ASTERISK_URLS", "ftp://user:password@host"],
    ["ASTERISK_URLS", "http://host:8088"],
    ["ROLE", "calls,king"],
    ["LOG_LEVEL", "loud"],
    ["PUBLIC_URL", "055055.example.it"],
    ["DEBIAN_MIRROR", "a mirror"],
  ];
  for (const [name, value] of wrong) {
    it(`one sentence for ${name}=${value}`, () => {
      expect(() => readSettings("/nowhere", { [name]: value })).to.throw(
        new RegExp(`^Setting ${name} is wrong: .+\\.$`),
      );
    });
  }

  it("an empty value is none, and .env is read under the environment", async () => {
    const folder = await mkdtemp(join(tmpdir(), "055055-settings-"));
    await writeFile(join(folder, ".env"), "SMTP_URL=smtps://mail.example.it\nCOPIES=5\nPORT=9000\n");
    try {
      const settings = readSettings(folder, { COPIES: "3", SIP_PORT: "" });
      expect(settings).to.include({ copies: 3, webPort: 9000, sipPort: 5060 });
      expect(settings.environment).to.include({ SMTP_URL: "smtps://mail.example.it" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("npm start ends with 1 and that one sentence", async () => {
    const env = { ...process.env, COPIES: "many", npm_lifecycle_event: undefined };
    const result = await runCommand(process.execPath, ["src/start/bootstrap.mjs"], { cwd: checkout, env });
    expect(result.code).to.equal(1);
    expect(result.output.trim().split("\n")).to.have.length(1);
    expect(result.output).to.match(/^Setting COPIES is wrong: /);
  });

  it("compares versions number by number", () => {
    expect(isVersionAtLeast("22.10.1+dfsg+~cs6", "22.10.1")).to.equal(true);
    expect(isVersionAtLeast("22.9.3", "22.10.1")).to.equal(false);
    expect(isVersionAtLeast("22.10", "22.10.1")).to.equal(false);
    expect(isVersionAtLeast("23.0.0", "22.10.1")).to.equal(true);
  });
});
