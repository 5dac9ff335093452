import { expect } from "chai";
import { createChildCase } from "../src/cases/children/create-child-case.ts";
import { editCase } from "../src/cases/edit-case.ts";
import { moveCase } from "../src/cases/moves/move-case.ts";
import { showCase } from "../src/cases/visibility/show-case.ts";
import { publishCard, withdrawCard } from "../src/knowledge/cards/publish-card.ts";
import { createCard, editCard } from "../src/knowledge/cards/save-card.ts";
import { cardsOfCase } from "../src/knowledge/reading/case-card-store.ts";
import { cardAsRead, chooseCard, readCardInCase } from "../src/knowledge/reading/choose-card.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, callOf, caseWorld, citizenOf, type TestService } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";

describe("cards in cases", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let editor: SignedInPerson;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    editor = { ...world.supervisor, roles: [{ role: "knowledge_editor", agencyId: null }] };
  });
  after(() => database.drop());

  const published = async (service: TestService, title: string, answer?: string) => {
    const answers = answer ? [{ reason: "grievance" as const, language: "it" as const, text: answer }] : [];
    const card = await createCard(database.pool, editor, { serviceId: service.id, title, answers });
    return publishCard(database.pool, editor, card.id, 1);
  };
  const draftOf = async () => (await callOf(world, world.anna)).caseId;

  it("choosing a card sets the triple of the draft and keeps the version that was read", async () => {
    const card = await published(world.services.registry, "Scelta");
    const caseId = await draftOf();
    const chosen = await chooseCard(database.pool, world.anna, caseId, 1, card.id);
    const { agencyId, departmentId, id: serviceId } = world.services.registry;
    expect(chosen).to.include({ agencyId, departmentId, serviceId, version: 2 });
    await editCard(database.pool, editor, card.id, 1, { who: "Altro" });
    await publishCard(database.pool, editor, card.id, 2);
    expect(await cardsOfCase(database.pool, caseId))
      .to.have.nested.property("[0]")
      .that.includes({
        cardId: card.id,
        version: 1,
        chosen: true,
        outdated: true,
      });
    expect(await cardAsRead(database.pool, world.anna, caseId, card.id, 1)).to.include({ who: "", version: 1 });
    await refusedWith(cardAsRead(database.pool, world.anna, caseId, card.id, 2), "not_found");
    await withdrawCard(database.pool, editor, card.id, 2);
    expect(await cardAsRead(database.pool, world.anna, caseId, card.id, 1)).to.include({ title: "Scelta" });
    await refusedBySql(database.pool.query("delete from card_versions where card_id = $1", [card.id]));
  });

  it("opening a card leaves the triple alone; the last one chosen counts", async () => {
    const [first, second] = [
      await published(world.services.registry, "Prima"),
      await published(world.services.roads, "Seconda"),
    ];
    const caseId = await draftOf();
    await readCardInCase(database.pool, world.anna, caseId, first.id);
    expect((await showCase(database.pool, world.anna, caseId)).serviceId).to.equal(null);
    await chooseCard(database.pool, world.anna, caseId, 1, first.id);
    const chosen = await chooseCard(database.pool, world.anna, caseId, 2, second.id);
    expect(chosen.serviceId).to.equal(world.services.roads.id);
    const marks = (await cardsOfCase(database.pool, caseId)).map((card) => [card.title, card.chosen]);
    expect(Object.fromEntries(marks)).to.deep.equal({ Prima: false, Seconda: true });
  });

  it("refuses a draft of somebody else, a stale version, a card that is not published, and leaves no trace", async () => {
    const card = await published(world.services.registry, "Rifiutata");
    const hidden = await createCard(database.pool, editor, { serviceId: world.services.registry.id, title: "Bozza" });
    const caseId = await draftOf();
    await refusedWith(chooseCard(database.pool, world.bruno, caseId, 1, card.id), "taken_by_other");
    await refusedWith(chooseCard(database.pool, world.anna, caseId, 9, card.id), "stale_version");
    await refusedWith(chooseCard(database.pool, world.anna, caseId, 1, hidden.id), "not_found");
    expect(await cardsOfCase(database.pool, caseId)).to.deep.equal([]);
  });

  it("after the draft the triple stays and what the office reads is kept too", async () => {
    const card = await published(world.services.registry, "Ufficio");
    const call = await callOf(world, world.anna);
    let record = await chooseCard(database.pool, world.anna, call.caseId, 1, card.id);
    record = await editCase(database.pool, world.anna, call.caseId, record.version, {
      reason: "complaint",
      request: "Attesa di un'ora",
      citizenId: await citizenOf(world, call.e164),
    });
    record = await moveCase(database.pool, world.anna, call.caseId, record.version, { to: "assigned" });
    await refusedWith(
      chooseCard(database.pool, world.anna, call.caseId, record.version, card.id),
      "field_not_editable",
    );
    await readCardInCase(database.pool, world.office, call.caseId, card.id);
    await refusedWith(readCardInCase(database.pool, world.otherOffice, call.caseId, card.id), "not_found");
  });

  it("offers the card's own standard answer, else the general one", async () => {
    await published(world.services.base, "Generica", "La biblioteca ringrazia.");
    const chosen = await published(world.services.base, "Precisa", "Orari: grazie della segnalazione.");
    const caseId = await draftOf();
    const answerOf = async () => (await showCase(database.pool, world.anna, caseId)).standardAnswer;
    const edit = { reason: "grievance" as const, serviceId: world.services.base.id };
    let record = await editCase(database.pool, world.anna, caseId, 1, edit);
    expect(await answerOf()).to.equal("La biblioteca ringrazia.");
    record = await chooseCard(database.pool, world.anna, caseId, record.version, chosen.id);
    expect(await answerOf()).to.equal("Orari: grazie della segnalazione.");
    record = await editCase(database.pool, world.anna, caseId, record.version, { language: "en" });
    expect(await answerOf()).to.match(/^We have recorded your grievance/);
    await editCase(database.pool, world.anna, caseId, record.version, {
      language: "it",
      serviceId: world.services.closed.id,
    });
    expect(await answerOf()).to.match(/^Abbiamo registrato la sua lamentela/);
  });

  it("a reminder is answered with the words of the card that its parent was opened with", async () => {
    const card = await createCard(database.pool, editor, {
      serviceId: world.services.registry.id,
      title: "Solleciti",
      answers: [{ reason: "reminder", language: "it", text: "Lo sportello è stato avvisato." }],
    });
    await publishCard(database.pool, editor, card.id, 1);
    const call = await callOf(world, world.anna);
    let record = await chooseCard(database.pool, world.anna, call.caseId, 1, card.id);
    record = await editCase(database.pool, world.anna, call.caseId, record.version, {
      reason: "complaint",
      request: "Attesa",
      citizenId: await citizenOf(world, call.e164),
    });
    await moveCase(database.pool, world.anna, call.caseId, record.version, { to: "assigned" });
    await callOf(world, world.anna);
    const child = await createChildCase(database.pool, world.anna, call.caseId, {
      reason: "reminder",
      request: "Allora?",
    });
    expect(child.answer).to.equal("Lo sportello è stato avvisato.");
  });
});
