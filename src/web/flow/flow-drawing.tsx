import { useId } from "react";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { type DraftFlow, edgesOfFlow } from "./flow-document.ts";
import { box, layOutFlow } from "./flow-layout.ts";

type FlowDrawingProps = {
  flow: DraftFlow;
  shown: string;
  faulty: ReadonlySet<string>;
  onChoose: (node: string) => void;
};

/** The flow as boxes and arrows. The form beside it says the same in words, so for a reader it is one picture. */
export function FlowDrawing({ flow, shown, faulty, onChoose }: FlowDrawingProps) {
  const { flow: t } = useScreenTexts();
  const arrow = useId();
  const drawing = layOutFlow(flow, edgesOfFlow(flow, t.edges));
  const types: Record<string, string> = t.types;
  const look = (name: string, type: string | null) =>
    [
      "flow-node",
      name === flow.start && "is-start",
      (type === null || faulty.has(name)) && "is-missing",
      name === shown && "is-shown",
    ]
      .filter(Boolean)
      .join(" ");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is reached by keyboard
    <section className="flow-drawing" tabIndex={0} aria-label={t.drawing}>
      <svg width={drawing.width} height={drawing.height} role="img" aria-label={t.drawingHint}>
        <defs>
          <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
            <path d="M0 0 8 4 0 8z" className="flow-arrow" />
          </marker>
        </defs>
        {drawing.edges.map((edge, index) => (
          <g key={index} className="flow-edge">
            <path d={edge.path} markerEnd={`url(#${arrow})`} />
            <text x={edge.labels.x} y={edge.labels.y}>
              {edge.labels.text}
            </text>
          </g>
        ))}
        {drawing.nodes.map(({ name, type, x, y }) => (
          // The mouse's short cut to what the list of nodes does for everybody.
          // biome-ignore lint/a11y/noStaticElementInteractions: the list of nodes is the way by keyboard
          <g key={name} className={look(name, type)} onClick={() => onChoose(name)}>
            <rect x={x} y={y} width={box.width} height={box.height} rx="6" />
            <text x={x + 10} y={y + 19}>
              {name.length > 22 ? `${name.slice(0, 21)}…` : name}
            </text>
            <text className="flow-type" x={x + 10} y={y + 36}>
              {type === null ? t.missing : (types[type] ?? type)}
            </text>
          </g>
        ))}
      </svg>
    </section>
  );
}
