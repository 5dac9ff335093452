import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type AsteriskServer, ownAsterisk } from "./support/asterisk.ts";
import { freePort } from "./support/database.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));

/** What asterisk.conf.sample says about ARI on a network, taken from the file itself and run (issue G 4). */
describe("asterisk: ARI on a network, as asterisk.conf.sample says", () => {
  let folder: string;
  let asterisk: AsteriskServer;
  let port: number;
  let certificate: string;
  const password = randomBytes(12).toString("hex");

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "055055-dialplan-"));
    await cp(join(checkout, "dialplan"), folder, { recursive: true });
    port = await freePort();
    certificate = makeCertificate(folder);
    const sample = await readFile(join(checkout, "asterisk.conf.sample"), "utf8");
    // Files that end in .conf are laid beside the others, whatever is in them.
    const keys = (text: string) => text.replace(/\/etc\/asterisk\/keys\/055055\.(pem|key)/g, "/run/055055/etc/$1.conf");
    const tls = sectionOf(sample, "http.conf")
      .split("\n")
      .filter((line) => /^; tls\w+ = /.test(line))
      .map((line) => line.slice(2).replace(/^(tlsbindaddr = ).*/, `$1127.0.0.1:${port}`));
    expect(tls).to.have.length(4);
    await change("http.conf", (own) => `${own}\n${keys(tls.join("\n"))}\n`);
    const hash = execFileSync("openssl", ["passwd", "-6", password], { encoding: "utf8" }).trim();
    const user = sectionOf(sample, "ari.conf").replace(/^password = .*$/m, () => `password = ${hash}`);
    await change("ari.conf", (own) => own.replace(/^#include.*$/m, () => user));
    await change("acl.conf", () => sectionOf(sample, "acl.conf"));
    asterisk = await ownAsterisk({ dialplanDir: folder, ari: { user: "055055", password } });
  });
  after(async () => {
    await asterisk?.stop();
    await rm(folder, { recursive: true });
  });

  async function change(name: string, how: (own: string) => string): Promise<void> {
    const file = join(folder, name);
    await writeFile(file, how(await readFile(file, "utf8")));
  }
  const over = async (tls: boolean, localAddress: string, auth: string): Promise<number> => {
    const options = { host: "127.0.0.1", path: "/ari/channels", localAddress, auth, agent: false };
    const asked = tls
      ? request({ ...options, port, ca: certificate, servername: "asterisk.example.it" })
      : plainRequest({ ...options, port: new URL(asterisk.url).port });
    asked.end();
    const [answer] = await once(asked, "response");
    answer.resume();
    return answer.statusCode;
  };

  it("answers its own user over TLS from the addresses of the list, and nobody else", async () => {
    const own = `055055:${password}`;
    for (const tls of [true, false]) {
      expect(await over(tls, "127.0.0.1", own)).to.equal(200);
      expect(await over(tls, "127.0.0.66", own), "right password, other address").to.equal(403);
      expect(await over(tls, "127.0.0.1", "055055:wrong")).to.equal(401);
      expect(await over(tls, "127.0.0.1", `test:${password}`)).to.equal(401);
    }
  });

  it("has no old TLS and nothing unencrypted at the port for the network", async () => {
    const old = request({ host: "127.0.0.1", port, path: "/ari/channels", agent: false, ...obsolete, ca: certificate });
    old.end();
    expect((await once(old, "error"))[0]).to.be.instanceOf(Error);
    const bare = plainRequest({
      host: "127.0.0.1",
      port,
      path: "/ari/channels",
      auth: `055055:${password}`,
      agent: false,
    });
    bare.end();
    const outcome = await new Promise((resolve) => {
      bare.on("response", (answer) => resolve(answer.statusCode));
      bare.on("error", () => resolve("cut"));
    });
    expect(outcome).not.to.equal(200);
  });
});

// Level 0: OpenSSL itself would not offer it otherwise, and nothing would be asked of Asterisk.
const obsolete = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;

/** The part of the sample under the heading that begins with this file's name. */
function sectionOf(sample: string, name: string): string {
  const parts = sample.split(/^; =+ /m);
  const found = parts.find((part) => part.startsWith(name));
  if (!found) throw new Error(`asterisk.conf.sample has no part ${name}`);
  return found.slice(found.indexOf("\n") + 1);
}

function makeCertificate(folder: string): string {
  const [key, pem] = [join(folder, "key.conf"), join(folder, "pem.conf")];
  const subject = ["-subj", "/CN=asterisk.example.it", "-addext", "subjectAltName=DNS:asterisk.example.it"];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...subject, "-keyout", key, "-out", pem], { stdio: "ignore" });
  return readFileSync(pem, "utf8");
}
