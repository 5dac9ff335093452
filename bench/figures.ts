/** Pure arithmetic of the benchmark: what is printed at its end is made here. */

/** The middle value; of an even number of values the lower of the two, so that it is a rate that was really run. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** Nearest-rank percentile, `share` 0 to 1; NaN without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Tenths of a unit are what these clocks can tell; NaN becomes null, since JSON has none. */
export function rounded(value: number, digits = 1): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null;
}

/** Lines of a table with aligned columns, numbers to the right. */
export function tableLines(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string[] {
  const cells = [head, ...rows].map((row) => row.map((cell) => (cell === null ? "-" : String(cell))));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  "),
  );
}

/**
 * Climbs from `start` in steps until a rate fails, or goes down when the first fails already.
 * @returns the highest rate that passed with none failed below it; 0 when none did. `run` throws to give up.
 */
export async function highestPassing(
  start: number,
  step: number,
  limit: number,
  run: (rate: number) => Promise<boolean>,
): Promise<number> {
  if (!(await run(start))) {
    for (let rate = start - step; rate > 0; rate -= step) if (await run(rate)) return rate;
    return 0;
  }
  for (let rate = start; ; rate += step) {
    if (rate + step > limit || !(await run(rate + step))) return rate;
  }
}
