/**
 * Whether callers were served in the order in which they came. `came`: the callers' keys in the order of their INVITEs;
 * `rung`: the same keys in the order of the INVITEs at the operators' phones.
 * @returns empty when each was rung for once and in order, else what was not.
 */
export function orderFaults(came: readonly string[], rung: readonly string[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const caller of rung) {
    if (seen.has(caller)) faults.push(`${caller} was rung for twice`);
    seen.add(caller);
  }
  for (const caller of came) if (!seen.has(caller)) faults.push(`${caller} was never rung for`);
  const known = rung.filter((caller) => came.includes(caller));
  const expected = came.filter((caller) => seen.has(caller));
  const place = known.findIndex((caller, n) => caller !== expected[n]);
  if (place >= 0) faults.push(`at place ${place + 1} it was ${known[place]}'s turn instead of ${expected[place]}'s`);
  for (const caller of seen) if (!came.includes(caller)) faults.push(`${caller} is nobody who called`);
  return faults;
}
