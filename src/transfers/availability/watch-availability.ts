import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { type Calendar, nextOpening } from "../../ivr/hours/opening-hours.ts";
import { judgeOffice, type OfficeFacts } from "./availability.ts";
import { isAnybodyTalking, readOfficeFacts, tellVerdicts } from "./availability-store.ts";
import { sayJudgement } from "./availability-texts.ts";

/**
 * Tells the operators concerned when an office's verdict changed, as the desk event `office` {officeId, officeName,
 * verdict, since, until, it, en}; run again and again in each copy. Costs one look-up while nobody talks, else two
 * statements for all offices together. Rows only, no switch is asked: the check itself looks at the devices.
 */
export class AvailabilityWatch {
  private readonly pool: Pool;
  private readonly clock: Clock;
  /** When each closed office opens: found once, true until then. */
  private openings = new Map<string, Date | null>();

  constructor({ pool, clock }: { pool: Pool; clock: Clock }) {
    this.pool = pool;
    this.clock = clock;
  }

  /** @returns how many offices changed */
  async look(): Promise<number> {
    if (!(await isAnybodyTalking(this.pool))) return 0;
    const now = this.clock.now();
    const offices = await readOfficeFacts(this.pool, null, now);
    if (offices.length === 0) return 0;
    const before = this.openings;
    this.openings = new Map();
    return tellVerdicts(
      this.pool,
      offices.map((office) => this.told(office, now, before)),
    );
  }

  private told(office: OfficeFacts, now: Date, before: ReadonlyMap<string, Date | null>) {
    const opening = (calendar: Calendar, at: Date) => {
      const key = `${office.officeId} ${office.hoursVersion}`;
      const known = before.get(key);
      const opens = known === undefined || (known !== null && known <= at) ? nextOpening(calendar, at) : known;
      this.openings.set(key, opens);
      return opens;
    };
    const judged = judgeOffice(office, now, null, null, opening);
    const { verdict, since, until } = judged;
    const payload = { officeId: office.officeId, officeName: office.name, verdict, since, until };
    return { officeId: office.officeId, verdict, payload: { ...payload, ...sayJudgement(judged, now) } };
  }
}
