import { expect } from "chai";
import fc from "fast-check";
import { type FlowDocument, type FlowDraft, flowDocument } from "../src/ivr/flow.ts";
import { type FlowDeps, type FlowEnd, runFlow } from "../src/ivr/run-flow.ts";
import { type CallerAct, ScriptedCallerLeft, ScriptedFlowCall } from "./support/scripted-flow-call.ts";

const calendarId = "018f0000-0000-7000-8000-000000000001";
const agencyId = "018f0000-0000-7000-8000-0000000000a1";
const otherAgencyId = "018f0000-0000-7000-8000-0000000000a2";
const alwaysOpen = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "24:00" }));

const draft: FlowDraft = {
  start: "welcome",
  nodes: {
    welcome: { type: "announce", prompts: ["welcome"], next: "language" },
    language: {
      type: "language",
      prompts: ["language-choice"],
      choices: [{ key: "2", language: "en" }],
      tries: 1,
      next: "privacy",
    },
    privacy: { type: "privacy", prompts: ["privacy"], next: "hours" },
    hours: { type: "hours", calendarId, open: "emergency", closed: "closed", holiday: "holiday" },
    closed: { type: "hangup", prompts: ["closed"], outcome: "outside_hours" },
    holiday: { type: "hangup", prompts: ["holiday"], outcome: "outside_hours" },
    emergency: { type: "emergency", next: "menu" },
    menu: {
      type: "menu",
      prompts: ["menu-main"],
      choices: [
        { key: "1", label: { it: "Comune", en: "City" }, target: "operators", agencyId, priority: 2 },
        { key: "2", label: { it: "Ignoto", en: "Unknown" }, target: "operators", agencyId: otherAgencyId },
        { key: "*", label: { it: "Inglese", en: "English" }, target: "menu", language: "en" },
      ],
      timeout: "default-queue",
    },
    operators: { type: "queue", queue: "principale", priority: 1, prompts: ["to-queue"] },
    "default-queue": { type: "queue", queue: "generale" },
  },
};
const flow = flowDocument.parse(draft);

function deps(changes: Partial<FlowDeps> = {}): FlowDeps {
  const calendar = { italianHolidays: true, localHolidays: [], hours: alwaysOpen, exceptions: [] };
  return {
    now: () => new Date("2026-03-04T10:00:00Z"),
    calendar: () => calendar,
    agencies: () => [{ id: agencyId, emergencyOn: false, emergencyPrompt: null }],
    fallbackQueueName: "riserva",
    ...changes,
  };
}

/** Acts up to the menu: welcome, language prompt, its wait, privacy. */
const toMenu: CallerAct[] = [null, null, null, null];

async function run(
  acts: CallerAct[],
  changes: Partial<FlowDeps> = {},
  document: FlowDocument = flow,
): Promise<{ call: ScriptedFlowCall; end: FlowEnd }> {
  const call = new ScriptedFlowCall(acts);
  return { call, end: await runFlow(document, call, deps(changes)) };
}

const toDefault: FlowEnd = { kind: "queue", queueName: "generale", priority: 0, agencyId: null };

describe("ivr: a caller in a flow", () => {
  it("who chooses gets agency and priority, and the choice is noted", async () => {
    const { call, end } = await run([...toMenu, "1"]);
    expect(end).to.deep.equal({ kind: "queue", queueName: "principale", priority: 3, agencyId });
    expect(call.choices).to.deep.equal([{ node: "menu", key: "1", label: "Comune" }]);
    expect(call.visited).to.deep.equal(["welcome", "language", "privacy", "hours", "emergency", "menu", "operators"]);
    expect(call.heard).to.deep.equal(["welcome", "language-choice", "privacy", "menu-main", "to-queue"]);
  });

  it("who stays silent hears the menu three times, 5 s each, and goes to the timeout exit (I18)", async () => {
    const { call, end } = await run([]);
    expect(end).to.deep.equal(toDefault);
    expect(call.heard.slice(3)).to.deep.equal(["menu-main", "no-input", "menu-main", "no-input", "menu-main"]);
    expect(call.waitsMs).to.deep.equal([5_000, 5_000, 5_000, 5_000]);
  });

  it("who presses keys that are no choice is told so three times, # and A-D too (I19)", async () => {
    const { call, end } = await run([...toMenu, "#", null, "A", null, "7"]);
    expect(end).to.deep.equal(toDefault);
    expect(call.heard.slice(3)).to.deep.equal([
      "menu-main",
      "invalid-choice",
      "menu-main",
      "invalid-choice",
      "menu-main",
    ]);
  });

  it("takes the first valid key among garbage, and no key twice (I20)", async () => {
    const { call, end } = await run([...toMenu, "999#D1222222"]);
    expect(end).to.deep.equal({ kind: "queue", queueName: "principale", priority: 3, agencyId });
    expect(call.choices).to.have.length(1);
  });

  it("a key cuts the language prompt and counts once (I21)", async () => {
    const { call } = await run([null, "2", null, null]);
    expect(call.language).to.equal("en");
    expect(call.choices).to.deep.equal([]);
    expect(call.waitsMs).to.have.length(3);
  });

  it("a key that cuts an announcement is for the next menu; a wrong one is no try", async () => {
    const early = await run(["2"]);
    expect(early.call.language).to.equal("en");
    expect(early.call.heard[1]).to.equal("privacy");
    const wrong = await run(["9"]);
    expect(wrong.call.heard.slice(0, 3)).to.deep.equal(["welcome", "language-choice", "privacy"]);
  });

  it("keys during the privacy notice do not cut it and choose nothing", async () => {
    const { call, end } = await run([null, null, null, "1111"]);
    expect(call.heard.slice(2, 4)).to.deep.equal(["privacy", "menu-main"]);
    expect(end).to.deep.equal(toDefault);
  });

  it("a key that answers while being corrected is taken", async () => {
    const { end } = await run([...toMenu, "9", "1"]);
    expect(end).to.include({ queueName: "principale" });
  });

  it("a choice may change the language and come back to the menu", async () => {
    const { call, end } = await run([...toMenu, "*", "1"]);
    expect(call.language).to.equal("en");
    expect(call.visited.slice(-3)).to.deep.equal(["menu", "menu", "operators"]);
    expect(end).to.include({ agencyId });
  });

  it("an agency that is gone is not set", async () => {
    const { end } = await run([...toMenu, "2"]);
    expect(end).to.deep.equal({ kind: "queue", queueName: "principale", priority: 1, agencyId: null });
  });
});

describe("ivr: hours and emergencies in a flow", () => {
  const closed = { italianHolidays: true, localHolidays: ["03-05"], hours: [], exceptions: [] };

  it("outside hours the caller is told and the call ends", async () => {
    const { call, end } = await run([], { calendar: () => closed });
    expect(end).to.deep.equal({ kind: "hangup", outcome: "outside_hours" });
    expect(call.heard.at(-1)).to.equal("closed");
  });

  it("a holiday has its own announcement, or that of closed hours", async () => {
    const holiday = { calendar: () => closed, now: () => new Date("2026-03-05T10:00:00Z") };
    expect((await run([], holiday)).call.heard.at(-1)).to.equal("holiday");
    const { holiday: _, ...hours } = {
      type: "hours" as const,
      calendarId,
      open: "menu",
      closed: "closed",
      holiday: "",
    };
    const plain = flowDocument.parse({ ...draft, nodes: { ...draft.nodes, hours } });
    expect((await run([], holiday, plain)).call.heard.at(-1)).to.equal("closed");
  });

  it("a calendar that can not be read sends nobody away", async () => {
    const { end } = await run([], { calendar: () => undefined });
    expect(end).to.deep.equal(toDefault);
  });

  it("speaks each emergency that is on, once, before the menu", async () => {
    const agencies = () => [
      { id: agencyId, emergencyOn: true, emergencyPrompt: null },
      { id: otherAgencyId, emergencyOn: true, emergencyPrompt: "flood" },
      { id: calendarId, emergencyOn: true, emergencyPrompt: null },
      { id: "off", emergencyOn: false, emergencyPrompt: "silent" },
    ];
    const { call } = await run([], { agencies });
    expect(call.heard[3]).to.equal("emergency+flood");
    expect(call.heard[4]).to.equal("menu-main");
  });

  it("after the choice of an agency speaks only that one's", async () => {
    const nodes = {
      menu: { ...draft.nodes.menu, choices: [{ key: "1", label: { it: "a", en: "a" }, target: "banner", agencyId }] },
      banner: { type: "emergency", scope: "chosen", next: "operators" },
      operators: draft.nodes.operators,
      "default-queue": draft.nodes["default-queue"],
    };
    const document = flowDocument.parse({ start: "menu", nodes });
    const agencies = () => [
      { id: agencyId, emergencyOn: true, emergencyPrompt: "flood" },
      { id: otherAgencyId, emergencyOn: true, emergencyPrompt: "fire" },
    ];
    const { call } = await run(["1"], { agencies }, document);
    expect(call.heard).to.deep.equal(["menu-main", "flood", "to-queue"]);
  });
});

describe("ivr: going on and breaking off", () => {
  it("resumes at the node where the other copy left the caller", async () => {
    const call = new ScriptedFlowCall(["1"], { node: "menu" });
    const end = await runFlow(flow, call, deps());
    expect(call.heard).to.deep.equal(["menu-main", "to-queue"]);
    expect(end).to.include({ kind: "queue", queueName: "principale" });
  });

  it("begins anew when the node is not in the document", async () => {
    const call = new ScriptedFlowCall([], { node: "constructor" });
    await runFlow(flow, call, deps());
    expect(call.visited[0]).to.equal("welcome");
  });

  it("lets a hang-up at any step through as it is", async () => {
    const whole = (await run([...toMenu, "9", null, "1"])).call.steps;
    for (let leavesAt = 1; leavesAt <= whole; leavesAt++) {
      const call = new ScriptedFlowCall([...toMenu, "9", null, "1"], { leavesAt });
      const left = await runFlow(flow, call, deps()).catch((error: unknown) => error);
      expect(left, `step ${leavesAt} of ${whole}`).to.be.instanceOf(ScriptedCallerLeft);
      expect(call.steps).to.equal(leavesAt);
    }
  });

  it("a document that was never validated ends in a queue", async () => {
    const lost: FlowDraft = {
      start: "a",
      nodes: { a: { type: "announce", prompts: ["x"], next: "b" }, b: { type: "announce", prompts: ["x"], next: "a" } },
    };
    const { end } = await run([], {}, flowDocument.parse(lost));
    expect(end).to.deep.equal({ kind: "queue", queueName: "riserva", priority: 0, agencyId: null });
    const nowhere = flowDocument.parse({ ...lost, start: "nowhere" });
    expect((await run([], {}, nowhere)).end).to.include({ queueName: "riserva" });
  });

  it("ends in bounded steps whatever is pressed (property)", async () => {
    const act = fc.option(fc.string({ unit: fc.constantFrom(..."0123456789*#ABCD"), maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
        const { call, end } = await run(acts);
        expect(end.kind).to.equal("queue");
        expect(call.steps).to.be.lessThan(20_000);
      }),
    );
  });
});
