import { type DestinationStream, pino } from "pino";

export type Logger = import("pino").Logger;

/** Keys under which numbers and names may be logged; their values are masked (REQ 12, STYLE 19). */
const personal = ["caller", "callerName", "number", "name", "login", "email", "address", "to", "citizen", "text"];

/** @param sink where lines go; the standard output when left out */
export function createLogger(
  level: string,
  base: Record<string, string> = {},
  sink: DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: personal.flatMap((key) => [key, `*.${key}`]), censor: "[masked]" },
      serializers: { error: withoutRows },
    },
    sink,
  );
}

/** An error without what PostgreSQL adds to it (`detail` quotes whole rows) and without an AppError's details. */
function withoutRows(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error;
  const known: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
  for (const key of ["code", "constraint", "table", "column"]) {
    if (key in error) known[key] = Reflect.get(error, key);
  }
  if (error.cause !== undefined && depth < 3) known.cause = withoutRows(error.cause, depth + 1);
  return known;
}

/** Where the lines of `silentLogger` go. The tests put an ear here, to see what would have been written. */
export const unheard = { write: (_line: string): void => undefined };

/** For tests and tools that must stay silent. */
export const silentLogger: Logger = createLogger("silent", {}, { write: (line) => unheard.write(line) });
