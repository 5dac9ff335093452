import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Centre } from "./support/centre.ts";
import { citizenCalls } from "./support/sipp.ts";

describe("every call is counted", () => {
  let centre: Centre;
  before(async () => {
    centre = await Centre.start({ copies: 2, wrapUpSeconds: 0 });
  });
  after(async () => centre.close());

  const recorded = async (event: string): Promise<string[]> => {
    const lines = (await readFile(join(centre.asterisk.cdrDir, "calls.csv"), "utf8").catch(() => "")).split("\n");
    return lines.filter((line) => line.startsWith(`${event},`)).map((line) => line.split(",")[2] ?? "");
  };

  it("SIPp's calls, Asterisk's records and our rows are the same number, one contact and one case each", async () => {
    const operators = [];
    for (const seat of ["201", "202", "203", "204", "205", "206"]) operators.push(await centre.operator(seat));
    const before = new Set(await recorded("arrived"));
    let ringing = true;
    for (const operator of operators) {
      void (async () => {
        for (let n = 1; ringing; n++) {
          const call = await operator.rings(n, 20_000).catch(() => null);
          if (call) operator.phone.answer(call);
        }
      })();
    }
    const server = centre.asterisk.sip;
    const results = await Promise.all([
      citizenCalls({ server, calls: 40, rate: 10, talkMs: 400 }),
      // Numbers that nobody serves reach no dialplan of ours: no call, no row.
      citizenCalls({ server, calls: 5, rate: 5, number: "0550009999" }),
    ]);
    ringing = false;
    expect(results[0]?.code, "SIPp's successful calls").to.equal(0);
    expect(results[1]?.refusals.every((refusal) => refusal.startsWith("404"))).to.equal(true);
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0);
    const arrived = (await recorded("arrived")).filter((channel) => !before.has(channel));
    const rows = await centre.rows<{ channel_id: string; contacts: string }>(
      "select c.channel_id, a.contacts, a.cases from calls c join v_call_audit a on a.call_id = c.id",
      (found) => found.length >= 40,
    );
    expect(arrived.length).to.equal(40);
    expect(rows.map((row) => row.channel_id).sort()).to.deep.equal(arrived.sort());
    expect(await centre.exceptions()).to.deep.equal([]);
  });
});

describe("settings of a copy", () => {
  const program = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const ends = (environment: Record<string, string>) =>
    spawnSync(process.execPath, ["--import", "tsx", program], {
      env: { PATH: process.env.PATH, ...environment },
      encoding: "utf8",
      timeout: 20_000,
    });

  it("PostgreSQL unreachable at the start: one sentence, exit 1", () => {
    const { status, stderr } = ends({
      DATABASE_URL: "postgres://nobody:x@127.0.0.1:9/none",
      ASTERISK_URLS: "http://a:b@127.0.0.1:9",
      SESSION_SECRET: "a secret of the tests",
    });
    expect(status).to.equal(1);
    expect(stderr.trim().split("\n").at(-1)).to.match(/^PostgreSQL can not be reached: check DATABASE_URL/);
  });

  it("missing and wrong settings: one sentence each, exit 1", () => {
    const { status, stderr } = ends({ DATABASE_URL: "mysql://x", SESSION_SECRET: "short" });
    expect(status).to.equal(1);
    expect(stderr.trim().split("\n")).to.deep.equal([
      "Setting DATABASE_URL is wrong: must start with postgres://.",
      "Setting ASTERISK_URLS is missing (see .env.example).",
      "Setting SESSION_SECRET is wrong: must have at least 16 characters.",
    ]);
  });
});
