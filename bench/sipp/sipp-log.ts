/** What the scenarios' logs say. Times are milliseconds of the machine's wall clock, with microseconds behind the dot. */
export type CitizenLog = Map<string, number>;

export type OperatorsLog = {
  /** When each INVITE came, by our call's id (empty for a call that is not the program's). */
  invites: { atMs: number; callId: string }[];
  /** Answers that were acknowledged: calls that reached an operator. */
  answered: number;
};

/** SIP Call-ID → when its INVITE left. */
export function parseCitizenLog(text: string): CitizenLog {
  const log: CitizenLog = new Map();
  for (const fields of linesOf(text, "C")) {
    const [atMs, callId] = [timeOf(fields), fields[4]];
    if (callId) log.set(callId, atMs);
  }
  return log;
}

export function parseOperatorsLog(text: string): OperatorsLog {
  const invites = linesOf(text, "I").map((fields) => ({ atMs: timeOf(fields), callId: fields.at(5) ?? "" }));
  return { invites, answered: linesOf(text, "A").length };
}

/** Last line of SIPp's statistics file, by the names in its first. */
export function parseStatistics(text: string): { successful: number; failed: number; retransmissions: number } {
  const lines = text.trim().split("\n");
  const names = lines[0]?.split(";") ?? [];
  const last = lines.at(-1)?.split(";") ?? [];
  const count = (name: string) => Number(last[names.indexOf(name)] ?? Number.NaN);
  return {
    successful: count("SuccessfulCall(C)"),
    failed: count("FailedCall(C)"),
    retransmissions: count("Retransmissions(C)"),
  };
}

/** `I 2026-11-23<tab>08:44:39.508192<tab>1795423479.508192 CALL-ID ID-OF-OUR-CALL`, cut at blanks. */
function linesOf(text: string, kind: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(`${kind} `))
    .map((line) => line.trim().split(/\s+/));
}

function timeOf(fields: string[]): number {
  return Number(fields[3]) * 1000;
}
