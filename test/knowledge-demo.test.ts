import { expect } from "chai";
import { addDays, dayOf } from "../src/bookings/agenda/slots.ts";
import { findSlots } from "../src/bookings/free-slots.ts";
import { systemClock } from "../src/clock.ts";
import { smsLength } from "../src/knowledge/cards/sms-segments.ts";
import { findCards } from "../src/knowledge/search/search-cards.ts";
import { loadDemoData } from "../src/organisation/demo-data.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("cards, agendas and needs of the demo", () => {
  let database: TestDatabase;
  const count = async (from: string) => {
    const { rows } = await database.pool.query(`select count(*)::int as n from ${from}`);
    return rows[0].n as number;
  };

  before(async () => {
    database = await testDatabase();
    await loadDemoData(database.url);
  });
  after(() => database.drop());

  it("has a card for each of the services, with a text of its own", async () => {
    const cards = await count("cards where published_version is not null");
    expect(cards).to.equal(await count("services"));
    expect(cards).to.be.at.least(80);
    expect(await count("card_versions where how like 'Lo sportello dà le informazioni%'")).to.equal(0);
    const { rows } = await database.pool.query("select sms_text, work_done_text, where_text, who from card_versions");
    for (const row of rows) {
      for (const text of [row.sms_text, row.work_done_text]) {
        expect(smsLength(text).segments, text).to.be.within(1, 2);
        expect(smsLength(text).encoding, text).to.equal("GSM-7");
      }
      expect(row.where_text + row.who).not.to.match(/undefined|null/);
    }
    expect(await count("card_documents where released_at is not null")).to.equal(6);
  });

  it("is found by the words of callers", async () => {
    for (const [q, title] of [
      ["spazzatura bolletta", "TARI, tassa sui rifiuti"],
      ["rinovare carta identita", "Carta d'identità elettronica"],
      ["sposarsi", "Pubblicazioni di matrimonio"],
      ["caldaia bollino", "Impianti termici, bollino e controlli"],
    ] as const) {
      const found = await findCards(database.pool, q, { agencyId: null, limit: 3 });
      expect(found.items[0]?.title, q).to.equal(title);
    }
  });

  it("has an agenda with free slots for each service that books, and needs on their way", async () => {
    const { rows } = await database.pool.query("select id from agendas");
    expect(rows).to.have.length(await count("services where has_agenda"));
    const from = dayOf(new Date());
    for (const { id } of rows) {
      const slots = await findSlots(database.pool, systemClock, id, from, addDays(from, 20));
      expect(slots.filter((slot) => slot.free > 0)).not.to.have.length(0);
    }
    const states = await database.pool.query("select distinct state from information_needs order by 1");
    expect(states.rows.map((row) => row.state)).to.deep.equal(["accepted", "refused", "reported"]);
  });

  it("changes nothing when it is loaded again", async () => {
    const before = [
      await count("card_versions"),
      await count("agendas"),
      await count("information_needs"),
      await count("bookings"),
    ];
    await database.pool.query(
      "update agendas set name = 'Rinominata' where id = (select min(id::text)::uuid from agendas)",
    );
    await loadDemoData(database.url);
    const after = [
      await count("card_versions"),
      await count("agendas"),
      await count("information_needs"),
      await count("bookings"),
    ];
    expect(after).to.deep.equal(before);
    expect(await count("agendas where name = 'Rinominata'")).to.equal(1);
  });
});
