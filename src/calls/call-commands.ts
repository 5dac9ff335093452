import type { Pool } from "../database/pool.ts";
import { AppError, errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { type CommandResult, commandResult, insertCommand, pendingCommands, settleCommand } from "./command-store.ts";
import type { CallCommand, CommandKind } from "./live-call.ts";
import type { LiveCalls } from "./live-calls.ts";

const answerMs = 5_000;
const lookAgainMs = 500;

/**
 * The way of a command from any copy's web door to the copy that owns the call, and its result back. Rows are the
 * truth, notices only nudge, so a command outlives the copy that should have carried it out.
 */
export class CallCommands {
  private readonly taken = new Set<string>();
  private readonly waiters = new Map<string, () => void>();
  private readonly pool: Pool;
  private readonly live: LiveCalls;
  private readonly log: Logger;

  constructor(pool: Pool, live: LiveCalls, log: Logger) {
    this.pool = pool;
    this.live = live;
    this.log = log;
  }

  /**
   * For the web door: writes the command and waits for its result.
   * @throws AppError wrong_state when the call can't do that now, too_slow when nobody answered within 5 s.
   */
  async send(callId: string, personId: string, kind: CommandKind): Promise<void> {
    const id = await insertCommand(this.pool, callId, personId, kind);
    if (!id) throw notNow();
    await this.outcome(id);
  }

  /**
   * The same for a command that was written together with something else.
   * @throws AppError wrong_state, too_slow
   */
  async outcome(id: string): Promise<void> {
    const result = await this.resultOf(id);
    if (result === "failed") throw notNow();
    if (result === "pending")
      throw new AppError("too_slow", "The call did not answer in time", { retryAfterSeconds: 1 });
  }

  /** Notice 'call_command' for this copy, and after a take-over. */
  async collect(nodeId: string): Promise<void> {
    for (const { callId, ...command } of await pendingCommands(this.pool, nodeId)) {
      const call = this.live.ofId(callId);
      if (!call || this.taken.has(command.id)) continue;
      this.taken.add(command.id);
      call.signal({ kind: "command", command });
    }
  }

  settle(command: CallCommand, ok: boolean): void {
    settleCommand(this.pool, command.id, ok)
      .catch((error: unknown) => this.log.warn({ reason: errorText(error) }, "command result not written"))
      .finally(() => this.taken.delete(command.id));
  }

  /** Notice 'call_command_done'. */
  done(id: string): void {
    this.waiters.get(id)?.();
  }

  private async resultOf(id: string): Promise<CommandResult> {
    const deadline = performance.now() + answerMs;
    for (;;) {
      const noticed = this.notice(id);
      const result = await commandResult(this.pool, id);
      if (result !== "pending" || performance.now() >= deadline) {
        this.waiters.get(id)?.();
        return result;
      }
      await noticed;
    }
  }

  /** Resolves at the notice or after half a second, whichever is first. */
  private notice(id: string): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.waiters.delete(id);
        resolve();
      };
      const timer = setTimeout(end, lookAgainMs);
      this.waiters.set(id, end);
    });
  }
}

export function notNow(): AppError {
  return new AppError("wrong_state", "The call can not do this now", {
    it: "La chiamata non è più in questo stato.",
    insteadIt: "Guardi lo stato della chiamata nella barra in alto.",
  });
}
