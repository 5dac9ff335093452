import { expect } from "chai";
import { Centre } from "./support/centre.ts";
import { TcpGate } from "./support/tcp-gate.ts";

describe("PostgreSQL away in mid-call", () => {
  let centre: Centre;
  let gate: TcpGate;
  before(async () => {
    centre = await Centre.start({ copies: 0, wrapUpSeconds: 0 });
    const real = new URL(centre.database.url);
    gate = await TcpGate.to(`http://${real.host}`);
    const through = new URL(centre.database.url);
    through.port = new URL(gate.url).port;
    await centre.startCopy({ DATABASE_URL: through.href });
  });
  after(async () => {
    await centre.close();
    await gate.close();
  });

  it("talks go on, places are kept, ends are written later, new calls go to the parachute", async () => {
    const anna = await centre.operator("201", { tone: 1_000 });
    const bruno = await centre.operator("202");
    const talks = [await centre.call("0550006001"), await centre.call("0550006002")];
    for (const operator of [anna, bruno]) operator.phone.answer(await operator.rings());
    await centre.rows("select from calls where state = 'talking'", (rows) => rows.length === 2);
    const citizen = await centre.citizen(600);
    const waiting = await citizen.dial("055055", "0550006003");
    await centre.rows("select from calls where state = 'waiting'", (rows) => rows.length === 1);

    gate.cut(true);
    const [, brunosCall] = [await anna.rings(), await bruno.rings()];
    const [first, second] = talks;
    if (!first || !second) throw new Error("two calls");
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect([first.ended, second.ended, waiting.ended], "nobody was cut").to.deep.equal([null, null, null]);
    const newcomer = await centre.call("0550006004");
    await newcomer.until("answered", 6_000).catch((e) => {
      throw new Error(`newcomer ${e}`);
    });
    // One talk ends while nothing can be written: the partner is hung up all the same.
    bruno.phone.hangUp(brunosCall);
    const ended =
      [first, second].find((call) => call.ended) ??
      (await Promise.race(
        [first, second].map((call) =>
          call.until("ended").then(
            () => call,
            (e) => {
              throw new Error(`ended ${e}`);
            },
          ),
        ),
      ));
    expect(ended.ended).to.include({ by: "them" });
    expect(waiting.ended).to.equal(null);

    gate.reopen();
    const again = await bruno.rings(2, 10_000);
    bruno.phone.answer(again);
    await centre.rows(
      "select state from calls where caller_e164 = '+390550006003'",
      (rows) => rows[0]?.state === "talking",
    );
    newcomer.phone.hangUp(newcomer);
    citizen.hangUp(waiting);
    anna.phone.hangUp(await anna.rings());
    await centre.rows("select from calls where state <> 'ended'", (rows) => rows.length === 0, 15_000);
    await centre.rows("select from calls", (rows) => rows.length === 4, 15_000);
    expect(await centre.exceptions()).to.deep.equal([]);
    expect(await centre.ari("channels")).to.deep.equal([]);
  });
});
