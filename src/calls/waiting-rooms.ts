import { randomUUID } from "node:crypto";
import { createBridge } from "../asterisk/bridge.ts";
import type { AsteriskConnection } from "../asterisk/connection.ts";
import { bridgeIdOf } from "../asterisk/wire-names.ts";

/** One holding bridge a connection: its one player of music serves every caller who waits there. */
export class WaitingRooms {
  private readonly rooms = new Map<AsteriskConnection, string>();

  /** Made anew at each connection (a bridge id is never used twice); callers of an older room stay where they are. */
  async open(link: AsteriskConnection, stillThere: ReadonlySet<string>): Promise<void> {
    const old = this.rooms.get(link);
    if (old !== undefined && stillThere.has(old)) return;
    const room = bridgeIdOf("wait", randomUUID());
    await createBridge(link, room, "holding");
    this.rooms.set(link, room);
  }

  roomOf(link: AsteriskConnection): string {
    const room = this.rooms.get(link);
    if (room === undefined) throw new Error("no waiting room on this switch yet");
    return room;
  }

  isOpen(room: string): boolean {
    return [...this.rooms.values()].includes(room);
  }

  close(link: AsteriskConnection): void {
    this.rooms.delete(link);
  }
}
