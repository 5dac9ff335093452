import type { Centre, Copy } from "../../test/support/centre.ts";
import { WireGate } from "./wire-gate.ts";

/** As the launcher does: a copy that died young is started again after a pause. */
const restartMs = 700;

type Place = { gate: WireGate; copy: Copy | null };

/** Copies behind a gate each, started again when they die, unless told to leave them dead. */
export class CopyKeeper {
  readonly places: Place[] = [];
  /** What the copy of a place is started with, beside the usual; by the place's number. */
  environmentOf: (place: number) => Record<string, string> = () => ({});
  private restarting = true;
  private readonly starts = new Set<Promise<void>>();
  private readonly centre: Centre;

  private constructor(centre: Centre) {
    this.centre = centre;
  }

  static async start(centre: Centre, count: number): Promise<CopyKeeper> {
    const keeper = new CopyKeeper(centre);
    for (let n = 0; n < count; n++) {
      const place: Place = { gate: await WireGate.to(centre.asterisk.url), copy: null };
      keeper.places.push(place);
      await keeper.fill(place);
    }
    return keeper;
  }

  get alive(): Copy[] {
    return this.places.flatMap(({ copy }) => copy ?? []);
  }

  /** The place whose copy has the most live calls. */
  async busiest(): Promise<Place & { copy: Copy }> {
    const { rows } = await this.centre.pool.query<{ name: string }>(
      `select n.name from calls c join nodes n on n.id = c.node_id where c.state <> 'ended'
      group by n.name order by count(*) desc`,
    );
    for (const { name } of rows) {
      const place = this.places.find(({ copy }) => copy?.node === name);
      if (place?.copy) return { ...place, copy: place.copy };
    }
    throw new Error("no copy has a call");
  }

  signal(copy: Copy, signal: NodeJS.Signals): void {
    process.kill(copy.pid, signal);
  }

  /** Kills all and leaves them dead. */
  async killAll(): Promise<void> {
    this.restarting = false;
    const copies = this.alive;
    for (const copy of copies) this.signal(copy, "SIGKILL");
    await Promise.all(copies.map((copy) => copy.ended));
  }

  /** Resolves when the first is ready; `allUp` tells when all are. */
  async startAll(): Promise<void> {
    this.restarting = true;
    await Promise.any(this.places.map((place) => this.begin(place)));
  }

  async allUp(): Promise<void> {
    while (this.starts.size > 0 || this.alive.length < this.places.length) {
      await Promise.all(this.starts);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    this.restarting = false;
    await Promise.all(this.starts);
    for (const { gate } of this.places) await gate.close();
  }

  private begin(place: Place): Promise<void> {
    const start = this.fill(place).finally(() => this.starts.delete(start));
    this.starts.add(start);
    return start;
  }

  private async fill(place: Place): Promise<void> {
    const { user, password } = this.centre.asterisk;
    const ASTERISK_URLS = `http://${user}:${password}@127.0.0.1:${place.gate.port}`;
    const copy = await this.centre.startCopy({
      ...this.environmentOf(this.places.indexOf(place)),
      ASTERISK_URLS,
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "warn",
    });
    place.copy = copy;
    void copy.ended.then(() => {
      place.copy = null;
      if (!this.restarting) return;
      setTimeout(() => {
        if (this.restarting) this.begin(place).catch(() => undefined); // the judge finds it missing
      }, restartMs);
    });
  }
}
