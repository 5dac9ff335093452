import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { runCommand } from "../src/start/machine/run-command.ts";

const shipped = fileURLToPath(new URL("../ops/nftables/055055-sip.nft", import.meta.url));
const sender = fileURLToPath(new URL("support/flood-sender.mjs", import.meta.url));

/** The rules that stand before Asterisk, in the kernel, in a network of the test's own (issue G 4). */
describe("telephony: the shipped limit on floods", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "055055-flood-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("lets one address through with 80 messages at once, another one besides, and the provider with all", async () => {
    // Every address of a network with loopback alone is one of ours: here only the provider's is.
    const rules = join(folder, "sip.nft");
    const text = await readFile(shipped, "utf8");
    expect(text).contain("elements = { 127.0.0.0/8 }");
    await writeFile(rules, text.replace("elements = { 127.0.0.0/8 }", "elements = { 127.0.0.9 }"));
    const { code, output } = await runCommand("unshare", [
      ...["--net", "--", process.execPath, sender, rules, "1000", "127.0.0.66", "127.0.0.9", "127.0.0.67"],
    ]);
    expect(code, output).equal(0);
    const arrived = JSON.parse(output.trim().split("\n").at(-1) ?? "");
    expect(arrived["127.0.0.9"]).equal(1000);
    // The burst, and 40 a second for as long as a busy machine takes to send the rest.
    for (const address of ["127.0.0.66", "127.0.0.67"]) expect(arrived[address]).within(80, 400);
  });

  it("can be loaded again while it stands", async () => {
    const twice = `ip link set lo up && nft -f ${shipped} && nft -f ${shipped} && nft list table inet sip_055055`;
    const { code, output } = await runCommand("unshare", ["--net", "--", "sh", "-c", twice]);
    expect(code, output).equal(0);
    expect(output.match(/limit rate over 40\/second burst 80 packets/g)).length(2);
  });
});
