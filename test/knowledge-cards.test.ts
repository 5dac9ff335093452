import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import { cardRoutes } from "../src/knowledge/card-routes.ts";
import { publishCard } from "../src/knowledge/cards/publish-card.ts";
import { createCard, editCard } from "../src/knowledge/cards/save-card.ts";
import { showCard } from "../src/knowledge/cards/show-card.ts";
import { addDocument, mediaTypeOf, releaseDocument } from "../src/knowledge/documents/add-document.ts";
import { releasedDocuments } from "../src/knowledge/documents/card-document-store.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";
import { testClient, testPerson, testWeb } from "./support/web.ts";

describe("knowledge cards", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let editor: SignedInPerson;
  const pdf = (text: string) => ({ name: "modulo.pdf", content: Buffer.from(`%PDF-1.7 ${text}`) });

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    editor = { ...world.supervisor, roles: [{ role: "knowledge_editor", agencyId: null }] };
  });
  after(() => database.drop());

  const draft = (title: string) =>
    createCard(database.pool, world.referent, { serviceId: world.services.registry.id, title });

  it("is a draft that operators do not see until it is published; a newer draft does not disturb them", async () => {
    const card = await draft("Prima");
    await refusedWith(showCard(database.pool, world.anna, card.id, "published"), "not_found");
    await refusedWith(showCard(database.pool, world.anna, card.id, "latest"), "not_found");
    await publishCard(database.pool, world.referent, card.id, 1);
    const edited = await editCard(database.pool, editor, card.id, 1, { who: "Ufficio anagrafe", note: "aggiunto" });
    expect(edited).to.include({ version: 2, latestVersion: 2, publishedVersion: 1, who: "Ufficio anagrafe" });
    expect(await showCard(database.pool, world.anna, card.id, "published")).to.include({
      version: 1,
      who: "",
      state: "changed",
      editable: false,
    });
    await publishCard(database.pool, editor, card.id, 2);
    expect(await showCard(database.pool, world.anna, card.id, "published")).to.include({
      version: 2,
      state: "published",
    });
    expect(await showCard(database.pool, editor, card.id, 1)).to.include({ version: 1, who: "" });
  });

  it("makes no version when nothing changes", async () => {
    const card = await draft("Uguale");
    const same = await editCard(database.pool, editor, card.id, 1, { title: " Uguale ", answers: [] });
    expect(same.latestVersion).to.equal(1);
  });

  it("lets one of two simultaneous edits win and shows the other what is there", async () => {
    const card = await draft("Gara");
    const results = await Promise.allSettled(
      ["uno", "due"].map((how) => editCard(database.pool, editor, card.id, 1, { how })),
    );
    expect(results.map((result) => result.status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    const stale = await refusedWith(editCard(database.pool, editor, card.id, 1, { how: "tre" }), "stale_version");
    expect(stale.details.extra).to.include({ currentVersion: 2 });
  });

  it("is written by editors and by the referents of its service only", async () => {
    const { roads, other } = world.services;
    const card = await createCard(database.pool, editor, { serviceId: roads.id, title: "Buche" });
    await refusedWith(editCard(database.pool, world.referent, card.id, 1, { how: "x" }), "out_of_scope");
    await refusedWith(createCard(database.pool, world.referent, { serviceId: other.id, title: "X" }), "out_of_scope");
    expect(await editCard(database.pool, editor, card.id, 1, { how: "x" })).to.include({ latestVersion: 2 });
  });

  it("refuses SMS texts beyond three segments, and says which signs cost the room", async () => {
    const card = await draft("SMS");
    const save = (smsText: string) => editCard(database.pool, editor, card.id, 1, { smsText });
    const long = await refusedWith(save(`${"a".repeat(459)}b`), "sms_too_long");
    expect(long.details.it).to.contain("4 SMS");
    const dear = await refusedWith(save(`È ${"a".repeat(200)}`), "sms_too_long");
    expect(dear.details.insteadIt).to.contain("È");
    const saved = await save("a".repeat(459));
    expect(await showCard(database.pool, editor, card.id, saved.version)).to.have.nested.property(
      "sms.smsText.segments",
      3,
    );
  });

  it("keeps versions as they are, also against the database's owner", async () => {
    const card = await draft("Immutabile");
    const { pool } = database;
    await refusedBySql(
      pool.query("update card_versions set who = 'x' where card_id = $1", [card.id]),
      "card_version_kept",
    );
    await refusedBySql(pool.query("delete from card_versions where card_id = $1", [card.id]), "card_version_kept");
    await refusedBySql(pool.query("update cards set published_version = 1 where id = $1", [card.id]));
    await refusedBySql(pool.query("update cards set version = 7 where id = $1", [card.id]));
  });

  it("lets only the agency release a document, and only what is what it says", async () => {
    const card = await draft("Documenti");
    expect(mediaTypeOf("a.pdf", Buffer.from("MZ"))).to.equal(null);
    expect(mediaTypeOf("a.exe", Buffer.from("%PDF-1.4"))).to.equal(null);
    expect(mediaTypeOf("A.PDF", Buffer.from("%PDF-1.4"))).to.equal("application/pdf");
    await refusedWith(
      addDocument(database.pool, editor, card.id, { name: "x.sh", content: Buffer.from("#!") }),
      "document_kind",
    );
    const document = await addDocument(database.pool, editor, card.id, pdf("uno"));
    await publishCard(database.pool, editor, card.id, 1);
    await refusedWith(releaseDocument(database.pool, editor, document.id, true), "out_of_scope");
    expect((await showCard(database.pool, world.anna, card.id, "published")).documents).to.deep.equal([]);
    await releaseDocument(database.pool, world.referent, document.id, true);
    expect((await showCard(database.pool, world.anna, card.id, "published")).documents).to.have.length(1);
    const sendable = await releasedDocuments(database.pool, world.services.registry.id);
    expect(sendable.map((one) => one.id)).to.deep.equal([document.id]);
    const again = await addDocument(database.pool, editor, card.id, pdf("uno"));
    expect(again.id).to.equal(document.id);
  });

  it("refuses documents that together no mail server takes", async () => {
    const card = await draft("Grandi");
    const content = (start: string) => Buffer.concat([Buffer.from(`%PDF-${start}`), Buffer.alloc(4_000_000)]);
    await addDocument(database.pool, editor, card.id, { name: "1.pdf", content: content("1") });
    await addDocument(database.pool, editor, card.id, { name: "2.pdf", content: content("2") });
    const third = addDocument(database.pool, editor, card.id, { name: "3.pdf", content: content("3") });
    await refusedWith(third, "documents_too_large");
  });

  it("speaks by the API as published: search, read, write, publish, upload, general answers", async () => {
    const web = await testWeb(database, { routes: cardRoutes({ pool: database.pool, clock: systemClock }) });
    try {
      await testPerson(database.pool, "marco", "knowledge_editor");
      await testPerson(database.pool, "operatore", "operator", "299");
      const marco = await testClient(web.url, "marco");
      const operator = await testClient(web.url, "operatore");
      const body = {
        serviceId: world.services.registry.id,
        title: "Passaporto",
        who: "Questura",
        answers: [{ reason: "complaint", text: "Risponde la Questura." }],
      };
      expect((await operator.call("POST", "/cards", body)).status).to.equal(403);
      const made = await marco.call("POST", "/cards", body, { "idempotency-key": "una-sola-volta" });
      const again = await marco.call("POST", "/cards", body, { "idempotency-key": "una-sola-volta" });
      expect([made.status, again.status, again.body.id]).to.deep.equal([201, 201, made.body.id]);
      const path = `/cards/${made.body.id}`;
      expect((await operator.call("GET", path)).status).to.equal(404);
      expect((await marco.call("POST", `${path}/publish`)).status).to.equal(400);
      const published = await marco.call("POST", `${path}/publish`, undefined, { "if-match": '"1"' });
      expect([published.status, published.headers.get("etag")]).to.deep.equal([200, '"1"']);
      const found = await operator.call("GET", "/cards?q=pasaporto");
      expect(found.body).to.have.nested.property("items[0].title", "Passaporto");
      expect((await operator.call("GET", path)).body).to.include({ who: "Questura", version: 1 });
      const upload = await fetch(`${web.url}/api/v1${path}/documents?name=modulo.pdf`, {
        method: "POST",
        headers: { cookie: marco.cookie, "content-type": "application/pdf" },
        body: "%PDF-1.4 prova",
      });
      const document = (await upload.json()) as { id: string };
      expect(upload.status).to.equal(201);
      expect((await operator.call("GET", `/card-documents/${document.id}`)).status).to.equal(404);
      expect((await marco.call("GET", `/card-documents/${document.id}`)).status).to.equal(200);
      const general = await marco.call("GET", "/standard-answers");
      expect(general.body.items).to.have.length(10);
      const text = { text: "Abbiamo registrato il reclamo." };
      const changed = await marco.call("PUT", "/standard-answers/complaint/it", text, { "if-match": '"1"' });
      expect([changed.status, changed.body.version]).to.deep.equal([200, 2]);
      const late = await marco.call("PUT", "/standard-answers/complaint/it", text, { "if-match": '"1"' });
      expect([late.status, late.body.currentVersion]).to.deep.equal([412, 2]);
      expect(late.body.current).to.include(text);
      expect((await marco.call("GET", "/cards/drafts?state=published&q=passap")).body.items).to.have.length(1);
      expect((await marco.call("GET", `${path}/versions`)).body.items).to.have.length(1);
      await marco.call("POST", `${path}/withdraw`, undefined, { "if-match": '"1"' });
      expect((await operator.call("GET", path)).status).to.equal(404);
    } finally {
      await web.close();
    }
  });
});
