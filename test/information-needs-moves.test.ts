import { expect } from "chai";
import { editCase } from "../src/cases/edit-case.ts";
import { moveCase } from "../src/cases/moves/move-case.ts";
import { citizenDataIn, withoutCitizenData } from "../src/information-needs/citizen-data.ts";
import {
  NEED_MOVES,
  NEED_STATES,
  type NeedMoveFacts,
  needMoveRefusal,
} from "../src/information-needs/information-need.ts";
import { informationNeedRoutes } from "../src/information-needs/information-need-routes.ts";
import { historyOfNeed, type InformationNeed, listNeeds } from "../src/information-needs/information-need-store.ts";
import { moveNeed } from "../src/information-needs/move-need.ts";
import { type NeedReport, reportNeed } from "../src/information-needs/report-need.ts";
import { publishCard } from "../src/knowledge/cards/publish-card.ts";
import { createCard, editCard } from "../src/knowledge/cards/save-card.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, callOf, caseWorld, citizenOf } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql, refusedWith } from "./support/refused.ts";
import { testClient, testPerson, testWeb } from "./support/web.ts";

describe("citizen data in a text", () => {
  const kinds = (text: string, names: string[] = []) => citizenDataIn(text, names).map(({ kind }) => kind);

  it("is told by its form", () => {
    for (const text of ["mario.rossi@example.it", "scrivere a mario@città.it", "mario (at) example.it"]) {
      expect(kinds(text), text).to.deep.equal(["email"]);
    }
    for (const text of ["055 276 8222", "+39 333 1234567", "333-12.34.567", "chiama il 0552768222", "(055) 2768222"]) {
      expect(kinds(text), text).to.deep.equal(["phone"]);
    }
    expect(kinds("RSSMRA80A01D612X")).to.deep.equal(["tax_code"]);
    expect(kinds("IT60 X054 2811 1010 0000 0123 456")).to.include("iban");
  });

  it("is not what cards are about", () => {
    const plain =
      "Dal 01/02/2027 al 31.12.2027 (legge 241/1990, art. 7): 16,79 euro, ore 8.30-13.00, CAP 50122, scheda 10010, anni 2026-2027.";
    expect(kinds(plain)).to.deep.equal([]);
    expect(kinds("Biblioteca Mario Luzi, Via Rossi 12", ["Mario Rossi"])).to.deep.equal(["name"]);
    expect(kinds("Via Rossi 12", ["Mario Rossi"])).to.deep.equal([]);
    expect(kinds("chiede la signora DE LUCA Maria", ["Mària De Luca"])).to.deep.equal(["name"]);
  });

  it("is blotted out of a search", () => {
    expect(withoutCitizenData("tari rossi@example.it 055 2768222 rate")).to.equal("tari … … rate");
  });
});

describe("moves of an information need", () => {
  it("are those of the table, each refused to the others and without what it needs (whole product)", () => {
    const parties = ["reporter", "editor", "referent"] as const;
    let allowed = 0;
    for (const state of NEED_STATES) {
      for (const to of NEED_STATES) {
        for (const party of parties) {
          const facts: NeedMoveFacts = {
            state,
            to,
            parties: [party],
            hasText: true,
            hasReason: true,
            target: { open: true, itself: false },
            hasChangeNote: true,
            changed: true,
          };
          const line = NEED_MOVES.find((one) => one.from === state && one.to === to && one.party === party);
          const code = needMoveRefusal(facts);
          expect(code === null, `${state} → ${to} by ${party}: ${code}`).to.equal(line !== undefined);
          if (!line) continue;
          allowed++;
          const bare = needMoveRefusal({
            ...facts,
            ...{ hasText: false, hasReason: false, target: null, hasChangeNote: false, changed: false },
          });
          expect(bare === null, `${state} → ${to} bare`).to.equal(line.conditions.length === 0);
        }
      }
    }
    expect(allowed).to.equal(6);
  });
});

describe("information needs", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let editor: SignedInPerson;
  let count = 0;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    const { rows } = await database.pool.query(
      "insert into people (login, display_name) values ('marco', 'Marco') returning id",
    );
    await database.pool.query("insert into person_roles (person_id, role) values ($1, 'knowledge_editor')", [
      rows[0].id,
    ]);
    editor = {
      ...world.supervisor,
      id: rows[0].id,
      login: "marco",
      roles: [{ role: "knowledge_editor", agencyId: null }],
    };
  });
  after(() => database.drop());

  const published = async () => {
    const card = await createCard(database.pool, editor, {
      serviceId: world.services.registry.id,
      title: `Scheda ${++count}`,
    });
    return publishCard(database.pool, editor, card.id, 1);
  };
  const caseOf = async (person = world.anna) => (await callOf(world, person)).caseId;
  const report = async (more: Partial<NeedReport> = {}, person = world.anna): Promise<InformationNeed> => {
    const cardId = (await published()).id;
    const whole = { about: "card", cardId, caseId: await caseOf(person), text: "Mancano gli orari", ...more };
    return reportNeed(database.pool, person, whole as NeedReport);
  };
  const move = (person: SignedInPerson, need: InformationNeed, to: InformationNeed["state"], more = {}) =>
    moveNeed(database.pool, person, need.id, need.version, { to, ...more });
  const told = async (person: SignedInPerson, need: InformationNeed) => {
    const { rows } = await database.pool.query(
      "select payload ->> 'state' as state from desk_events where person_id = $1 and kind = 'need' and payload ->> 'needId' = $2 order by seq",
      [person.id, need.id],
    );
    return rows.map((row) => row.state);
  };
  const sees = async (person: SignedInPerson, need: InformationNeed) =>
    (await listNeeds(database.pool, person, { mine: false }, 100, null)).some((one) => one.id === need.id);

  it("goes from the operator by the editor to the agency and back", async () => {
    const need = await report();
    expect(need).to.include({ state: "reported", cardVersion: 1, agencyId: world.agencies[0] });
    expect(await told(editor, need)).to.deep.equal(["reported"]);
    expect([
      await sees(world.referent, need),
      await sees(world.bruno, need),
      await sees(world.supervisor, need),
    ]).to.deep.equal([false, false, true]);
    const accepted = await move(editor, need, "accepted");
    expect(await told(world.referent, need)).to.deep.equal(["accepted"]);
    expect(await sees(world.referent, need)).to.equal(true);

    await refusedWith(move(world.referent, accepted, "closed", { note: "fatto" }), "need_change_missing");
    await editCard(database.pool, world.referent, need.cardId ?? "", 1, { when: "Lunedì 9-13" });
    await refusedWith(move(world.referent, accepted, "closed", { note: "fatto" }), "need_change_missing");
    await publishCard(database.pool, world.referent, need.cardId ?? "", 2);
    await refusedWith(move(world.referent, accepted, "closed"), "need_change_note_missing");
    await refusedWith(move(editor, accepted, "closed", { note: "fatto" }), "need_not_yours");
    const closed = await move(world.referent, accepted, "closed", { note: "Aggiunti gli orari" });
    expect(closed).to.include({ state: "closed", changeNote: "Aggiunti gli orari", changedCardVersion: 2 });
    expect(await told(world.anna, need)).to.deep.equal(["accepted", "closed"]);
    const steps = (await historyOfNeed(database.pool, need.id)).map((row) => [row.seq, row.actor, row.toState]);
    expect(steps).to.deep.equal([
      [1, world.anna.login, "reported"],
      [2, "marco", "accepted"],
      [3, world.referent.login, "closed"],
    ]);
    await refusedWith(move(editor, closed, "refused", { note: "x" }), "need_ended");
  });

  it("ends at once when it is refused with a reason or merged into an open one; the operator is told", async () => {
    const refused = await report();
    await refusedWith(move(editor, refused, "refused"), "need_reason_missing");
    await refusedWith(move(world.anna, refused, "accepted"), "need_not_yours");
    expect(await move(editor, refused, "refused", { note: "È già scritto" })).to.include({
      refuseReason: "È già scritto",
    });
    expect(await told(world.anna, refused)).to.deep.equal(["refused"]);

    const target = await report();
    const twin = await report({ cardId: target.cardId ?? "" }, world.bruno);
    await refusedWith(move(editor, twin, "merged"), "need_target_missing");
    await refusedWith(move(editor, twin, "merged", { mergeIntoId: twin.id }), "need_target_itself");
    await refusedWith(move(editor, twin, "merged", { mergeIntoId: refused.id }), "need_target_ended");
    const merged = await move(editor, twin, "merged", { mergeIntoId: target.id });
    expect(merged.mergedInto).to.deep.equal({ id: target.id, number: target.number });
    expect(await told(world.bruno, twin)).to.deep.equal(["merged"]);
    const accepted = await move(editor, target, "accepted");
    await editCard(database.pool, editor, target.cardId ?? "", 1, { who: "x" });
    await publishCard(database.pool, editor, target.cardId ?? "", 2);
    await move(world.referent, accepted, "closed", { note: "Corretta" });
    expect(await told(world.bruno, target)).to.deep.equal(["closed"]);
  });

  it("two merges into each other at once: one stays open", async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await report(), await report()];
      const results = await Promise.allSettled([
        move(editor, a, "merged", { mergeIntoId: b.id }),
        move(editor, b, "merged", { mergeIntoId: a.id }),
      ]);
      expect(results.map((result) => result.status).sort()).to.deep.equal(["fulfilled", "rejected"]);
    }
  });

  it("two verdicts at once: one counts, the other hears of it", async () => {
    const need = await report();
    const results = await Promise.allSettled([
      move(editor, need, "accepted"),
      move(editor, need, "refused", { note: "x" }),
    ]);
    const lost = results.find((result) => result.status === "rejected");
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(1);
    expect(lost?.status === "rejected" && lost.reason.code).to.equal("stale_version");
  });

  it("carries no citizen data, in none of its texts", async () => {
    const call = await callOf(world, world.anna);
    await editCase(database.pool, world.anna, call.caseId, 1, { citizenId: await citizenOf(world, call.e164) });
    const card = await published();
    const write = (text: string) =>
      reportNeed(database.pool, world.anna, { about: "card", cardId: card.id, caseId: call.caseId, text });
    for (const text of ["Chiede Maria De Luca", "richiamare allo 055 1234567", "scrivere a x@example.it"]) {
      const error = await refusedWith(write(text), "citizen_data");
      expect(JSON.stringify(error.details)).not.to.match(/Luca|1234567|example/);
    }
    const need = await write("La signora chiede gli orari di sabato");
    await refusedWith(move(editor, need, "refused", { note: "Sentire Maria De Luca" }), "citizen_data");
  });

  it("an office's rejection for missing knowledge leaves it a draft, which it reports or drops (REQ 3.8)", async () => {
    const call = await callOf(world, world.anna);
    let record = await editCase(database.pool, world.anna, call.caseId, 1, {
      reason: "complaint",
      serviceId: world.services.registry.id,
      request: "Attesa",
      citizenId: await citizenOf(world, call.e164),
    });
    record = await moveCase(database.pool, world.anna, call.caseId, record.version, { to: "assigned" });
    await moveCase(database.pool, world.office, call.caseId, record.version, {
      to: "rejected",
      cause: "missing_knowledge",
    });
    const [draft] = await listNeeds(database.pool, world.office, { mine: true }, 10, null);
    expect(draft).to.include({
      state: "draft",
      about: "missing",
      caseId: call.caseId,
      serviceId: world.services.registry.id,
    });
    expect([await sees(editor, draft!), await sees(world.colleague, draft!)]).to.deep.equal([false, false]);
    await refusedWith(move(world.office, draft!, "reported"), "need_text_missing");
    const reported = await move(world.office, draft!, "reported", { text: "Serve la procedura per i reclami" });
    const accepted = await move(editor, reported, "accepted");
    const note = "Nuova scheda";
    await refusedWith(move(world.referent, accepted, "closed", { note }), "need_change_missing");
    const card = await published();
    const closed = await move(world.referent, accepted, "closed", { note, cardId: card.id });
    expect(closed).to.include({ changedCardId: card.id, changedCardVersion: 1 });
    expect(await told(world.office, draft!)).to.deep.equal(["accepted", "closed"]);
  });

  it("about a directory entry goes to the agency's referents, whose word is enough", async () => {
    const { rows } = await database.pool.query(
      `insert into directory_entries (agency_id, external_id, kind, name, phone)
      values ($1, 'E1', 'office', 'Anagrafe', '+39055001001') returning id`,
      [world.agencies[0]],
    );
    const need = await reportNeed(database.pool, world.anna, {
      about: "directory_entry",
      entryId: rows[0].id,
      caseId: await caseOf(),
      text: "Il numero squilla in un altro ufficio",
    });
    const accepted = await move(editor, need, "accepted");
    expect(await told(world.referent, need)).to.deep.equal(["accepted"]);
    expect((await move(world.referent, accepted, "closed", { note: "Corretta la voce" })).state).to.equal("closed");
  });

  it("needs a case that its reporter sees, and something that it is about", async () => {
    const caseId = await caseOf();
    await refusedWith(report({ caseId: crypto.randomUUID() }), "not_found");
    await refusedWith(report({ caseId }, world.office), "not_found");
    const nothing = reportNeed(database.pool, world.anna, { about: "missing", caseId, text: "Manca tutto" });
    await refusedWith(nothing, "need_without_subject");
    const agencyId = world.agencies[1];
    const need = await reportNeed(database.pool, world.anna, {
      about: "missing",
      caseId,
      agencyId,
      text: "Manca tutto",
    });
    expect(need).to.include({ agencyId, serviceId: null });
  });

  it("the database itself refuses a jump, and a need that ended without its reason", async () => {
    const need = await report();
    const set = (text: string) => database.pool.query(`update information_needs set ${text} where id = $1`, [need.id]);
    await refusedBySql(
      set("state = 'closed', change_note = 'x', verified_at = now(), closed_at = now()"),
      "information_need_moves",
    );
    await refusedBySql(set("state = 'refused', verified_at = now(), closed_at = now()"));
    await refusedBySql(set("state = 'merged', verified_at = now(), closed_at = now(), merged_into_id = id"));
    await refusedBySql(set("text = '  '"));
  });

  it("speaks by the API, and says whose turn it is", async () => {
    const web = await testWeb(database, { routes: informationNeedRoutes({ pool: database.pool }) });
    try {
      const operatorId = await testPerson(database.pool, "voce", "operator", "297");
      await testPerson(database.pool, "redazione", "knowledge_editor");
      const [operator, writer] = [await testClient(web.url, "voce"), await testClient(web.url, "redazione")];
      const body = { about: "card", cardId: (await published()).id, caseId: await caseOf(), text: "Indirizzo vecchio" };
      const made = await operator.call("POST", "/information-needs", body);
      expect([made.status, made.body.next], JSON.stringify(made.body)).to.deep.equal([201, []]);
      expect(made.body.reportedById).to.equal(operatorId);
      const path = `/information-needs/${made.body.id}`;
      const own = await operator.call("POST", `${path}/moves`, { to: "accepted" }, { "if-match": '"1"' });
      expect([own.status, own.body.code, own.body.rule]).to.deep.equal([422, "need_not_yours", "REQ 8"]);
      expect((await writer.call("GET", path)).body.next).to.deep.equal(["accepted", "refused", "merged"]);
      const moved = await writer.call("POST", `${path}/moves`, { to: "accepted" }, { "if-match": '"1"' });
      expect([moved.status, moved.headers.get("etag")]).to.deep.equal([200, '"2"']);
      const again = await writer.call("POST", `${path}/moves`, { to: "refused", note: "x" }, { "if-match": '"1"' });
      expect(again.status).to.equal(412);
      expect((await writer.call("GET", "/information-needs?state=accepted&limit=1")).body.items).to.have.length(1);
      expect((await operator.call("GET", "/information-needs?mine=true")).body.items).to.have.length(1);
    } finally {
      await web.close();
    }
  });
});
