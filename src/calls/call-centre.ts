import type { Clock } from "../clock.ts";
import type { ClaimTurn } from "../cluster/claim-turn.ts";
import type { NodeLease } from "../cluster/node-lease.ts";
import type { Pool } from "../database/pool.ts";
import type { FlowCache } from "../ivr/flow-cache.ts";
import type { Logger } from "../log.ts";
import type { Dispatcher } from "../queue/dispatcher.ts";
import type { QueueBoard } from "../queue/queue-board.ts";
import type { BridgeSweeper } from "./bridge-sweeper.ts";
import type { CallCommands } from "./call-commands.ts";
import type { CallWriter } from "./call-writer.ts";
import type { FlowSteps } from "./flow-steps.ts";
import type { LiveCalls } from "./live-calls.ts";
import type { WaitingRooms } from "./waiting-rooms.ts";

/** What a call needs of its copy, made once in main.ts. */
export type CallCentre = {
  pool: Pool;
  writer: CallWriter;
  clock: Clock;
  log: Logger;
  lease: NodeLease;
  claimTurn: ClaimTurn;
  live: LiveCalls;
  flows: FlowCache;
  dispatcher: Dispatcher;
  board: QueueBoard;
  bridges: BridgeSweeper;
  rooms: WaitingRooms;
  commands: CallCommands;
  flowSteps: FlowSteps;
  /** True while this copy is leaving: it takes no new call. */
  isDraining(): boolean;
};
