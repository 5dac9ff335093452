import { Readable } from "node:stream";
import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { cardRoutes } from "../src/knowledge/card-routes.ts";
import { editCard } from "../src/knowledge/cards/save-card.ts";
import { applyCardImport, discardCardImport } from "../src/knowledge/sync/apply-card-import.ts";
import { listImportRows } from "../src/knowledge/sync/card-import-store.ts";
import { readCsvDelivery } from "../src/knowledge/sync/read-delivery.ts";
import { stageCardImport } from "../src/knowledge/sync/stage-card-import.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedWith } from "./support/refused.ts";
import { testClient, testPerson, testWeb } from "./support/web.ts";

const header = "codice;servizio;titolo;chi;sms;valida_fino";

describe("cards of an agency that keeps them elsewhere", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let editor: SignedInPerson;
  let agencyId: string;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    agencyId = world.agencies[0];
    editor = { ...world.supervisor, roles: [{ role: "knowledge_editor", agencyId: null }] };
    for (const [code, service] of [
      ["ANA", world.services.registry],
      ["STR", world.services.roads],
    ] as const) {
      await database.pool.query("update services set external_id = $2 where id = $1", [service.id, code]);
    }
  });
  after(() => database.drop());

  const read = (lines: string[], encoding: BufferEncoding = "utf8") =>
    readCsvDelivery(Readable.from([Buffer.from(lines.join("\n"), encoding)]));
  const stage = async (lines: string[], person = editor) =>
    stageCardImport(database.pool, person, agencyId, await read([header, ...lines]));
  const live = async () => {
    const { rows } = await database.pool.query(
      `select external_id as code, published_version as version, title from cards
      where external_id is not null and published_version is not null order by 1`,
    );
    return rows.map((row) => `${row.code} ${row.version} ${row.title}`);
  };
  const faults = async (lines: string[], person = editor) => {
    const error = await refusedWith(stage(lines, person), "delivery_errors");
    const rows = error.details.extra?.rows as { line: number; column: string; it: string }[];
    return rows.map(({ line, column }) => `${line} ${column}`);
  };

  it("shows what would change before anything goes live, then applies it once", async () => {
    const staged = await stage([
      "A1;ANA;Carta d'identità;Sportello;;31/12/2030",
      "A2;STR;Buche;;Segnalare il chilometro;",
    ]);
    expect(staged).to.deep.include({ state: "staged", source: "csv", counts: { new: 2, changed: 0, same: 0 } });
    expect(await live()).to.deep.equal([]);
    expect((await applyCardImport(database.pool, editor, staged.id)).state).to.equal("applied");
    expect(await live()).to.deep.equal(["A1 1 Carta d'identità", "A2 1 Buche"]);
    await refusedWith(applyCardImport(database.pool, editor, staged.id), "import_ended");
    const { rows } = await database.pool.query("select valid_until::text from cards where external_id = 'A1'");
    expect(rows).to.deep.equal([{ valid_until: "2030-12-31" }]);
  });

  it("has nothing new in the same delivery, and names each changed field in another", async () => {
    const same = await stage([
      "A1;ANA;Carta d'identità;Sportello;;2030-12-31",
      "A2;STR;Buche;;Segnalare il chilometro;",
    ]);
    expect(same.counts).to.deep.equal({ new: 0, changed: 0, same: 2 });
    await applyCardImport(database.pool, editor, same.id);
    const changed = await stage([
      "A1;ANA;Carta d'identità;Sportello 2;;2030-12-31",
      "A2;STR;Buche;;Segnalare il chilometro;",
    ]);
    expect(changed.counts).to.deep.equal({ new: 0, changed: 1, same: 1 });
    const [row] = await listImportRows(database.pool, changed.id, -1, 10);
    expect(row?.changes).to.deep.equal({ who: { from: "Sportello", to: "Sportello 2" } });
    await applyCardImport(database.pool, editor, changed.id);
    expect(await live()).to.deep.equal(["A1 2 Carta d'identità", "A2 1 Buche"]);
  });

  it("leaves alone what a file has no column for", async () => {
    const delivery = await read(["codice;servizio;titolo", "A1;ANA;Carta d'identità (CIE)"]);
    const staged = await stageCardImport(database.pool, editor, agencyId, delivery);
    await applyCardImport(database.pool, editor, staged.id);
    const { rows } = await database.pool.query(
      "select v.who from cards c join card_versions v on v.card_id = c.id and v.version = c.version where c.external_id = 'A1'",
    );
    expect(rows).to.deep.equal([{ who: "Sportello 2" }]);
  });

  it("is all or nothing, with each fault at its line", async () => {
    expect(
      await faults([
        "B1;ANA;Buona;;;",
        "B1;ANA;Doppia;;;",
        "B2;XXX;Servizio ignoto;;;",
        "B3;ANA;;;;",
        `B4;ANA;SMS;;${"a".repeat(500)};`,
        "B5;ANA;Data;;;31 dicembre",
        "A2;ANA;Altro servizio;;;",
      ]),
    ).to.deep.equal(["5 titolo", "7 valida_fino"]);
    expect(
      await faults([
        "B1;ANA;Buona;;;",
        "B1;ANA;Doppia;;;",
        "B2;XXX;Ignoto;;;",
        `B4;ANA;SMS;;${"a".repeat(500)};`,
        "A2;ANA;Altro;;;",
      ]),
    ).to.deep.equal(["3 codice", "4 servizio", "5 smsText", "6 servizio"]);
    const { rows } = await database.pool.query("select count(*)::int as n from cards where external_id like 'B%'");
    expect(rows).to.deep.equal([{ n: 0 }]);
  });

  it("says where a broken file is broken", async () => {
    const errors = async (lines: string[], encoding?: BufferEncoding) => (await read(lines, encoding)).errors;
    expect(await errors(["codice;titolo;prezzo", "1;2;3"])).to.have.length(2);
    expect(await errors([header, "A1;ANA;Corta"])).to.deep.equal([
      { line: 2, column: null, it: "La riga ha 3 colonne invece di 6." },
    ]);
    expect((await errors([header, 'A1;ANA;"mai chiusa;;;', "A2;ANA;x;;;"]))[0]).to.include({ line: 2 });
    const latin = await read([header, "A1;ANA;Identità;;;"], "latin1");
    expect(latin.cards[0]?.title).to.equal("Identità");
  });

  it("keeps referents to their services", async () => {
    expect(await faults(["A2;STR;Buche nuove;;;"], world.referent)).to.deep.equal(["2 servizio"]);
    const own = await stage(["A1;ANA;Carta;;;"], world.referent);
    const other = await stage(["A2;STR;Buche;;Altro;"]);
    await refusedWith(applyCardImport(database.pool, world.referent, other.id), "out_of_scope");
    await discardCardImport(database.pool, world.referent, own.id);
    await discardCardImport(database.pool, editor, other.id);
  });

  it("does not write over what somebody changed after the comparison", async () => {
    const staged = await stage(["A2;STR;Buche e voragini;;;"]);
    const { rows } = await database.pool.query("select id, version from cards where external_id = 'A2'");
    await editCard(database.pool, editor, rows[0].id, rows[0].version, { who: "A mano" });
    const error = await refusedWith(applyCardImport(database.pool, editor, staged.id), "import_outdated");
    expect(error.details.extra).to.deep.equal({ externalIds: ["A2"] });
    const created = [await stage(["C1;ANA;Nuova;;;"]), await stage(["C1;ANA;Nuova di altri;;;"])];
    const results = await Promise.allSettled(created.map(({ id }) => applyCardImport(database.pool, editor, id)));
    expect(results.map((result) => result.status).sort()).to.deep.equal(["fulfilled", "rejected"]);
  });

  it("takes JSON and CSV by the API", async () => {
    const web = await testWeb(database, { routes: cardRoutes({ pool: database.pool, clock: systemClock }) });
    try {
      await testPerson(database.pool, "redattore", "knowledge_editor");
      const client = await testClient(web.url, "redattore");
      const cards = [
        { externalId: "J1", service: "ANA", title: "Da JSON", answers: [{ reason: "reminder", text: "Sì." }] },
      ];
      const made = await client.call("POST", `/card-imports?agency=${agencyId}`, { cards });
      expect([made.status, made.body.counts]).to.deep.equal([201, { new: 1, changed: 0, same: 0 }]);
      const path = `/card-imports/${made.body.id}`;
      expect((await client.call("GET", path)).body).to.have.nested.property("items[0].content.title", "Da JSON");
      expect((await client.call("POST", `${path}/apply`)).body.state).to.equal("applied");
      const bad = await client.call("POST", `/card-imports?agency=${agencyId}`, {
        cards: [{ externalId: "J2", colour: 1 }],
      });
      expect([bad.status, bad.body.code]).to.deep.equal([422, "delivery_errors"]);
      const csv = await client.call("POST", `/card-imports?agency=${agencyId}`, `${header}\nJ1;ANA;Da CSV;;;`, {
        "content-type": "text/csv",
      });
      expect([csv.status, csv.body.counts]).to.deep.equal([201, { new: 0, changed: 1, same: 0 }]);
      expect((await client.call("DELETE", `/card-imports/${csv.body.id}`)).body.state).to.equal("discarded");
    } finally {
      await web.close();
    }
  });
});
