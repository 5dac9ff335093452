import { isGone } from "./ari-error.ts";
import type { AsteriskConnection, CommandOptions } from "./connection.ts";

/** What Asterisk keeps for an application, also while nobody is connected under its name. */
export type Application = { name: string; legIds: string[]; bridgeIds: string[]; endpoints: string[] };

/**
 * The application `name`, or null when Asterisk does not know it; says nothing about a live socket.
 * @throws AriError
 */
export async function getApplication(
  connection: AsteriskConnection,
  name: string = connection.application,
  options?: CommandOptions,
): Promise<Application | null> {
  try {
    const answer = await connection.command("applications", "get", { applicationName: name }, options);
    return decodeApplication(answer);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Every application this Asterisk knows, whoever's it is. @throws AriError */
export async function listApplications(
  connection: AsteriskConnection,
  options?: CommandOptions,
): Promise<Application[]> {
  const list = await connection.command("applications", "list", {}, options);
  return (list as unknown[]).map(decodeApplication);
}

/**
 * Asks for events of a source, e.g. `endpoint:PJSIP/201`, `channel:ID`; lasts as long as the application.
 * @throws AriError
 */
export async function subscribe(
  connection: AsteriskConnection,
  eventSource: string | readonly string[],
  options?: CommandOptions,
): Promise<void> {
  const parameters = { applicationName: connection.application, eventSource: sourceList(eventSource) };
  await connection.command("applications", "subscribe", parameters, options);
}

/** @throws AriError 409 or 422 when it was not subscribed */
export async function unsubscribe(
  connection: AsteriskConnection,
  eventSource: string | readonly string[],
  options?: CommandOptions,
): Promise<void> {
  const parameters = { applicationName: connection.application, eventSource: sourceList(eventSource) };
  await connection.command("applications", "unsubscribe", parameters, options);
}

function decodeApplication(value: unknown): Application {
  const found = value as Record<string, string[] | undefined> & { name?: string };
  return {
    name: String(found.name ?? ""),
    legIds: found.channel_ids ?? [],
    bridgeIds: found.bridge_ids ?? [],
    endpoints: found.endpoint_ids ?? [],
  };
}

function sourceList(eventSource: string | readonly string[]): string[] {
  return typeof eventSource === "string" ? [eventSource] : [...eventSource];
}
