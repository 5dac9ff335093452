import { pino } from "pino";

export type Logger = import("pino").Logger;

/** Keys under which numbers and names may be logged; their values are masked (REQ 12, STYLE 19). */
const personal = ["caller", "callerName", "number", "name", "login", "email", "address", "to", "citizen", "text"];

export function createLogger(level: string, base: Record<string, string> = {}): Logger {
  return pino({
    level,
    base,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: personal.flatMap((key) => [key, `*.${key}`]), censor: "[masked]" },
    serializers: { error: pino.stdSerializers.errWithCause },
  });
}

/** For tests and tools that must stay silent. */
export const silentLogger: Logger = pino({ level: "silent" });
