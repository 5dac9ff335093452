import { expect } from "chai";
import { blindFaults } from "./support/blind-faults.ts";
import { Centre, type TestOperator } from "./support/centre.ts";
import { judgeFault, tones } from "./support/transfer-faults.ts";
import {
  command,
  nothingLeft,
  switchboardCase,
  type TestOffice,
  talkReady,
  testOffice,
} from "./support/transfer-scene.ts";

describe("a direct transfer of the switchboard keeps its promise", () => {
  let centre: Centre;
  let anna: TestOperator;
  let office: TestOffice;
  before(async () => {
    centre = await Centre.start({ wrapUpSeconds: 60 });
    anna = await centre.operator("201", { tone: tones.operator });
    office = await testOffice(centre, "301", tones.office);
  });
  afterEach(async () => nothingLeft(centre));
  after(async () => centre.close());

  for (const fault of blindFaults) {
    it(fault.name, async () => {
      expect(await judgeFault(await talkReady(centre, anna, office), fault)).to.be.greaterThan(0);
    });
  }

  it("needs the case first, and dials no closed entry and no premium number", async () => {
    const talk = await talkReady(centre, anna, office);
    const { entryId, caseId } = await switchboardCase(talk, "trust");
    const refused = async () => {
      const { status, body } = await command(talk, "transfer", { entryId, caseId });
      return [status, body.code];
    };
    await centre.pool.query("update cases set switchboard = false, version = version + 1 where id = $1", [caseId]);
    expect(await refused()).to.deep.equal([422, "switchboard_case_first"]);
    await centre.pool.query("update cases set switchboard = true, version = version + 1 where id = $1", [caseId]);
    await centre.pool.query("update directory_entries set account = null, phone = '+39899123456' where id = $1", [
      entryId,
    ]);
    expect(await refused()).to.deep.equal([422, "number_premium"]);
    await centre.pool.query(
      `with k as (insert into calendars (name) values ('Mai aperto') returning id)
      update directory_entries set phone = '+39055276111', calendar_id = (select id from k) where id = $1`,
      [entryId],
    );
    expect(await refused()).to.deep.equal([422, "entry_closed"]);
    talk.citizen.phone.hangUp(talk.citizen);
    await talk.desk.until("ended");
  });
});
