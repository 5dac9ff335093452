import { expect } from "chai";
import { FakeAsterisk } from "./support/fake-asterisk.ts";
import { RecordedLink } from "./support/recorded-link.ts";

describe("a socket that answers commands and brings no events", () => {
  let fake: FakeAsterisk;
  let link: RecordedLink;
  before(async () => {
    fake = await FakeAsterisk.start();
    link = new RecordedLink({ address: fake.address, echo: true });
    await link.open();
  });
  after(async () => {
    await link.connection.close();
    await fake.close();
  });

  it("is given up within five seconds, and compared anew", async function () {
    this.timeout(15_000);
    fake.deaf = true;
    const since = performance.now();
    await link.until(() => link.disconnects === 1);
    expect(performance.now() - since).lessThan(5_500);
    fake.deaf = false;
    await link.until(() => link.repairs.length === 2);
    expect(link.log).to.include("no events come");
  });
});
