import { expect } from "chai";
import { orderFaults } from "../bench/waiting/ring-order.ts";

describe("bench:waiting, its judge of the order", () => {
  const came = ["anna", "bruno", "carla", "dario"];

  it("finds nothing when each is served once, in turn", () => {
    expect(orderFaults(came, came)).to.deep.equal([]);
  });

  for (const { what, rung, found } of [
    {
      what: "two who changed places",
      rung: ["anna", "carla", "bruno", "dario"],
      found: "at place 2 it was carla's turn instead of bruno's",
    },
    { what: "somebody forgotten", rung: ["anna", "bruno", "dario"], found: "carla was never rung for" },
    { what: "somebody twice", rung: ["anna", "bruno", "bruno", "carla", "dario"], found: "bruno was rung for twice" },
    { what: "a stranger", rung: [...came, "eva"], found: "eva is nobody who called" },
  ]) {
    it(`finds ${what}`, () => {
      expect(orderFaults(came, rung)).to.include(found);
    });
  }
});
