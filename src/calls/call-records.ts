/** One line of Asterisk's own call records; columns as the head of dialplan/extensions.conf says. */
export type CallRecord = {
  event: "arrived" | "ended" | "parachute" | "answered";
  asteriskId: string;
  channelId: string;
  at: Date;
  calledNumber: string;
  sipCallId: string;
  /** parachute.csv: number as Asterisk gave it, empty when withheld. */
  caller: string;
  seat: string;
  result: string;
};

const events = new Set(["arrived", "ended", "parachute", "answered"]);

/** A line that can't be understood gives null: it is counted and logged, never fatal. */
export function parseCallsLine(line: string): CallRecord | null {
  const [event = "", asteriskId = "", channelId = "", time = "", called = "", callId = "", result = ""] =
    line.split(",");
  return record(event, asteriskId, channelId, time, called, callId, { caller: "", seat: "", result });
}

export function parseParachuteLine(line: string): CallRecord | null {
  const fields = line.split(",");
  const [event = "", asteriskId = "", channelId = "", time = "", called = "", callId = ""] = fields;
  const [, , , , , , caller = "", seat = "", result = ""] = fields;
  return record(event, asteriskId, channelId, time, called, callId, { caller, seat, result });
}

function record(
  event: string,
  asteriskId: string,
  channelId: string,
  time: string,
  called: string,
  callId: string,
  rest: Pick<CallRecord, "caller" | "seat" | "result">,
): CallRecord | null {
  const seconds = Number(time);
  if (!events.has(event) || !asteriskId || !channelId || !(seconds > 0)) return null;
  return {
    event: event as CallRecord["event"],
    asteriskId,
    channelId,
    at: new Date(seconds * 1_000),
    calledNumber: called.replaceAll(/\D/g, "").slice(0, 15),
    sipCallId: Buffer.from(callId, "base64").toString("latin1").slice(0, 256),
    ...rest,
  };
}
