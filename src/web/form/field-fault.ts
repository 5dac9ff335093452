import type { Problem } from "../api/api-problem.ts";

/** The server's sentence about one member of the form ("hours" also stands for "hours[2].opens"), or null. */
export function faultOf(problem: Problem | null, field: string): string | null {
  const errors: unknown = problem?.body.errors;
  if (!Array.isArray(errors)) return null;
  for (const { path, it } of errors as { path?: unknown; it?: unknown }[]) {
    if (typeof path !== "string" || typeof it !== "string") continue;
    if (path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`)) return it;
  }
  return null;
}
