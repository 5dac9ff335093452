/** What the page shows of an error of the program (problem+json) or of the network. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly rule: string | null;
  /** Sentence for people in Italian, as the server wrote it. */
  readonly it: string | null;
  readonly insteadIt: string | null;
  /** Paths of wrong members of the form, e.g. "request". */
  readonly fields: string[];
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(text(body.detail) ?? text(body.title) ?? `HTTP ${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = text(body.code) ?? (status === 0 ? "offline" : "internal");
    this.rule = text(body.rule);
    this.it = text(body.it);
    this.insteadIt = text(body.insteadIt);
    this.fields = fieldPaths(body.fields ?? body.errors);
    this.body = body;
  }
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code);
}

/** The server could not be reached or answered that it can not work now: trying again later may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function fieldPaths(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => {
    if (typeof entry === "string") return [entry];
    const path = (entry as { path?: unknown }).path;
    if (Array.isArray(path)) return [path.join(".")];
    return typeof path === "string" ? [path] : [];
  });
}
