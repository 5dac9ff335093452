import type { DraftEdge, DraftFlow } from "./flow-document.ts";

export const box = { width: 176, height: 46, gapX: 34, gapY: 52, margin: 12 } as const;

export type PlacedNode = { name: string; type: string | null; x: number; y: number };
export type PlacedEdge = { path: string; labels: { text: string; x: number; y: number } };
export type Drawing = { width: number; height: number; nodes: PlacedNode[]; edges: PlacedEdge[] };

/** From the start downwards: a row for each number of steps; what nothing leads to comes last. */
export function layOutFlow(flow: DraftFlow, edges: DraftEdge[]): Drawing {
  const rows = rowsOf(flow, edges);
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const width = box.margin * 2 + widest * box.width + (widest - 1) * box.gapX;
  const nodes = rows.flatMap((row, level) => {
    const left = (width - row.length * box.width - (row.length - 1) * box.gapX) / 2;
    return row.map((name, place) => ({
      name,
      type: Object.hasOwn(flow.nodes, name) ? (flow.nodes[name]?.type ?? null) : null,
      x: left + place * (box.width + box.gapX),
      y: box.margin + level * (box.height + box.gapY),
    }));
  });
  const height = box.margin * 2 + rows.length * box.height + (rows.length - 1) * box.gapY;
  const placed = new Map(nodes.map((node) => [node.name, node]));
  return { width: width + 40, height, nodes, edges: mergedEdges(edges).flatMap((edge) => drawEdge(edge, placed)) };
}

function rowsOf(flow: DraftFlow, edges: DraftEdge[]): string[][] {
  const rows: string[][] = [];
  const seen = new Set<string>();
  let row = [flow.start];
  while (row.length > 0) {
    rows.push(row);
    for (const name of row) seen.add(name);
    const next = edges.filter(({ from, to }) => row.includes(from) && !seen.has(to)).map(({ to }) => to);
    row = [...new Set(next)];
  }
  const lost = Object.keys(flow.nodes).filter((name) => !seen.has(name));
  return lost.length > 0 ? [...rows, lost] : rows;
}

/** Several choices to the same node are one arrow with all their keys. */
function mergedEdges(edges: DraftEdge[]): DraftEdge[] {
  const merged = new Map<string, DraftEdge>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    const before = merged.get(key);
    const label = [before?.label, edge.label].filter(Boolean).join(", ");
    merged.set(key, { ...edge, label });
  }
  return [...merged.values()];
}

function drawEdge({ from, to, label }: DraftEdge, placed: Map<string, PlacedNode>): PlacedEdge[] {
  const [a, b] = [placed.get(from), placed.get(to)];
  if (!a || !b) return [];
  const [x1, y1] = [a.x + box.width / 2, a.y + box.height];
  const [x2, y2] = [b.x + box.width / 2, b.y];
  if (y2 > y1) {
    const bend = Math.min(40, (y2 - y1) / 2);
    const path = `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
    return [{ path, labels: { text: label, x: x2 + 7, y: y2 - 12 } }];
  }
  // Backwards, or beside: around the right side.
  const side = Math.max(a.x, b.x) + box.width + 26;
  const [ay, by] = [a.y + box.height / 2, b.y + box.height / 2];
  const path = `M${a.x + box.width} ${ay}C${side} ${ay} ${side} ${by} ${b.x + box.width} ${by}`;
  return [{ path, labels: { text: label, x: side - 20, y: (ay + by) / 2 } }];
}
