/** The wallboard: six figures, each with what the centre aims at. Pure: no Node imports. */
export const WALLBOARD_FIGURES = [
  "waiting",
  "longest_wait",
  "service_level",
  "abandoned",
  "available",
  "to_complete",
] as const;
export type WallboardFigure = (typeof WALLBOARD_FIGURES)[number];

/** For these a value may not be below its target; for the others not above it. */
const atLeast: readonly WallboardFigure[] = ["service_level", "available"];

export const unitOf = (figure: WallboardFigure): "count" | "seconds" | "percent" =>
  figure === "longest_wait" ? "seconds" : figure === "service_level" || figure === "abandoned" ? "percent" : "count";

export const isAtLeast = (figure: WallboardFigure): boolean => atLeast.includes(figure);

/** Null while there is nothing to judge: no call yet today. */
export function meetsTarget(figure: WallboardFigure, value: number | null, target: number): boolean | null {
  if (value === null) return null;
  return isAtLeast(figure) ? value >= target : value <= target;
}

/** The highest target that makes sense, for forms and their check. */
export function highestTarget(figure: WallboardFigure): number {
  return { count: 1_000, seconds: 3_600, percent: 100 }[unitOf(figure)];
}

/** Calls of today as they are counted by the reports (REQ 11). */
export type DayCounts = { answered: number; abandoned: number; otherEnds: number; inTime: number };

/** Percent with one decimal; calls that still wait are not judged yet. */
export function shareOfEnded(part: number, { answered, abandoned, otherEnds }: DayCounts): number | null {
  const ended = answered + abandoned + otherEnds;
  return ended === 0 ? null : Math.round((part / ended) * 1_000) / 10;
}
