import { expect } from "chai";
import { Batch } from "../src/database/batch.ts";

/** A statement that ends when the test says so. */
class Statement {
  readonly written: number[][] = [];
  private readonly ends: (() => void)[] = [];
  private readonly started: (() => void)[] = [];
  refuse: (items: number[]) => Error | null = () => null;

  readonly write = async (items: number[]): Promise<string[]> => {
    this.written.push(items);
    this.started.shift()?.();
    await new Promise<void>((resolve) => this.ends.push(resolve));
    const error = this.refuse(items);
    if (error) throw error;
    return items.map((item) => `wrote ${item}`);
  };

  /** Ends the oldest statement under way. */
  end(): void {
    this.ends.shift()?.();
  }

  next(): Promise<void> {
    return new Promise((resolve) => this.started.push(resolve));
  }
}

const now = { least: 0, most: 0 };

const cancelled = () => Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" });

describe("writes of many calls in one statement", () => {
  it("writes the first at once, and what comes meanwhile together in the next", async () => {
    const statement = new Statement();
    const batch = new Batch(statement.write, now);
    const first = batch.add(1);
    const others = [batch.add(2), batch.add(3)];
    expect(statement.written).to.deep.equal([[1]]);
    const next = statement.next();
    statement.end();
    expect(await first).to.equal("wrote 1");
    await next;
    statement.end();
    expect(await Promise.all(others)).to.deep.equal(["wrote 2", "wrote 3"]);
    expect(statement.written).to.deep.equal([[1], [2, 3]]);
  });

  it("does not let a refused item take the others with it", async () => {
    const statement = new Statement();
    statement.refuse = (items) => (items.includes(2) ? new Error("refused") : null);
    const batch = new Batch(statement.write, now);
    const all = [1, 2, 3, 4].map((item) => batch.add(item).catch((error: Error) => error.message));
    for (let n = 0; n < 5; n++) {
      const next = statement.next();
      statement.end();
      if (n < 4) await next;
    }
    expect(await Promise.all(all)).to.deep.equal(["wrote 1", "refused", "wrote 3", "wrote 4"]);
  });

  it("does not repeat one by one what failed because the database is away", async () => {
    const statement = new Statement();
    statement.refuse = () => Object.assign(new Error("terminating connection"), { code: "57P01" });
    const batch = new Batch(statement.write, now);
    const all = [1, 2, 3].map((item) => batch.add(item).catch(() => "failed"));
    const next = statement.next();
    statement.end();
    await next;
    statement.end();
    expect(await Promise.all(all)).to.deep.equal(["failed", "failed", "failed"]);
    expect(statement.written).to.deep.equal([[1], [2, 3]]);
  });

  it("writes one by one what waited too long for a row that one of them needs", async () => {
    const statement = new Statement();
    statement.refuse = (items) => (items.includes(2) ? cancelled() : null);
    const batch = new Batch(statement.write, now);
    const all = [1, 2, 3].map((item) => batch.add(item).catch(() => "failed"));
    for (let n = 0; n < 4; n++) {
      const next = statement.next();
      statement.end();
      if (n < 3) await next;
    }
    expect(await Promise.all(all)).to.deep.equal(["wrote 1", "failed", "wrote 3"]);
  });

  it("begins another statement beside one that hangs", async () => {
    const statement = new Statement();
    const batch = new Batch(statement.write, now);
    const stuck = batch.add(1);
    const next = statement.next();
    const other = batch.add(2);
    await next;
    expect(statement.written).to.deep.equal([[1], [2]]);
    statement.end();
    statement.end();
    expect(await Promise.all([stuck, other])).to.deep.equal(["wrote 1", "wrote 2"]);
  });
});
