import { isGone } from "./ari-error.ts";
import type { AsteriskConnection, CommandOptions } from "./connection.ts";
import { variablesOf } from "./event.ts";

/** A bridge as Asterisk gives it. */
export type Bridge = {
  id: string;
  name: string;
  /** `mixing` or `holding`. */
  type: string;
  legIds: string[];
  createdAt: string;
  variables: Record<string, string>;
};

export type BridgeType = "mixing" | "mixing,dtmf_events" | "holding";

/**
 * Makes a bridge under our id; it stays until destroyed. Never use an id again after its bridge was destroyed.
 * @throws AriError 409 when it exists
 */
export function createBridge(
  connection: AsteriskConnection,
  id: string,
  type: BridgeType = "mixing,dtmf_events",
  options?: CommandOptions,
): Promise<void> {
  return inTurn(connection, id, async () => {
    await connection.command("bridges", "createWithId", { bridgeId: id, type }, options);
  });
}

/**
 * Puts legs into a bridge, out of the one they are in: one command, all or none. Answered even when a leg has just
 * gone: decide on ChannelDestroyed, not on this. @throws AriError 404 unknown bridge, 400 gone leg (both `isGone`)
 */
export function moveLegs(
  connection: AsteriskConnection,
  bridgeId: string,
  legIds: string | readonly string[],
  options?: CommandOptions,
): Promise<void> {
  const channel = typeof legIds === "string" ? legIds : legIds.join(",");
  return inTurn(connection, bridgeId, async () => {
    await connection.command("bridges", "addChannel", { bridgeId, channel }, options);
  });
}

/** Takes legs out of a bridge; they stay up in silence. @throws AriError 422 when one is not in it */
export function takeLegsOut(
  connection: AsteriskConnection,
  bridgeId: string,
  legIds: string | readonly string[],
  options?: CommandOptions,
): Promise<void> {
  const channel = typeof legIds === "string" ? legIds : legIds.join(",");
  return inTurn(connection, bridgeId, async () => {
    await connection.command("bridges", "removeChannel", { bridgeId, channel }, options);
  });
}

/** Music to all in a bridge. It ends when the bridge empties: call it on every entry. @throws AriError */
export function musicOnBridge(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  return inTurn(connection, id, async () => {
    await connection.command("bridges", "startMoh", { bridgeId: id }, options);
  });
}

/** @throws AriError */
export function stopMusicOnBridge(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  return inTurn(connection, id, async () => {
    await connection.command("bridges", "stopMoh", { bridgeId: id }, options);
  });
}

/** Destroys a bridge, after all earlier commands for it were answered; legs in it stay up in silence. A bridge that is
 * gone already is what was asked for. Hang up or move its legs first (FAULTS 1.13). @throws AriError */
export function destroyBridge(connection: AsteriskConnection, id: string, options?: CommandOptions): Promise<void> {
  return inTurn(connection, id, async () => {
    try {
      await connection.command("bridges", "destroy", { bridgeId: id }, options);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  });
}

/** The bridge as it is now, or null when it is gone. @throws AriError */
export async function getBridge(
  connection: AsteriskConnection,
  id: string,
  options?: CommandOptions,
): Promise<Bridge | null> {
  try {
    return decodeBridge(await connection.command("bridges", "get", { bridgeId: id }, options));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** All bridges of this Asterisk, whoever's they are. @throws AriError */
export async function listBridges(connection: AsteriskConnection, options?: CommandOptions): Promise<Bridge[]> {
  const list = await connection.command("bridges", "list", {}, options);
  return (list as unknown[]).map(decodeBridge);
}

/** The last command under way for each bridge, by connection. */
const turns = new WeakMap<AsteriskConnection, Map<string, Promise<void>>>();

/**
 * Commands for one bridge follow each other's answers: deleting one while its legs are moved or hung up is a known way
 * to crash Asterisk (its issue 1201).
 */
function inTurn(connection: AsteriskConnection, bridgeId: string, command: () => Promise<void>): Promise<void> {
  const bridges = turns.get(connection) ?? new Map<string, Promise<void>>();
  turns.set(connection, bridges);
  const before = bridges.get(bridgeId);
  // A failed command is told to its own caller; the next one goes on.
  const mine = before ? before.then(command, command) : command();
  bridges.set(bridgeId, mine);
  const forget = () => {
    if (bridges.get(bridgeId) === mine) bridges.delete(bridgeId);
  };
  mine.then(forget, forget);
  return mine;
}

function decodeBridge(value: unknown): Bridge {
  const bridge = value as Record<string, unknown>;
  return {
    id: String(bridge.id ?? ""),
    name: String(bridge.name ?? ""),
    type: String(bridge.bridge_type ?? ""),
    legIds: Array.isArray(bridge.channels) ? bridge.channels.map(String) : [],
    createdAt: String(bridge.creationtime ?? ""),
    variables: variablesOf(bridge.bridgevars),
  };
}
