import { expect } from "chai";
import fc from "fast-check";
import { type FlowProblem, validateFlow } from "../src/ivr/editor/validate-flow.ts";
import { edgesOf, type FlowDocument, flowDocument } from "../src/ivr/flow.ts";
import { shippedPrompts } from "../src/ivr/prompts.ts";
import { runFlow } from "../src/ivr/run-flow.ts";
import { ScriptedFlowCall } from "./support/scripted-flow-call.ts";

const calendarId = "018f0000-0000-7000-8000-000000000001";
const agencyId = "018f0000-0000-7000-8000-0000000000a1";
const known = {
  promptNames: shippedPrompts,
  queueNames: new Set(["principale"]),
  calendarIds: new Set([calendarId]),
  agencyIds: new Set([agencyId]),
};

type Nodes = Record<string, unknown>;
const operators = { type: "queue", queue: "principale" };
const label = { it: "Uno", en: "One" };

function menu(changes: Nodes = {}): unknown {
  const choices = [{ key: "1", label, target: "operators" }];
  return { type: "menu", prompts: ["menu-main"], choices, timeout: "operators", ...changes };
}

function announce(next: string, prompt = "welcome"): unknown {
  return { type: "announce", prompts: [prompt], next };
}

function problemsOf(nodes: Nodes, start = "start"): FlowProblem[] {
  return validateFlow(flowDocument.parse({ start, nodes }), known);
}

/** Each problem names its node in both languages. */
function expectProblem(problems: FlowProblem[], code: FlowProblem["code"], node: string, ...words: string[]): void {
  expect(problems.map((one) => `${one.code} ${one.node}`)).to.deep.equal([`${code} ${node}`]);
  for (const text of [problems[0]?.it, problems[0]?.en])
    for (const word of [node, ...words]) expect(text).to.include(word);
}

describe("ivr: what keeps a flow from being published", () => {
  it("nothing keeps a good one", () => {
    expect(problemsOf({ start: announce("menu"), menu: menu(), operators })).to.deep.equal([]);
  });

  it("an unknown target", () => {
    expectProblem(problemsOf({ start: announce("nowhere") }), "unknown_target", "start", "nowhere");
    expectProblem(problemsOf({ operators }, "begin").slice(0, 1), "unknown_target", "begin");
    expectProblem(problemsOf({ start: announce("constructor") }), "unknown_target", "start", "constructor");
    const hours = { type: "hours", calendarId, open: "operators", closed: "operators", holiday: "gone" };
    expectProblem(problemsOf({ start: hours, operators }), "unknown_target", "start", "gone");
  });

  it("an unreachable node", () => {
    const problems = problemsOf({ start: announce("operators"), operators, island: announce("operators") });
    expectProblem(problems, "unreachable_node", "island");
  });

  it("a missing prompt, in either language, also those for wrong keys and silence", () => {
    const speak = (prompt: string) => problemsOf({ start: announce("operators", prompt), operators });
    expect(speak("nothing").map(({ en }) => en)).to.deep.equal([
      'Node "start" uses prompt "nothing", which does not exist in Italian.',
      'Node "start" uses prompt "nothing", which does not exist in English.',
    ]);
    expectProblem(speak("nothing@en"), "missing_prompt", "start", "nothing");
    const silent = problemsOf({ start: menu({ silencePrompt: "hush@it" }), operators });
    expectProblem(silent, "missing_prompt", "start", "hush");
  });

  it("a menu without a way out for who does not choose", () => {
    expectProblem(problemsOf({ start: menu({ timeout: undefined }), operators }), "menu_without_timeout", "start");
  });

  it("a key with two choices", () => {
    const choices = [1, 2].map(() => ({ key: "5", label, target: "operators" }));
    expectProblem(problemsOf({ start: menu({ choices }), operators }), "duplicate_key", "start", "5");
  });

  it("a loop without input, told once with its way", () => {
    const round = { start: announce("one"), one: announce("two"), two: announce("one") };
    expectProblem(problemsOf(round), "loop_without_input", "one", "one → two → one");
    expectProblem(problemsOf({ start: announce("start") }), "loop_without_input", "start", "start → start");
    const silence = { start: announce("menu"), menu: menu({ timeout: "start" }), operators };
    expectProblem(problemsOf(silence), "loop_without_input", "start", "start → menu → start");
  });

  it("but a loop that needs a key is fine", () => {
    const choices = [{ key: "9", label, target: "start" }];
    expect(problemsOf({ start: announce("menu"), menu: menu({ choices }), operators })).to.deep.equal([]);
  });

  it("an unknown queue, calendar or agency", () => {
    expectProblem(problemsOf({ start: { type: "queue", queue: "altra" } }), "unknown_queue", "start", "altra");
    const hours = { type: "hours", calendarId: agencyId, open: "operators", closed: "operators" };
    expectProblem(problemsOf({ start: hours, operators }), "unknown_calendar", "start");
    const choices = [{ key: "1", label, target: "operators", agencyId: calendarId }];
    expectProblem(problemsOf({ start: menu({ choices }), operators }), "unknown_agency", "start", "1");
  });

  it("what is no flow at all is refused by the schema", () => {
    const refused = [
      { start: "a", nodes: { a: { type: "teleport" } } },
      { start: "a", nodes: { A: operators } },
      { start: "a", nodes: { a: { ...operators, extra: 1 } } },
      { start: "a", nodes: { a: menu({ tries: 0 }) } },
      { start: "a", nodes: { a: menu({ timeoutSeconds: 1e9 }) } },
      { start: "a", nodes: { a: menu({ choices: [] }) } },
      { start: "a", nodes: { a: announce("b", "../../etc/passwd") } },
      { start: "a", nodes: { a: { type: "hangup", outcome: "answered" } } },
      { start: "a", nodes: Object.fromEntries([...Array(201).keys()].map((n) => [`n${n}`, operators])) },
    ];
    for (const document of refused)
      expect(flowDocument.safeParse(document).success, JSON.stringify(document)).to.equal(false);
  });
});

const names = ["start", "n1", "n2", "n3", "n4", "n5", "operators"] as const;
const target = fc.constantFrom(...names);
const randomNode = fc.oneof(
  target.map((next) => announce(next)),
  target.map((next) => ({ type: "privacy", prompts: ["privacy"], next })),
  fc.record({ open: target, closed: target }).map((exits) => ({ type: "hours", calendarId, ...exits })),
  target.map((next) => ({ type: "emergency", next })),
  target.map((next) => ({
    type: "language",
    prompts: ["language-choice"],
    choices: [{ key: "2", language: "en" }],
    next,
  })),
  fc.record({ timeout: target, first: target, second: target }).map(({ timeout, first, second }) =>
    menu({
      timeout,
      choices: [
        { key: "1", label, target: first },
        { key: "2", label, target: second },
      ],
    }),
  ),
  fc.constant(operators),
);
const randomFlow = fc.tuple(...names.slice(0, -1).map(() => randomNode)).map((nodes) =>
  flowDocument.parse({
    start: "start",
    nodes: { ...Object.fromEntries(nodes.map((node, at) => [names[at], node])), operators },
  }),
);

/** Unreachable nodes hurt nobody here: they are what random flows have most. */
function isSound(document: FlowDocument): boolean {
  return validateFlow(document, known).every(({ code }) => code === "unreachable_node");
}

describe("ivr: any flow that may be published", () => {
  it("ends, or waits for the caller: silence always gets out, each node at most once (property)", async () => {
    let sound = 0;
    await fc.assert(
      fc.asyncProperty(randomFlow, fc.boolean(), async (document, open) => {
        fc.pre(isSound(document));
        sound++;
        const call = new ScriptedFlowCall();
        const hours = open
          ? [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: "00:00", closes: "24:00" }))
          : [];
        const end = await runFlow(document, call, {
          now: () => new Date("2026-03-04T10:00:00Z"),
          calendar: () => ({ italianHolidays: false, localHolidays: [], hours, exceptions: [] }),
          agencies: () => [],
          fallbackQueueName: "never",
        });
        expect(end).to.include({ kind: "queue", queueName: "principale" });
        expect(new Set(call.visited).size).to.equal(call.visited.length);
      }),
      { numRuns: 300 },
    );
    expect(sound).to.equal(300);
  });

  it("and one with a loop without input is always found out (property)", () => {
    fc.assert(
      fc.property(randomFlow, (document) => {
        const reported = validateFlow(document, known).some(({ code }) => code === "loop_without_input");
        expect(reported).to.equal(hasFreeCircle(document));
      }),
      { numRuns: 300 },
    );
  });
});

/** Another way to see a circle: strip nodes without free edges until nothing changes; what is left circles. */
function hasFreeCircle(document: FlowDocument): boolean {
  const left = new Set(Object.keys(document.nodes));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const name of [...left]) {
      const node = document.nodes[name];
      if (node && !edgesOf(node).some((edge) => !edge.needsKey && left.has(edge.target))) left.delete(name);
    }
  }
  return left.size > 0;
}
