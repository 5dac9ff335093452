import { expect } from "chai";
import fc from "fast-check";
import { FrameCutter, type StreamFrame } from "../src/web/live/event-stream.ts";

const text = 'retry: 1000\nid: 4\nevent: hello\ndata: {}\n\n: beat\n\nid: 5\nevent: offer\ndata: {"a":\ndata: 1}\n\n';
const frames: StreamFrame[] = [
  { id: "4", kind: "hello", data: "{}" },
  { id: null, kind: "beat", data: "beat" },
  { id: "5", kind: "offer", data: '{"a":\n1}' },
];

describe("page: frames of the live feed", () => {
  it("reads events, several data lines and the beats that keep the watchdog quiet", () => {
    expect(new FrameCutter().push(text)).to.deep.equal(frames);
  });

  it("does not care where the network cuts, nor about the kind of line end", () => {
    const ends = fc.constantFrom("\n", "\r\n", "\r");
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(ends, cuts, (end, sizes) => {
        const cutter = new FrameCutter();
        const got: StreamFrame[] = [];
        let rest = text.replaceAll("\n", end);
        for (let turn = 0; rest; turn++) {
          const size = sizes[turn % sizes.length]!;
          got.push(...cutter.push(rest.slice(0, size)));
          rest = rest.slice(size);
        }
        // A line feed may still follow a carriage return at the very end.
        got.push(...cutter.push("\n"));
        expect(got).to.deep.equal(frames);
      }),
    );
  });
});
