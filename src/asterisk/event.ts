/** Asterisk's events, parsed once from the wire. Nothing here throws: what is not understood becomes `unknown`. */

export type LegState = "Down" | "Rsrvd" | "OffHook" | "Dialing" | "Ring" | "Ringing" | "Up" | "Busy" | "Unknown";

/** A leg (ARI: channel) as Asterisk last saw it. `caller` holds personal data: log it only under masked keys. */
export type Leg = {
  id: string;
  /** Technology and endpoint, e.g. `PJSIP/201-0000001f`. */
  name: string;
  state: LegState;
  caller: { name: string; number: string };
  connected: { name: string; number: string };
  dialplan: { context: string; extension: string; application: string; applicationData: string };
  /** SIP Call-ID of a PJSIP leg, else empty. */
  protocolId: string;
  createdAt: string;
  language: string;
  /** Variables with report_events, see wire-names. */
  variables: Record<string, string>;
};

type Head = {
  /** Application the event was sent to. */
  application: string;
  asteriskId: string;
  /** Asterisk's clock, ISO 8601. */
  at: string;
};

export type LegEvent = Head &
  (
    | { type: "StasisStart"; leg: Leg; args: string[]; replacedLegId: string | null }
    | { type: "StasisEnd"; leg: Leg }
    | { type: "ChannelStateChange"; leg: Leg }
    | { type: "ChannelHangupRequest"; leg: Leg; cause: number | null; techCause: number | null; soft: boolean }
    | { type: "ChannelDestroyed"; leg: Leg; cause: number; techCause: number | null }
    | { type: "ChannelDtmfReceived"; leg: Leg; digit: string; durationMs: number }
    | { type: "ChannelEnteredBridge"; leg: Leg; bridgeId: string }
    | { type: "ChannelLeftBridge"; leg: Leg; bridgeId: string }
    | { type: "CallBroadcast"; leg: Leg; called: string }
    /** An application won the broadcast call. */
    | { type: "CallClaimed"; leg: Leg }
  );

export type AsteriskEvent =
  | LegEvent
  | (Head &
      (
        | { type: "PlaybackFinished"; playbackId: string; target: string; failed: boolean }
        | { type: "ApplicationReplaced" }
        | { type: "ChannelUserevent"; name: string }
        | { type: "ContactStatusChange"; endpoint: string; aor: string; uri: string; status: string }
        | { type: "PeerStatusChange"; endpoint: string; status: string }
        | { type: "ChannelTransfer"; legId: string | null; state: string; referTo: string }
      ))
  | { type: "unknown"; name: string };

export type EventType = AsteriskEvent["type"];
export type EventOf<T extends EventType> = Extract<AsteriskEvent, { type: T }>;

/** An answer to a command, which arrives among the events on the same socket. */
export type CommandReply = { type: "RESTResponse"; requestId: string; status: number; reason: string; body: unknown };

/** Parses one frame of the events socket. Never throws; a frame that is no JSON is `unknown` with name "unparsable". */
export function decodeFrame(text: string): AsteriskEvent | CommandReply {
  const frame = parseObject(text);
  if (!frame) return { type: "unknown", name: "unparsable" };
  if (frame.type === "RESTResponse") return decodeReply(frame);
  return decode(frame);
}

/** As {@link decodeFrame}, for a frame that is known to be an event. */
export function decodeEvent(text: string): AsteriskEvent {
  const decoded = decodeFrame(text);
  return decoded.type === "RESTResponse" ? { type: "unknown", name: "RESTResponse" } : decoded;
}

/** The ids under which somebody may wait for this event: its leg, playback or endpoint. */
export function idsOf(event: AsteriskEvent): string[] {
  if ("leg" in event) return [event.leg.id];
  if ("playbackId" in event) return [event.playbackId];
  if ("endpoint" in event) return [event.endpoint];
  if ("legId" in event && event.legId !== null) return [event.legId];
  return [];
}

/** A channel as `GET /channels` and the events give it; also used by leg.ts. */
export function decodeLeg(value: unknown): Leg {
  const channel = objectOf(value);
  const dialplan = objectOf(channel.dialplan);
  return {
    id: textOf(channel.id),
    name: textOf(channel.name),
    state: textOf(channel.state) as LegState,
    caller: partyOf(channel.caller),
    connected: partyOf(channel.connected),
    dialplan: {
      context: textOf(dialplan.context),
      extension: textOf(dialplan.exten),
      application: textOf(dialplan.app_name),
      applicationData: textOf(dialplan.app_data),
    },
    protocolId: textOf(channel.protocol_id),
    createdAt: textOf(channel.creationtime),
    language: textOf(channel.language),
    variables: variablesOf(channel.channelvars),
  };
}

export function variablesOf(value: unknown): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, content] of Object.entries(objectOf(value))) variables[name] = textOf(content);
  return variables;
}

type Json = Record<string, unknown>;

function decode(frame: Json): AsteriskEvent {
  const head: Head = {
    application: textOf(frame.application),
    asteriskId: textOf(frame.asterisk_id),
    at: textOf(frame.timestamp),
  };
  const name = textOf(frame.type);
  const event = decodeOther(name, frame, head) ?? (isObject(frame.channel) ? decodeLegEvent(name, frame, head) : null);
  // Only the name goes on: an unknown event's body may hold numbers, or a digest (TextMessageReceived).
  return event ?? { type: "unknown", name: name.slice(0, 64) };
}

function decodeLegEvent(type: string, frame: Json, head: Head): LegEvent | null {
  const leg = decodeLeg(frame.channel);
  if (leg.id === "") return null;
  switch (type) {
    case "StasisStart": {
      const replaced = textOf(objectOf(frame.replace_channel).id);
      return { ...head, type, leg, args: textsOf(frame.args), replacedLegId: replaced === "" ? null : replaced };
    }
    case "StasisEnd":
    case "CallClaimed":
    case "ChannelStateChange":
      return { ...head, type, leg };
    case "ChannelHangupRequest":
      return {
        ...head,
        type,
        leg,
        cause: numberOf(frame.cause),
        techCause: numberOf(frame.tech_cause),
        soft: frame.soft === true,
      };
    case "ChannelDestroyed":
      return { ...head, type, leg, cause: numberOf(frame.cause) ?? 0, techCause: numberOf(frame.tech_cause) };
    case "ChannelDtmfReceived":
      return { ...head, type, leg, digit: textOf(frame.digit), durationMs: numberOf(frame.duration_ms) ?? 0 };
    case "ChannelEnteredBridge":
    case "ChannelLeftBridge":
      return { ...head, type, leg, bridgeId: textOf(objectOf(frame.bridge).id) };
    case "CallBroadcast":
      return { ...head, type, leg, called: textOf(frame.called) };
    default:
      return null;
  }
}

function decodeOther(type: string, frame: Json, head: Head): AsteriskEvent | null {
  switch (type) {
    case "PlaybackFinished": {
      const playback = objectOf(frame.playback);
      const failed = playback.state === "failed";
      return { ...head, type, playbackId: textOf(playback.id), target: textOf(playback.target_uri), failed };
    }
    case "ApplicationReplaced":
      return { ...head, type };
    case "ChannelUserevent":
      return { ...head, type, name: textOf(frame.eventname) };
    case "ContactStatusChange": {
      const contact = objectOf(frame.contact_info);
      const [aor, uri, status] = [textOf(contact.aor), textOf(contact.uri), textOf(contact.contact_status)];
      return { ...head, type, endpoint: endpointOf(frame.endpoint), aor, uri, status };
    }
    case "PeerStatusChange":
      return {
        ...head,
        type,
        endpoint: endpointOf(frame.endpoint),
        status: textOf(objectOf(frame.peer).peer_status),
      };
    case "ChannelTransfer": {
      const referTo = objectOf(frame.refer_to);
      const source = objectOf(objectOf(frame.referred_by).source_channel);
      const destination = textOf(objectOf(referTo.requested_destination).destination);
      const legId = textOf(source.id);
      return { ...head, type, legId: legId === "" ? null : legId, state: textOf(frame.state), referTo: destination };
    }
    default:
      return null;
  }
}

function decodeReply(frame: Json): CommandReply {
  const body = typeof frame.message_body === "string" ? parseBody(frame.message_body) : undefined;
  const said = textOf(objectOf(body).message);
  return {
    type: "RESTResponse",
    requestId: textOf(frame.request_id),
    status: numberOf(frame.status_code) ?? 0,
    reason: said === "" ? textOf(frame.reason_phrase) : said,
    body,
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // An answer may be plain text or cut off; its status is what counts.
    return undefined;
  }
}

function parseObject(text: string): Json | null {
  const value = parseBody(text);
  return isObject(value) ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function partyOf(value: unknown): { name: string; number: string } {
  const party = objectOf(value);
  return { name: textOf(party.name), number: textOf(party.number) };
}

function endpointOf(value: unknown): string {
  const endpoint = objectOf(value);
  return `${textOf(endpoint.technology)}/${textOf(endpoint.resource)}`;
}
