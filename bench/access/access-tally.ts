/** Counts what was asked and keeps what went wrong: a leak let somebody in, a lost twin kept somebody out. */
export class AccessTally {
  checks = 0;
  readonly leaks: string[] = [];
  readonly lostTwins: string[] = [];

  /** Somebody must be refused. */
  denied(refused: boolean, what: string): void {
    this.checks += 1;
    if (!refused) this.leaks.push(what);
  }

  /** The allowed twin of a refusal: the same request must get through. */
  allowed(reached: boolean, what: string): void {
    this.checks += 1;
    if (!reached) this.lostTwins.push(what);
  }
}
