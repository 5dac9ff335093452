import { expect } from "chai";
import fc from "fast-check";
import {
  type CitizenContact,
  type ContactInput,
  canonicalContact,
  contactChanges,
  readCitizenQuery,
} from "../src/citizens/citizen.ts";
import { citizenCandidates, findCitizens } from "../src/citizens/citizen-search-store.ts";
import { readCitizen } from "../src/citizens/citizen-store.ts";
import { mergeCitizens, undoMerge } from "../src/citizens/merge-citizens.ts";
import { createCitizen, editCitizen } from "../src/citizens/save-citizen.ts";
import { isAppError } from "../src/errors.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

const declared = (kind: ContactInput["kind"], value: string): ContactInput => ({ kind, value, source: "declared" });

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isAppError(error)) return error.details.refusal ?? error.code;
    throw error;
  }
  return "nothing";
}

describe("citizen records", () => {
  let database: TestDatabase;
  let anna: { id: string; login: string };

  before(async () => {
    database = await testDatabase();
    const person = await database.pool.query(
      "insert into people (login, display_name) values ('anna', 'Anna') returning id, login",
    );
    anna = person.rows[0];
    await database.pool.query(
      `with a as (insert into agencies (name, short_name) values ('Comune', 'Comune') returning id),
         d as (insert into departments (agency_id, name) select id, 'Tributi' from a returning id),
         o as (insert into offices (agency_id, name) select id, 'Ufficio' from a returning id)
       insert into services (agency_id, department_id, office_id, name, profile)
         select a.id, d.id, o.id, 'TARI', 'advanced' from a, d, o`,
    );
  });
  after(() => database.drop());

  const create = (firstName: string | null, lastName: string | null, ...contacts: ContactInput[]) =>
    createCitizen(database.pool, anna, { firstName, lastName, contacts });
  const find = async (q: string) =>
    (await findCitizens(database.pool, readCitizenQuery(q), 20)).map((found) => `${found.lastName} ${found.firstName}`);
  const openCase = async (citizenId: string) => {
    const row = await database.pool.query(
      `insert into cases (id, citizen_id, status, reason, agency_id, department_id, service_id, office_id, profile)
         select uuidv7(), $1, 'assigned', 'information', agency_id, department_id, id, office_id, 'advanced'
         from services returning id, number, version`,
      [citizenId],
    );
    return row.rows[0] as { id: string; number: number; version: number };
  };

  it("knows the canonical form of each contact and refuses what is none", () => {
    expect(canonicalContact("phone", "055/123456")).to.equal("+39055123456");
    expect(canonicalContact("email", " Mario.Rossi@Example.IT ")).to.equal("mario.rossi@example.it");
    expect(canonicalContact("email", '"x y"@c.it')).to.equal('"x y"@c.it');
    expect(canonicalContact("email", "mario@città.it")).to.equal("mario@città.it");
    for (const bad of ["a@b", "a..b@c.it", "x@c.it\r\nBcc: y@z", `${"a".repeat(250)}@c.it`, "a@@c.it", "", ".a@c.it"]) {
      expect(canonicalContact("email", bad), bad).to.equal(null);
    }
    expect(canonicalContact("address", " Via   Roma 1\u202e\n ")).to.equal("Via Roma 1");
    expect(canonicalContact("address", " ")).to.equal(null);
  });

  it("turns any contacts into any wanted ones, and never un-declares (property)", () => {
    const contact = fc.record({
      kind: fc.constantFrom("phone" as const, "email" as const),
      value: fc.constantFrom("1", "2", "3"),
      source: fc.constantFrom("declared" as const, "network" as const),
    });
    const key = (c: ContactInput) => `${c.kind} ${c.value}`;
    fc.assert(
      fc.property(fc.uniqueArray(contact, { selector: key }), fc.array(contact), (start, wanted) => {
        const existing: CitizenContact[] = start.map((c, index) => ({ ...c, id: String(index) }));
        const changes = contactChanges(existing, wanted);
        const after = existing
          .filter((c) => !changes.remove.includes(c.id))
          .map((c) => ({ ...c, source: changes.declare.includes(c.id) ? ("declared" as const) : c.source }))
          .concat(changes.add.map((c) => ({ ...c, id: "new" })));
        expect(after.map(key).sort()).to.deep.equal([...new Set(wanted.map(key))].sort());
        for (const c of after) {
          const asked = wanted.some((w) => key(w) === key(c) && w.source === "declared");
          const before = existing.some((e) => key(e) === key(c) && e.source === "declared");
          expect(c.source).to.equal(asked || before ? "declared" : "network");
        }
      }),
    );
  });

  it("finds by number in any way of writing, by address, tax code and name", async () => {
    const contacts = [declared("phone", "055 0010001"), declared("email", "Maria@Example.it")];
    await createCitizen(database.pool, anna, {
      firstName: "Maria",
      lastName: "Bianchi",
      taxCode: "bncmra80a41d612x",
      contacts,
    });
    for (const q of [
      "+390550010001",
      "00390550010001",
      "0550010001",
      "maria@EXAMPLE.it",
      "BNCMRA80A41D612X",
      "bianchi maria",
    ]) {
      expect(await find(q), q).to.deep.equal(["Bianchi Maria"]);
    }
    for (const q of ["0550010002", "%", "_", "%_\\", "m", "' or 1=1", "@", "(a+)+$"])
      expect(await find(q), q).to.deep.equal([]);
  });

  it("forgives accents, apostrophes, typing errors and half words", async () => {
    await create("Niccolò", "D'Amico");
    await create("Giulia", "Ferrante");
    await create("Luca", "Bevilacqua");
    for (const q of ["niccolo damico", "D’Amico", "d'amico niccolò", "nicolo damico", "DAMICO", "dam nicc"]) {
      expect(await find(q), q).to.include("D'Amico Niccolò");
    }
    for (const q of ["gulia ferante", "Ferrante Giuila", "ferrnate"])
      expect(await find(q), q).to.include("Ferrante Giulia");
    for (const q of ["bevilaqua luca", "bevilacqua lcua", "bevil"])
      expect(await find(q), q).to.include("Bevilacqua Luca");
    expect(await find("ferrante luca")).to.deep.equal([]);
  });

  it("pops at most five candidates with five open cases each, newest first", async () => {
    const number = "+390550099";
    const people = [];
    for (let index = 0; index < 7; index++)
      people.push(await create("Prova", `Numero${index}`, declared("phone", number)));
    const last = people[6]!;
    const cases = [];
    for (let index = 0; index < 7; index++) cases.push((await openCase(last.id)).number);
    await database.pool.query("insert into cases (id, citizen_id) values (uuidv7(), $1)", [last.id]);
    const candidates = await citizenCandidates(database.pool, number);
    expect(candidates.map((candidate) => candidate.lastName)).to.deep.equal([6, 5, 4, 3, 2].map((n) => `Numero${n}`));
    expect(candidates[0]!.openCases.map((one) => one.number)).to.deep.equal(cases.reverse().slice(0, 5));
    expect(candidates[1]!.openCases).to.deep.equal([]);
    expect(await citizenCandidates(database.pool, null)).to.deep.equal([]);
    expect(await citizenCandidates(database.pool, "+39055999")).to.deep.equal([]);
  });

  it("refuses an empty record, a wrong contact and a stale version, telling what is stored now", async () => {
    expect(await refusalOf(create(" ", null))).to.equal("citizen_empty");
    expect(await refusalOf(create("A", "B", declared("phone", "mario")))).to.equal("invalid_form");
    const citizen = await create("Stale", "Prova");
    const edited = await editCitizen(database.pool, anna, citizen.id, citizen.version, { note: "nuova" });
    expect(edited).to.include({ version: 2, note: "nuova", firstName: "Stale" });
    const stale = await editCitizen(database.pool, anna, citizen.id, citizen.version, { note: "vecchia" }).catch(
      (e) => e,
    );
    expect(isAppError(stale, "stale_version") && stale.details.extra?.currentVersion).to.equal(2);
    expect(await refusalOf(editCitizen(database.pool, anna, crypto.randomUUID(), 1, {}))).to.equal("not_found");
  });

  it("lets one of two simultaneous edits win", async () => {
    const citizen = await create("Gara", "Prova");
    const results = await Promise.all(
      ["a", "b"].map((note) => refusalOf(editCitizen(database.pool, anna, citizen.id, 1, { note }))),
    );
    expect(results.sort()).to.deep.equal(["nothing", "stale_version"]);
  });

  it("merges two records and undoes it exactly", async () => {
    const shared = { kind: "phone", value: "+390550020001", source: "network" } as const;
    const survivor = await create("Anna", null, shared);
    const merged = await create(
      "Anna",
      "Doppia",
      declared("phone", shared.value),
      declared("email", "anna@example.it"),
    );
    const matter = await openCase(merged.id);
    const before = [await readCitizen(database.pool, survivor.id), await readCitizen(database.pool, merged.id)];
    const { mergeId, citizen } = await mergeCitizens(database.pool, anna, {
      survivorId: survivor.id,
      mergedId: merged.id,
      version: 1,
    });
    expect(citizen).to.include({ lastName: "Doppia" });
    expect(citizen.contacts.map((c) => `${c.value} ${c.source}`)).to.have.members([
      "+390550020001 declared",
      "anna@example.it declared",
    ]);
    const moved = await database.pool.query("select citizen_id, version from cases where id = $1", [matter.id]);
    expect(moved.rows[0]).to.deep.equal({ citizen_id: survivor.id, version: matter.version + 1 });
    expect(await find("Doppia")).to.have.length(1);
    expect((await citizenCandidates(database.pool, shared.value)).map((c) => c.id)).to.deep.equal([survivor.id]);
    expect(await refusalOf(editCitizen(database.pool, anna, merged.id, 2, { note: "x" }))).to.equal("citizen_merged");

    await undoMerge(database.pool, anna, mergeId);
    const after = [await readCitizen(database.pool, survivor.id), await readCitizen(database.pool, merged.id)];
    for (const index of [0, 1]) expect({ ...after[index], version: 0 }).to.deep.equal({ ...before[index], version: 0 });
    expect(await refusalOf(undoMerge(database.pool, anna, mergeId))).to.equal("merge_undone");
    const history = await database.pool.query(
      "select data ->> 'cause' as kind, case_version from case_history where case_id = $1 order by seq",
      [matter.id],
    );
    expect(history.rows.map((row) => row.kind)).to.deep.equal(["citizen_merged", "citizen_unmerged"]);
    expect(history.rows.map((row) => row.case_version)).to.deep.equal([matter.version + 1, matter.version + 2]);
  });

  it("undoes merges from the newest back, and refuses a merge with itself", async () => {
    const [a, b, c] = [await create("Uno", "Catena"), await create("Due", "Catena"), await create("Tre", "Catena")];
    const first = await mergeCitizens(database.pool, anna, { survivorId: b.id, mergedId: a.id, version: 1 });
    const second = await mergeCitizens(database.pool, anna, { survivorId: c.id, mergedId: b.id, version: 1 });
    expect(await refusalOf(undoMerge(database.pool, anna, first.mergeId))).to.equal("merge_not_newest");
    await undoMerge(database.pool, anna, second.mergeId);
    await undoMerge(database.pool, anna, first.mergeId);
    const self = mergeCitizens(database.pool, anna, { survivorId: a.id, mergedId: a.id, version: 1 });
    expect(await refusalOf(self)).to.equal("citizen_same");
  });

  it("lets opposite merges at once end with one winner", async () => {
    const [a, b] = [await create("Destra", "Opposta"), await create("Sinistra", "Opposta")];
    const results = await Promise.all([
      refusalOf(mergeCitizens(database.pool, anna, { survivorId: a.id, mergedId: b.id, version: 1 })),
      refusalOf(mergeCitizens(database.pool, anna, { survivorId: b.id, mergedId: a.id, version: 1 })),
    ]);
    expect(results.sort()).to.deep.equal(["citizen_merged", "nothing"]);
  });

  it("is refused by the database itself: a number that is none, a second same contact, a record part of itself", async () => {
    const citizen = await create("Muro", "Prova", declared("phone", "+390550030001"));
    const sql = (text: string) =>
      database.pool.query(text, [citizen.id]).then(
        () => "accepted",
        (error) => error.code,
      );
    const insert = "insert into citizen_contacts (citizen_id, kind, value, source) values";
    expect(await sql(`${insert} ($1, 'phone', '055123', 'declared')`)).to.equal("23514");
    expect(await sql(`${insert} ($1, 'phone', '+390550030001', 'network')`)).to.equal("23505");
    expect(await sql(`${insert} ($1, 'phone', '+390550030002', 'guessed')`)).to.equal("23514");
    expect(await sql(`${insert} ($1, 'phone', '+390550030002', 'network')`)).to.equal("accepted");
    expect(await sql("update citizens set merged_into_id = id where id = $1")).to.equal("23514");
  });
});
