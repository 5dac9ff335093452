import { expect } from "chai";
import { DeskStream, type StreamState } from "../src/web/live/live-stream.ts";

/** A server that answers as told, one request after another. */
class ToldServer {
  readonly asked: number[] = [];
  private readonly real = globalThis.fetch;

  constructor(answers: ("silence" | string)[]) {
    globalThis.fetch = (_url, options) => {
      const answer = answers[this.asked.length] ?? "silence";
      this.asked.push(performance.now());
      const { signal } = options ?? {};
      return new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
        if (answer !== "silence") resolve(new Response(answer, { status: 200 }));
      });
    };
  }

  close(): void {
    globalThis.fetch = this.real;
  }
}

const replaced = "event: replaced\ndata: {}\n\n";

describe("page: a request that was given up is answered after all, elsewhere", function () {
  this.timeout(15_000);
  let server: ToldServer | null = null;
  afterEach(() => server?.close());

  const untilReplaced = (answers: string[]): Promise<StreamState[]> =>
    new Promise((resolve) => {
      server = new ToldServer(answers);
      const states: StreamState[] = [];
      const stream = new DeskStream({
        onState: (state) => {
          states.push(state);
          if (state === "replaced") resolve(states);
        },
        onEvent: () => undefined,
      });
      stream.open();
    });

  it("the page asks once more, and believes it the second time", async () => {
    const states = await untilReplaced(["silence", replaced, replaced]);
    expect(states).to.deep.equal(["lost", "live", "lost", "live", "replaced"]);
    expect(server?.asked).to.have.lengthOf(3);
  });

  it("who never gave up is told at once", async () => {
    expect(await untilReplaced([replaced])).to.deep.equal(["live", "replaced"]);
    expect(server?.asked).to.have.lengthOf(1);
  });
});
