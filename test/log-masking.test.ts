import { Writable } from "node:stream";
import { expect } from "chai";
import { createLogger } from "../src/log.ts";

describe("logs: no personal data", () => {
  const written = () => {
    const lines: string[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    });
    return { log: createLogger("info", {}, sink), text: () => lines.join("") };
  };

  it("masks what stands under the keys of numbers and names, also one level down, and keeps ids and states", () => {
    const { log, text } = written();
    const personal = {
      caller: "+390551234567",
      callerName: "Quercioli",
      number: "+393331112223",
      name: "Ermenegilda",
      login: "anna",
      email: "a@esempio.it",
      address: "192.0.2.77",
      to: "b@esempio.it",
      text: "Sono la signora",
    };
    log.info({ ...personal, callId: "call-1" }, "a call came in");
    log.warn({ call: { ...personal, callId: "call-2" } }, "and one level down");
    for (const value of Object.values(personal)) expect(text()).not.contain(value);
    expect(text().match(/\[masked\]/g)).length(2 * Object.keys(personal).length);
    for (const kept of ["call-1", "call-2", "a call came in"]) expect(text()).contain(kept);
  });

  it("leaves out the rows that PostgreSQL quotes in an error, whatever it is the cause of", () => {
    const { log, text } = written();
    const row = Object.assign(new Error("null value violates not-null constraint"), {
      code: "23502",
      table: "citizens",
      detail: "Failing row contains (Quercioli, +393331112223).",
      where: "SQL statement with Quercioli",
    });
    log.error({ error: row }, "request failed");
    log.error({ error: new Error("not written", { cause: row }) }, "request failed");
    expect(text()).not.contain("Quercioli");
    for (const kept of ["23502", "citizens", "not written"]) expect(text()).contain(kept);
  });
});
