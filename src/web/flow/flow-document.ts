/** A flow as the editor holds it: it may be wrong in any way, so its members are known by name only. */
export type DraftNode = { type: string; [member: string]: unknown };
export type DraftFlow = { start: string; nodes: Record<string, DraftNode> };
export type DraftEdge = { from: string; to: string; label: string };
export type EdgeWords = { open: string; closed: string; holiday: string; timeout: string };

export const nodeTypes = ["announce", "privacy", "language", "hours", "emergency", "menu", "queue", "hangup"] as const;
export type NodeType = (typeof nodeTypes)[number];

/** What a new node begins with; the server says what is still missing. */
export function freshNode(type: NodeType, next: string): DraftNode {
  switch (type) {
    case "announce":
    case "privacy":
      return { type, prompts: ["welcome"], next };
    case "language":
      return { type, prompts: ["language-choice@it"], choices: [{ key: "1", language: "it" }], next };
    case "hours":
      return { type, calendarId: "", open: next, closed: next };
    case "emergency":
      return { type, scope: "any", next };
    case "menu":
      return {
        type,
        prompts: ["menu-main"],
        choices: [{ key: "1", label: { it: "Operatore", en: "Operator" }, target: next }],
        timeout: next,
      };
    case "queue":
      return { type, queue: "principale" };
    case "hangup":
      return { type, outcome: "ended_by_flow", prompts: ["goodbye"] };
  }
}

/** Text → document, or why not. Anything that is no flow at all is refused here; the rest is the server's to judge. */
export function readFlowText(text: string): DraftFlow | string {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value) || typeof value.start !== "string" || !isRecord(value.nodes)) return "start, nodes";
    const strange = Object.entries(value.nodes).find(([, node]) => !isRecord(node) || typeof node.type !== "string");
    return strange ? `nodes.${strange[0]}` : (value as DraftFlow);
  } catch (error) {
    return error instanceof SyntaxError ? error.message : String(error);
  }
}

export function edgesOfFlow(flow: DraftFlow, words: EdgeWords): DraftEdge[] {
  return Object.entries(flow.nodes).flatMap(([from, node]) => {
    const edges: DraftEdge[] = [];
    const edge = (to: unknown, label: string) => {
      if (typeof to === "string" && to !== "") edges.push({ from, to, label });
    };
    for (const choice of choicesOf(node)) edge(choice.target, String(choice.key ?? ""));
    edge(node.next, "");
    for (const exit of ["open", "closed", "holiday", "timeout"] as const) edge(node[exit], words[exit]);
    return edges;
  });
}

export function choicesOf(node: DraftNode): Record<string, unknown>[] {
  return Array.isArray(node.choices) ? node.choices.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
