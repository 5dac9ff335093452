import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { writeAsteriskFiles } from "../src/start/asterisk-files.ts";
import { asteriskRoot } from "./support/asterisk.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));

/** ASVS 12.3, 13.2, 13.3: where secrets lie, and what the samples for production begin with. */
describe("secrets: none in the repository, files of the owner alone", () => {
  it("the repository holds no key, no token and no password of a service", () => {
    const patterns = [
      "-----BEGIN ([A-Z]+ )*PRIVATE KEY-----[^`$]{0,8}$",
      "\\bAKIA[0-9A-Z]{16}\\b",
      "\\bgh[pousr]_[A-Za-z0-9]{36}",
      "\\bxox[bap]-[0-9A-Za-z-]{20}",
      "(postgres(ql)?|amqps?|smtps?|imaps?)://[^:/@ ]+:[^@/ $]{16,}@",
    ];
    for (const pattern of patterns) {
      let found = "";
      try {
        found = execFileSync(
          "git",
          ["grep", "-nIP", "-e", pattern, "--", ".", ":!package-lock.json", ":!test/people-secrets.test.ts"],
          {
            cwd: checkout,
            encoding: "utf8",
          },
        );
      } catch (error) {
        // git grep ends with 1 when there is nothing to find.
        if (!(error instanceof Error && "status" in error && error.status === 1)) throw error;
      }
      expect(found, pattern).to.equal("");
    }
  });

  it("what is written for Asterisk is the owner's alone, and the program's password is in one file", async () => {
    const runDir = await mkdtemp(join(tmpdir(), "055055-secrets-"));
    try {
      const folders = await writeAsteriskFiles({
        ...{
          runDir,
          dialplanDir: join(checkout, "dialplan"),
          cacheRoot: asteriskRoot(),
          soundsDir: join(runDir, "sounds"),
        },
        ports: { sip: 1, http: 2, rtpFirst: 3, rtpLast: 4 },
        ari: { user: "test", password: "a password to look for" },
      });
      const etc = join(folders.base, "etc");
      const holding = execFileSync("grep", ["-rl", "a password to look for", runDir], { encoding: "utf8" });
      expect(holding.trim()).to.equal(join(etc, "generated", "ari-user.conf"));
      expect((await stat(join(etc, "generated", "ari-user.conf"))).mode & 0o777).to.equal(0o600);
    } finally {
      await rm(runDir, { recursive: true });
    }
  });

  it("the sample for production keeps the provider's leg encrypted, ARI off the network, and asks for passwords", async () => {
    const sample = await readFile(join(checkout, "asterisk.conf.sample"), "utf8");
    for (const line of [
      /^protocol = tls$/m,
      /^method = tlsv1_2$/m,
      /^transport = transport-tls /m,
      /^media_encryption = sdes /m,
      /^bindaddr = 127\.0\.0\.1$/m,
      /^acl = copies$/m,
      /^password_format = crypt$/m,
      /^live_dangerously = no$/m,
    ]) {
      expect(sample).to.match(line);
    }
    expect(sample).not.to.match(/^\s*(tls)?bind(addr)? = 0\.0\.0\.0/m);
    // What stands for a password says so; nobody copies a working one.
    const passwords = [...sample.matchAll(/^(?:password|secret) = (.+)$/gm)].map(([, value]) => value);
    expect(passwords).to.have.length.greaterThan(1);
    for (const value of passwords) expect(value).to.include("CHANGE");
  });
});
