import type { Pool } from "../database/pool.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { type FlowStep, saveFlowSteps } from "./call-store.ts";

const batchMs = 50;
const maxWaiting = 10_000;

/**
 * Flow steps ride in one write for all callers every 50 ms: a copy that dies in between makes a caller hear one
 * prompt twice, no more. Only a call's newest step is kept.
 */
export class FlowSteps {
  private waiting = new Map<string, FlowStep>();
  private timer: NodeJS.Timeout | null = null;
  private readonly pool: Pool;
  private readonly log: Logger;

  constructor(pool: Pool, log: Logger) {
    this.pool = pool;
    this.log = log;
  }

  add(step: FlowStep): void {
    if (this.waiting.size >= maxWaiting) return;
    this.waiting.set(step.callId, step);
    this.timer ??= setTimeout(() => void this.flush(), batchMs);
  }

  /** The call left the flow: its last step is not worth a write. */
  drop(callId: string): void {
    this.waiting.delete(callId);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async flush(): Promise<void> {
    const steps = [...this.waiting.values()];
    this.waiting = new Map();
    this.timer = null;
    if (steps.length === 0) return;
    try {
      await saveFlowSteps(this.pool, steps);
    } catch (error) {
      this.log.warn({ reason: errorText(error) }, "flow steps wait for the database");
      for (const step of steps) if (!this.waiting.has(step.callId)) this.add(step);
    }
  }
}
