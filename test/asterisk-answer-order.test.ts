import { expect } from "chai";
import { setGlobal } from "../src/asterisk/asterisk-variables.ts";
import { answerLeg, listLegs } from "../src/asterisk/leg.ts";
import { FakeAsterisk, type FakeCommand } from "./support/fake-asterisk.ts";
import { RecordedLink, rejection } from "./support/recorded-link.ts";

describe("the order of answers and events", () => {
  let fake: FakeAsterisk;
  let opened: RecordedLink;

  beforeEach(async () => {
    fake = await FakeAsterisk.start();
    opened = await new RecordedLink({ address: fake.address }).open();
  });
  afterEach(async () => {
    await opened.connection.close();
    await fake.close();
  });

  it("an event before the answer of the command that caused it", async () => {
    fake.answer("POST channels/x/answer", ({ application }) => {
      fake.legEvent(application, "ChannelStateChange", "x");
      return { status: 204 };
    });
    await answerLeg(opened.connection, "x");
    expect(opened.typesOf("x")).to.deep.equal(["ChannelStateChange"]);
  });

  it("answers in another order than their commands", async () => {
    const held: FakeCommand[] = [];
    fake.answer("GET asterisk/variable", (command) => {
      if (held.push(command) === 3) {
        for (const late of held.reverse()) fake.reply(late, { status: 200, body: { value: late.query.variable } });
      }
      return "never";
    });
    const ask = (variable: string) => opened.connection.command("asterisk", "getGlobalVar", { variable });
    expect(await Promise.all(["A", "B", "C"].map(ask))).to.deep.equal([{ value: "A" }, { value: "B" }, { value: "C" }]);
  });

  it("an answer twice, and one after its time-out, disturb nothing", async () => {
    fake.answer("POST channels/x/answer", "never");
    await rejection(answerLeg(opened.connection, "x", { timeoutMs: 20 }));
    const late = fake.commands.at(-1) as FakeCommand;
    fake.answer("POST channels/y/answer", (command) => {
      fake.reply(late, { status: 204 });
      fake.reply(command, { status: 204 });
      return { status: 500 };
    });
    await answerLeg(opened.connection, "y");
    await setGlobal(opened.connection, "C055_TEST", "1");
    expect(opened.disconnects).to.equal(0);
  });

  it("a repair that fails is made again on a new connection, and its events wait for the good one", async () => {
    let failures = 0;
    opened.repair = async (connection) => {
      fake.legEvent(opened.application, "StasisStart", `seen-${failures}`, { args: [] });
      await listLegs(connection);
      if (++failures < 3) throw new Error("the database is away");
    };
    fake.reset();
    await opened.until(() => opened.events.length === 1);
    expect(opened.events[0]).to.have.nested.property("leg.id", "seen-2");
    expect(opened.repairs).to.deep.equal([false, false]);
  });
});
