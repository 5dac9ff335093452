import { edgesOf, type FlowDocument, type FlowNode, nodeNamed, promptsOf } from "../flow.ts";
import { type PromptNames, promptLanguages, promptName } from "../prompts.ts";

/** What exists beside the flow and may be named in it. */
export type FlowSurroundings = {
  promptNames: PromptNames;
  queueNames: ReadonlySet<string>;
  calendarIds: ReadonlySet<string>;
  agencyIds: ReadonlySet<string>;
};

export type FlowProblem = {
  code:
    | "unknown_target"
    | "unreachable_node"
    | "missing_prompt"
    | "menu_without_timeout"
    | "duplicate_key"
    | "loop_without_input"
    | "unknown_queue"
    | "unknown_calendar"
    | "unknown_agency";
  /** The node to look at; for a wrong start, the name that is not there. */
  node: string;
  it: string;
  en: string;
};

/** Everything that keeps a flow from being published (REQ 1.1); empty when it may be. */
export function validateFlow(document: FlowDocument, known: FlowSurroundings): FlowProblem[] {
  const nodes = Object.entries(document.nodes);
  return [
    ...startProblems(document),
    ...nodes.flatMap(([name, node]) => targetProblems(document, name, node)),
    ...unreachableProblems(document),
    ...nodes.flatMap(([name, node]) => promptProblems(name, node, known.promptNames)),
    ...nodes.flatMap(([name, node]) => menuProblems(name, node)),
    ...nodes.flatMap(([name, node]) => surroundingProblems(name, node, known)),
    ...loopProblems(document),
  ];
}

function startProblems(document: FlowDocument): FlowProblem[] {
  const { start } = document;
  if (nodeNamed(document, start)) return [];
  const it = `Il flusso comincia dal nodo «${start}», che non esiste.`;
  return [{ code: "unknown_target", node: start, it, en: `The flow starts at node "${start}", which does not exist.` }];
}

function targetProblems(document: FlowDocument, node: string, content: FlowNode): FlowProblem[] {
  const missing = new Set(edgesOf(content).map(({ target }) => target));
  return [...missing]
    .filter((target) => !nodeNamed(document, target))
    .map((target) => ({
      code: "unknown_target",
      node,
      it: `Il nodo «${node}» porta al nodo «${target}», che non esiste.`,
      en: `Node "${node}" leads to node "${target}", which does not exist.`,
    }));
}

function unreachableProblems(document: FlowDocument): FlowProblem[] {
  const reached = reachableFrom(document, document.start);
  return Object.keys(document.nodes)
    .filter((node) => !reached.has(node))
    .map((node) => ({
      code: "unreachable_node",
      node,
      it: `Nessuna strada porta al nodo «${node}»: collegarlo o toglierlo.`,
      en: `No way leads to node "${node}": connect it or remove it.`,
    }));
}

function reachableFrom(document: FlowDocument, start: string): Set<string> {
  const reached = new Set<string>();
  const ahead = [start];
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    const node = nodeNamed(document, name);
    if (!node || reached.has(name)) continue;
    reached.add(name);
    ahead.push(...edgesOf(node).map(({ target }) => target));
  }
  return reached;
}

function promptProblems(node: string, content: FlowNode, names: PromptNames): FlowProblem[] {
  const missing = new Map<string, FlowProblem>();
  for (const prompt of promptsOf(content)) {
    const name = promptName(prompt);
    for (const language of promptLanguages(prompt)) {
      if (names[language].has(name)) continue;
      const [it, en] = language === "it" ? ["italiano", "Italian"] : ["inglese", "English"];
      missing.set(`${name} ${language}`, {
        code: "missing_prompt",
        node,
        it: `Il nodo «${node}» usa l'annuncio «${name}», che in ${it} non esiste.`,
        en: `Node "${node}" uses prompt "${name}", which does not exist in ${en}.`,
      });
    }
  }
  return [...missing.values()];
}

function menuProblems(node: string, content: FlowNode): FlowProblem[] {
  if (content.type !== "menu" && content.type !== "language") return [];
  const problems: FlowProblem[] = [];
  if (content.type === "menu" && content.timeout === undefined)
    problems.push({
      code: "menu_without_timeout",
      node,
      it: `Il menu «${node}» non dice dove va chi non sceglie: indicare l'uscita «timeout».`,
      en: `Menu "${node}" does not say where a caller goes who does not choose: give its "timeout" exit.`,
    });
  const keys = content.choices.map(({ key }) => key);
  for (const key of new Set(keys.filter((one, at) => keys.indexOf(one) !== at)))
    problems.push({
      code: "duplicate_key",
      node,
      it: `Nel nodo «${node}» il tasto ${key} ha più di una scelta.`,
      en: `In node "${node}" key ${key} has more than one choice.`,
    });
  return problems;
}

function surroundingProblems(node: string, content: FlowNode, known: FlowSurroundings): FlowProblem[] {
  if (content.type === "queue" && !known.queueNames.has(content.queue)) {
    const it = `Il nodo «${node}» porta alla coda «${content.queue}», che non esiste.`;
    const en = `Node "${node}" leads to queue "${content.queue}", which does not exist.`;
    return [{ code: "unknown_queue", node, it, en }];
  }
  if (content.type === "hours" && !known.calendarIds.has(content.calendarId)) {
    const it = `Il nodo «${node}» usa un orario che non esiste.`;
    return [{ code: "unknown_calendar", node, it, en: `Node "${node}" uses opening hours that do not exist.` }];
  }
  if (content.type !== "menu") return [];
  return content.choices
    .filter(({ agencyId }) => agencyId !== undefined && !known.agencyIds.has(agencyId))
    .map(({ key }) => ({
      code: "unknown_agency",
      node,
      it: `Nel menu «${node}» il tasto ${key} indica un ente che non esiste.`,
      en: `In menu "${node}" key ${key} names an agency that does not exist.`,
    }));
}

/**
 * A way that comes back to a node without asking for a key would hold a silent caller for ever. One problem a
 * circle, found by walking only the edges that need no key.
 */
function loopProblems(document: FlowDocument): FlowProblem[] {
  const problems: FlowProblem[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (name: string): void => {
    const node = nodeNamed(document, name);
    if (!node || finished.has(name)) return;
    if (path.includes(name)) {
      problems.push(loopProblem(path.slice(path.indexOf(name))));
      return;
    }
    path.push(name);
    for (const { target, needsKey } of edgesOf(node)) if (!needsKey) walk(target);
    path.pop();
    finished.add(name);
  };
  for (const name of Object.keys(document.nodes)) walk(name);
  return problems;
}

function loopProblem(circle: string[]): FlowProblem {
  const node = circle[0] ?? "";
  const way = [...circle, node].join(" → ");
  return {
    code: "loop_without_input",
    node,
    it: `Dal nodo «${node}» si torna a «${node}» senza che chi chiama prema un tasto: ${way}.`,
    en: `From node "${node}" the way comes back to "${node}" without any key pressed: ${way}.`,
  };
}
