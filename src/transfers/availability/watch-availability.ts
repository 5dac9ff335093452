import type { Clock } from "../../clock.ts";
import type { Pool } from "../../database/pool.ts";
import { judgeOffice } from "./availability.ts";
import { isAnybodyTalking, readOfficeFacts, tellVerdicts } from "./availability-store.ts";
import { sayJudgement } from "./availability-texts.ts";

/**
 * Every two seconds in each copy: tells the operators concerned when an office's verdict changed, as the desk event
 * `office` {officeId, officeName, verdict, since, until, it, en}. Costs one look-up while nobody talks, else two
 * statements for all offices together. Rows only, no switch is asked: the check itself looks at the devices.
 * @returns how many offices changed
 */
export async function watchAvailability({ pool, clock }: { pool: Pool; clock: Clock }): Promise<number> {
  if (!(await isAnybodyTalking(pool))) return 0;
  const now = clock.now();
  const offices = await readOfficeFacts(pool, null, now);
  if (offices.length === 0) return 0;
  const verdicts = offices.map((office) => {
    const judged = judgeOffice(office, now, null);
    const { verdict, since, until } = judged;
    const payload = { officeId: office.officeId, officeName: office.name, verdict, since, until };
    return { officeId: office.officeId, verdict, payload: { ...payload, ...sayJudgement(judged, now) } };
  });
  return tellVerdicts(pool, verdicts);
}
