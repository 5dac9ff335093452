import type { Centre, TestOperator } from "../../test/support/centre.ts";
import type { PhoneCall } from "../../test/support/sip-phone.ts";

const lookMs = 10;
const clickMs = 1_000;

/** An operator who answers whatever rings and ends each talk after a while (0: the citizen ends it). */
export class ServingDesk {
  readonly operator: TestOperator;
  private readonly taken = new Set<PhoneCall>();
  private readonly timer: NodeJS.Timeout;
  private readonly clicking: NodeJS.Timeout;
  private readonly talkMs: number;

  private constructor(operator: TestOperator, talkMs: number) {
    this.operator = operator;
    this.talkMs = talkMs;
    this.timer = setInterval(() => this.look(), lookMs);
    this.clicking = setInterval(() => void this.comeBack(), clickMs);
  }

  static async at(centre: Centre, seat: string, talkMs = 600, tone = 0, available = true): Promise<ServingDesk> {
    return new ServingDesk(await centre.operator(seat, { tone, available }), talkMs);
  }

  /** Rings that overlap: two calls at one phone. */
  overlaps(): number {
    const { invited } = this.operator.phone;
    const endOf = (call: PhoneCall | undefined) => call?.at.ended ?? Number.POSITIVE_INFINITY;
    return invited.filter((call, n) => n > 0 && (call.at.invite ?? 0) < endOf(invited[n - 1])).length;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    clearInterval(this.clicking);
  }

  /** Who was taken for somebody that does not answer says at once that this is wrong. */
  private async comeBack(): Promise<void> {
    const { state } = (this.operator.feed.events("state").at(-1)?.data ?? {}) as { state?: string };
    if (state === "not_answering") await this.operator.available().catch(() => undefined); // again in a second
  }

  private look(): void {
    const { phone } = this.operator;
    for (const call of phone.invited) {
      if (this.taken.has(call) || call.rtpPort === 0) continue;
      this.taken.add(call);
      phone.ring(call);
      phone.answer(call);
      if (this.talkMs > 0) setTimeout(() => phone.hangUp(call), this.talkMs);
    }
  }
}
