import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import { sayTime } from "../texts/said-days.ts";

export type DayLine = { label: string; stroke: string; dash?: number[]; values: (number | null)[]; fill?: string };
type DayChartProps = {
  /** What is seen, in a sentence: all that a screen reader gets here, the figures are in the table beside. */
  summary: string;
  /** Beginnings of the half hours, seconds since 1970. */
  at: number[];
  lines: DayLine[];
  sayValue: (value: number) => string;
  /** Upper end that is always shown. */
  atLeast: number;
  /** What the lines of the grid may lie apart; without, the chart's own tens. */
  steps?: number[];
};

const height = 250;

/** Lines over the day, drawn by uPlot; as wide as its place. */
export function DayChart({ summary, at, lines, sayValue, atLeast, steps }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const latest = useRef({ sayValue, atLeast, steps });
  latest.current = { sayValue, atLeast, steps };
  // Other lines are another chart; other values only move it.
  const kinds = lines.map(({ label }) => label).join("|");
  const look = useRef(lines);
  look.current = lines;
  useEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const options = optionsOf(parent.clientWidth, look.current, latest);
    const made = new UPlot(options, [[], ...look.current.map(() => [])], parent);
    chart.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    watch.observe(parent);
    return () => {
      watch.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [kinds]);
  useEffect(() => chart.current?.setData([at, ...lines.map(({ values }) => values)]));
  return <div ref={place} className="day-picture" role="img" aria-label={summary} />;
}

type Latest = { current: Pick<DayChartProps, "sayValue" | "atLeast" | "steps"> };

function optionsOf(width: number, lines: readonly DayLine[], latest: Latest): UPlot.Options {
  const font = "13px 'Titillium Web', sans-serif";
  const { steps } = latest.current;
  const grid = { stroke: "#e1e7ed", width: 1 };
  const axis = { stroke: "#46586a", font, grid, ticks: grid };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1_000), "Europe/Rome"),
    scales: {
      y: { range: (_chart, _low, high) => [0, Math.max(high ?? 0, latest.current.atLeast) * 1.05] },
    },
    axes: [
      {
        ...axis,
        size: 34,
        values: (_chart, moments) => moments.map((at) => sayTime(new Date(at * 1_000).toISOString())),
      },
      {
        ...axis,
        size: 64,
        ...(steps ? { incrs: steps } : {}),
        values: (_chart, values) => values.map((value) => latest.current.sayValue(value)),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, stroke, dash, fill }) => ({
        ...{ label, stroke, width: 2.5, points: { show: !dash, size: 7, fill: stroke } },
        ...(dash ? { dash } : {}),
        ...(fill ? { fill } : {}),
      })),
    ],
  };
}

/** What the lines mean; colour is never alone, the dash tells them apart too. */
export function PictureKey({ entries }: { entries: { label: string; stroke: string; dash?: number[] }[] }) {
  return (
    <ul className="picture-key">
      {entries.map(({ label, stroke, dash }) => (
        <li key={label}>
          <svg width="30" height="10" aria-hidden="true" focusable="false">
            <line x1="0" y1="5" x2="30" y2="5" stroke={stroke} strokeWidth="3" strokeDasharray={dash?.join(" ")} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
