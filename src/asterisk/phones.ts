import { createHash } from "node:crypto";
import { isGone } from "./ari-error.ts";
import { getGlobal, setGlobal } from "./asterisk-variables.ts";
import type { AsteriskConnection, CommandOptions } from "./connection.ts";
import { GLOBAL_VARIABLES } from "./wire-names.ts";

/** A phone account of a seat: `201` for the SIP phone, `201-web` for the page. */
export type Phone = {
  name: string;
  password: string;
  /** Speaks from a browser, by SIP over WebSocket. */
  webrtc: boolean;
  /** Shown to whom it calls, e.g. `"Postazione 201" <201>`. */
  callerId: string;
  /** Address of record; the name when left out. */
  aorName?: string;
  /** host:port of the registrar in front of this Asterisk, which knows where the phone is; absent: it registers here. */
  registrar?: string;
};

export type Endpoint = { name: string; state: "online" | "offline" | "unknown"; channelIds: string[] };

type Fields = { attribute: string; value: string }[];

/** The settings that make an account; auth and aor before the endpoint that names them. */
function objectsOf(phone: Phone): { type: "auth" | "aor" | "endpoint"; id: string; fields: Fields }[] {
  const aor = phone.aorName ?? phone.name;
  const endpoint: Record<string, string> = {
    auth: phone.name,
    aors: aor,
    context: "from-phones",
    disallow: "all",
    allow: "alaw,ulaw",
    callerid: phone.callerId,
    direct_media: "no",
    rtp_symmetric: "yes",
    force_rport: "yes",
    rewrite_contact: "yes",
    rtp_timeout: "5",
    rtp_timeout_hold: "300",
    // One call at a time: a second one finds the phone busy.
    device_state_busy_at: "1",
    allow_transfer: "no",
    send_pai: "yes",
    // Whom it talks with is in the INVITE; a second one after the answer would only say it again.
    send_connected_line: "no",
    language: "it",
    tone_zone: "it",
  };
  if (phone.webrtc) {
    endpoint.webrtc = "yes";
    if (!phone.registrar) endpoint.transport = "transport-ws";
    endpoint.dtls_auto_generate_cert = "yes";
  }
  // One contact: who registers again replaces the old one. Two seconds without an answer and the phone is gone.
  const contacts: Record<string, string> = phone.registrar
    ? // It passes OPTIONS on to the phone itself; its own "not registered" is no answer of the phone. More often, since no
      // registration tells this Asterisk that a phone has come.
      { contact: `sip:${phone.name}@${phone.registrar}`, qualify_2xx_only: "yes", qualify_frequency: "3" }
    : { max_contacts: "1", remove_existing: "yes", qualify_frequency: "5" };
  contacts.qualify_timeout = "2.0";
  const auth = { auth_type: "userpass", username: phone.name, password: phone.password };
  return [
    { type: "auth", id: phone.name, fields: fieldsOf(auth) },
    { type: "aor", id: aor, fields: fieldsOf(contacts) },
    { type: "endpoint", id: phone.name, fields: fieldsOf(endpoint) },
  ];
}

/**
 * Writes one account, new or changed (4 ms). Asterisk keeps it over a restart; a crash may take the last second's.
 * @throws AriError
 */
export async function pushPhone(connection: AsteriskConnection, phone: Phone, options?: CommandOptions): Promise<void> {
  for (const { type, id, fields } of objectsOf(phone)) {
    if (type === "aor" && (await isAorReady(connection, id, fields, options))) continue;
    const parameters = { configClass: "res_pjsip", objectType: type, id, fields };
    await connection.command("asterisk", "updateObject", parameters, options);
  }
}

/**
 * Whether the address of record is there as wanted; one that is not is removed, so that it can be made anew. Never
 * written over: Asterisk copies the contacts of that moment into the object, where they stay when the phone has gone,
 * and calls ring at the address of a phone that is no more.
 */
async function isAorReady(
  connection: AsteriskConnection,
  id: string,
  fields: Fields,
  options?: CommandOptions,
): Promise<boolean> {
  const parameters = { configClass: "res_pjsip", objectType: "aor", id };
  try {
    const answer = (await connection.command("asterisk", "getObject", parameters, options)) as Fields;
    const now = new Map(answer.map(({ attribute, value }) => [attribute, value]));
    const contacts = (now.get("contact") ?? "").split(",").filter(Boolean).length;
    const same = fields.every(({ attribute, value }) => isSameSetting(value, now.get(attribute) ?? ""));
    if (same && contacts <= 1) return true;
    await connection.command("asterisk", "deleteObject", parameters, options);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return false;
}

/** Asterisk writes `yes` as `true` and `2.0` as `2.000000`. */
function isSameSetting(wanted: string, found: string): boolean {
  if (wanted === "yes" || wanted === "no") return found === (wanted === "yes" ? "true" : "false") || found === wanted;
  return wanted === found || (wanted !== "" && Number(wanted) === Number(found));
}

/** Writes only the password of an account that is there. @throws AriError */
export async function pushPassword(
  connection: AsteriskConnection,
  phone: Phone,
  options?: CommandOptions,
): Promise<void> {
  const auth = objectsOf(phone).find(({ type }) => type === "auth");
  const parameters = { configClass: "res_pjsip", objectType: "auth", id: phone.name, fields: auth?.fields };
  await connection.command("asterisk", "updateObject", parameters, options);
}

/** Removes one account; one that is not there is what was asked for. @throws AriError */
export async function removePhone(
  connection: AsteriskConnection,
  name: string,
  options: CommandOptions & { aorName?: string } = {},
): Promise<void> {
  const { aorName = name, ...command } = options;
  for (const [objectType, id] of [
    ["endpoint", name],
    ["aor", aorName],
    ["auth", name],
  ] as const) {
    try {
      await connection.command("asterisk", "deleteObject", { configClass: "res_pjsip", objectType, id }, command);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/**
 * Whether these are other accounts than those that {@link pushPhones} last wrote since Asterisk started.
 * @throws AriError
 */
export async function phonesDiffer(
  connection: AsteriskConnection,
  phones: readonly Phone[],
  options?: CommandOptions,
): Promise<boolean> {
  return (await getGlobal(connection, GLOBAL_VARIABLES.phones, options)) !== hashOf(phones);
}

/**
 * Writes all accounts, unless this Asterisk has exactly them since it started: a reconnect with hundreds of phones
 * costs one command. True when it wrote. @throws AriError
 */
export async function pushPhones(
  connection: AsteriskConnection,
  phones: readonly Phone[],
  options?: CommandOptions,
): Promise<boolean> {
  if (!(await phonesDiffer(connection, phones, options))) return false;
  // Half-written accounts must not look finished to the next connect.
  await setGlobal(connection, GLOBAL_VARIABLES.phones, "", options);
  for (const phone of phones) await pushPhone(connection, phone, options);
  await setGlobal(connection, GLOBAL_VARIABLES.phones, hashOf(phones), options);
  return true;
}

/** State and legs of a PJSIP account, e.g. `201`; null when there is no such account. @throws AriError */
export async function getEndpoint(
  connection: AsteriskConnection,
  name: string,
  options?: CommandOptions,
): Promise<Endpoint | null> {
  try {
    return decodeEndpoint(await connection.command("endpoints", "get", { tech: "PJSIP", resource: name }, options));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** All PJSIP accounts of this Asterisk. @throws AriError */
export async function listEndpoints(connection: AsteriskConnection, options?: CommandOptions): Promise<Endpoint[]> {
  const list = (await connection.command("endpoints", "list", {}, options)) as { technology?: string }[];
  return list.filter((endpoint) => endpoint.technology === "PJSIP").map(decodeEndpoint);
}

function decodeEndpoint(value: unknown): Endpoint {
  const { resource, state, channel_ids } = value as { resource?: string; state?: string; channel_ids?: string[] };
  return {
    name: resource ?? "",
    state: state === "online" || state === "offline" ? state : "unknown",
    channelIds: channel_ids ?? [],
  };
}

/**
 * Depends on every setting, so a new version of this file writes the accounts again; not on the passwords of pages,
 * which are new with every page and written one by one.
 */
function hashOf(phones: readonly Phone[]): string {
  const lasting = phones.map((phone) => (phone.webrtc ? { ...phone, password: "" } : phone));
  const sorted = lasting.sort((a, b) => (a.name < b.name ? -1 : 1)).map(objectsOf);
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 32);
}

function fieldsOf(settings: Record<string, string>): Fields {
  return Object.entries(settings).map(([attribute, value]) => ({ attribute, value }));
}
