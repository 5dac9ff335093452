import { expect } from "chai";
import { isCardCode, readCardCode } from "../src/knowledge/cards/card.ts";
import { publishCard } from "../src/knowledge/cards/publish-card.ts";
import { type CardInput, createCard } from "../src/knowledge/cards/save-card.ts";
import { listEmptySearches } from "../src/knowledge/search/card-search-store.ts";
import { searchCards } from "../src/knowledge/search/search-cards.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("search of the knowledge", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let editor: SignedInPerson;
  const codes = new Map<string, string>();

  const publish = async (service: { id: string }, title: string, more: Partial<CardInput> = {}) => {
    const card = await createCard(database.pool, editor, { serviceId: service.id, title, ...more });
    await publishCard(database.pool, editor, card.id, card.latestVersion);
    codes.set(title, card.code);
    return card;
  };
  const search = async (q: string, agencyId?: string) =>
    searchCards(database.pool, world.anna, { q, agencyId, limit: 10 });
  const titles = async (q: string, agencyId?: string) => (await search(q, agencyId)).items.map((card) => card.title);

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    editor = { ...world.supervisor, roles: [{ role: "knowledge_editor", agencyId: null }] };
    const { registry, base, closed, other } = world.services;
    await publish(registry, "Carta d'identità elettronica", {
      keywords: "CIE documento",
      how: "Si prenota un appuntamento: servono fototessera, tessera sanitaria e la vecchia carta.",
    });
    await publish(registry, "Cambio di residenza", { how: "Il modulo si invia per posta o allo sportello." });
    await publish(registry, "Certificati anagrafici", { how: "Nascita, residenza, stato di famiglia." });
    await publish(base, "Biblioteche comunali", { when: "Aperte dal lunedì al sabato, la carta non serve." });
    await publish(closed, "Pagamento della TARI", { how: "La tassa sui rifiuti si paga in due rate." });
    await publish(other, "Buche sulle strade provinciali", { how: "Si segnala il chilometro." });
    await createCard(database.pool, editor, { serviceId: registry.id, title: "Bozza sulla carta da parati" });
  });
  after(() => database.drop());

  it("finds forms and beginnings of words, without accents, apostrophes or articles", async () => {
    const card = "Carta d'identità elettronica";
    for (const q of [
      "carta identità",
      "CARTA IDENTITA",
      "carte d'identita elettroniche",
      "la carta di identità",
      "c.i.e.",
      "cie",
      "ident",
      "elettron cart",
    ]) {
      expect((await titles(q))[0], q).to.equal(card);
    }
    expect(await titles("certificat")).to.deep.equal(["Certificati anagrafici"]);
    expect(await titles("anagrafica")).to.deep.equal(["Certificati anagrafici"]);
    expect(await titles("rifiuti rata")).to.deep.equal(["Pagamento della TARI"]);
    expect((await search("carta identità")).match).to.equal("all");
  });

  it("puts the title before the text and leaves drafts alone", async () => {
    expect(await titles("residenza")).to.deep.equal(["Cambio di residenza", "Certificati anagrafici"]);
    // The other two belong to the service "Carta d'identità".
    expect(await titles("carta")).to.deep.equal([
      "Carta d'identità elettronica",
      "Cambio di residenza",
      "Certificati anagrafici",
      "Biblioteche comunali",
    ]);
    expect(await titles("parati")).to.deep.equal([]);
  });

  it("forgives typing errors, and says so", async () => {
    for (const [q, title] of [
      ["carta idetnità", "Carta d'identità elettronica"],
      ["certifcati", "Certificati anagrafici"],
      ["cambio residensa", "Cambio di residenza"],
      ["bibblioteca", "Biblioteche comunali"],
    ] as const) {
      const found = await search(q);
      expect(found.items[0]?.title, q).to.equal(title);
      expect(found.match, q).to.equal("alike");
    }
  });

  it("shows the nearest when no card has all words, nothing when no word is known", async () => {
    const part = await search("carta identità elefante");
    expect(part.match).to.equal("part");
    expect(part.items[0]?.title).to.equal("Carta d'identità elettronica");
    expect(await search("xyzzy")).to.deep.equal({ items: [], match: "nothing" });
    for (const q of ["%", "_", "' or 1=1 --", "a & b | !c", ":*", "carta:*A <-> &", "(((", "🙂", "della"])
      await search(q);
    expect((await search("  ")).match).to.equal("list");
  });

  it("is narrowed to one agency", async () => {
    expect(await titles("strade", world.agencies[1])).to.deep.equal(["Buche sulle strade provinciali"]);
    expect(await titles("strade provinciali", world.agencies[0])).to.deep.equal([]);
  });

  it("finds a code that was read aloud, and no other card by a wrong one", async () => {
    const code = codes.get("Cambio di residenza") ?? "";
    expect(await titles(`${code.slice(0, 2)} ${code.slice(2)}`)).to.deep.equal(["Cambio di residenza"]);
    for (let place = 0; place < code.length; place++) {
      for (let digit = 0; digit < 10; digit++) {
        const wrong = code.slice(0, place) + digit + code.slice(place + 1);
        expect(isCardCode(wrong), wrong).to.equal(wrong === code);
      }
      const swapped = [...code];
      [swapped[place], swapped[place + 1]] = [swapped[place + 1] ?? "", swapped[place] ?? ""];
      const other = swapped.join("");
      if (other !== code && place + 1 < code.length) expect(isCardCode(other), other).to.equal(false);
    }
    expect(readCardCode("12-34")).to.equal(null);
  });

  it("puts a card whose last day is over after the others and marks it", async () => {
    await publish(world.services.base, "Orari estivi delle biblioteche", { validUntil: "2020-08-31" });
    const found = (await search("biblioteche")).items;
    expect(found.map((card) => [card.title, card.expired])).to.deep.equal([
      ["Biblioteche comunali", false],
      ["Orari estivi delle biblioteche", true],
    ]);
  });

  it("remembers once what was typed in vain, without the citizen's data", async () => {
    await database.pool.query("delete from card_searches");
    for (const q of ["zzumba", "zzumba per", "zzumba per anziani"]) await search(q);
    await searchCards(database.pool, world.bruno, { q: "zzumba per anziani", limit: 5 });
    await searchCards(database.pool, world.bruno, { q: "qqrossi 055 1234567 qq@esempio.it", limit: 5 });
    const kept = await listEmptySearches(database.pool, new Date(0), null, 10);
    expect(kept.map(({ text, times }) => [text, times])).to.deep.equal([
      ["zzumba per anziani", 2],
      ["qqrossi … …", 1],
    ]);
  });
});
