import { expect } from "chai";
import type { CaseRecord } from "../src/cases/case-record.ts";
import { readCase } from "../src/cases/case-store.ts";
import { type CaseEdit, editCase } from "../src/cases/edit-case.ts";
import { cancelDraftBySystem } from "../src/cases/moves/cancel-draft-store.ts";
import { listLegalMoves } from "../src/cases/moves/list-legal-moves.ts";
import { type MoveWish, moveCase } from "../src/cases/moves/move-case.ts";
import { openCase } from "../src/cases/open-case.ts";
import { listCases } from "../src/cases/visibility/case-read-store.ts";
import { showCase } from "../src/cases/visibility/show-case.ts";
import { AppError } from "../src/errors.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, callOf, caseWorld, citizenOf, type TestCall } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedWith } from "./support/refused.ts";

describe("cases: from draft to its end", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let call: TestCall;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
  });
  after(() => database.drop());
  beforeEach(async () => {
    call = await callOf(world, world.anna);
  });

  const move = async (person: SignedInPerson, caseId: string, wish: MoveWish): Promise<CaseRecord> => {
    const { version } = (await readCase(database.pool, caseId))!;
    return moveCase(database.pool, person, caseId, version, wish);
  };
  const write = async (edit: Parameters<typeof editCase>[4], caseId = call.caseId): Promise<CaseRecord> => {
    const { version } = (await readCase(database.pool, caseId))!;
    return editCase(database.pool, world.anna, caseId, version, edit);
  };
  const information: CaseEdit = { reason: "information", informationKinds: ["who_where_when"], request: "Dove?" };

  it("answers an information at first level, with the service's profile copied and status and history as one", async () => {
    await write({
      ...information,
      informationKinds: ["how"],
      serviceId: world.services.base.id,
      answer: "In via Roma",
    });
    const closed = await move(world.anna, call.caseId, { to: "resolved_l1", attribute: "communicated" });
    expect(closed).to.include({ status: "resolved_l1", attribute: "communicated", profile: "base" });
    expect(closed.closedAt).to.be.instanceOf(Date);
    expect(closed.answeredAt).to.be.instanceOf(Date);
    const { history } = await showCase(database.pool, world.anna, call.caseId);
    expect(history.map((row) => [row.seq, row.kind, row.toStatus])).to.deep.equal([
      [1, "opened", "draft"],
      [2, "edited", null],
      [3, "moved", "resolved_l1"],
    ]);
    expect(history[2]).to.include({ personId: world.anna.id, actor: world.anna.login, version: closed.version });
  });

  it("refuses with the rule and what to do instead, leaves the case alone and keeps a trace of who tried", async () => {
    await write({ ...information, serviceId: world.services.base.id });
    const before = await readCase(database.pool, call.caseId);
    const error = await refusedWith(move(world.anna, call.caseId, { to: "assigned" }), "base_ends_at_first_level");
    expect(error.details.rule).to.match(/REQ|§/);
    expect(error.details.insteadIt).to.be.a("string").with.length.greaterThan(10);
    expect(error.details.extra).to.have.property("insteadEn");
    expect(await readCase(database.pool, call.caseId)).to.deep.equal(before);
    const { rows } = await database.pool.query("select actor, data from audit where subject_id = $1", [call.caseId]);
    expect(rows).to.have.length(1);
    expect(rows[0].data).to.include({ to: "assigned", code: "base_ends_at_first_level" });
  });

  it("assigns an information to the competent office with its coded reason, and tells that office's desks", async () => {
    const citizenId = await citizenOf(world, call.e164);
    await write({ ...information, serviceId: world.services.registry.id, citizenId });
    await refusedWith(move(world.anna, call.caseId, { to: "assigned" }), "assignment_reason_missing");
    await refusedWith(
      move(world.anna, call.caseId, { to: "assigned", cause: "check_negative" }),
      "assignment_reason_not_proved",
    );
    await refusedWith(
      move(world.anna, call.caseId, { to: "assigned", cause: "declines_hold", officeId: world.offices.roads.id }),
      "not_the_competent_office",
    );
    const assigned = await move(world.anna, call.caseId, { to: "assigned", cause: "declines_hold" });
    expect(assigned).to.include({
      officeId: world.offices.registry.id,
      profile: "advanced",
      contactBackEnabled: true,
      assignmentReason: "declines_hold",
      closedAt: null,
    });
    const { rows } = await database.pool.query(
      "select person_id, payload from desk_events where kind = 'case' and payload ->> 'caseId' = $1 and payload ->> 'what' = 'moved'",
      [call.caseId],
    );
    expect(rows.map((row) => row.person_id)).to.have.members([world.office.id, world.colleague.id]);
    expect(rows[0].payload).to.include({ number: assigned.number, version: assigned.version });
  });

  it("lets the system write the assignment reason from the log of a failed transfer", async () => {
    await write({ ...information, serviceId: world.services.registry.id, phoneConfirmed: true });
    await database.pool.query(
      "insert into case_history (case_id, seq, actor, kind) select $1, max(seq) + 1, 'system:transfers', 'transfer_failed' from case_history where case_id = $1",
      [call.caseId],
    );
    const assigned = await move(world.anna, call.caseId, { to: "assigned" });
    expect(assigned.assignmentReason).to.equal("transfer_failed");
  });

  it("counts a caller's number as contact data only when the operator confirmed it", async () => {
    await write({ ...information, serviceId: world.services.registry.id });
    const wish: MoveWish = { to: "assigned", cause: "declines_hold" };
    await refusedWith(move(world.anna, call.caseId, wish), "contact_data_missing");
    await write({ phoneConfirmed: true });
    expect((await move(world.anna, call.caseId, wish)).status).to.equal("assigned");
  });

  it("follows the switch: complaint and information fall back to the base rule where it is off", async () => {
    const citizenId = await citizenOf(world, call.e164);
    await write({ reason: "complaint", request: "Male", serviceId: world.services.closed.id, citizenId });
    await refusedWith(move(world.anna, call.caseId, { to: "assigned" }), "complaint_not_accepted");
    await write({ ...information, missingKnowledge: { kind: "no_card", search: "tari rate" } });
    expect((await move(world.anna, call.caseId, { to: "unresolvable" })).status).to.equal("unresolvable");
  });

  it("closes an issue report as Assegnato Risolto, which its office reads", async () => {
    const citizenId = await citizenOf(world, call.e164);
    await write({
      reason: "issue_report",
      request: "Buca",
      answer: "Trasmessa",
      serviceId: world.services.roads.id,
      citizenId,
    });
    const closed = await move(world.anna, call.caseId, { to: "assigned_resolved" });
    expect(closed.closedAt).to.be.instanceOf(Date);
    expect((await showCase(database.pool, world.roads, call.caseId)).editable).to.deep.equal([]);
  });

  it("ends a switchboard case with a note for an answer", async () => {
    await write({ reason: "information", switchboard: true, agencyId: world.agencies[0] });
    const wish: MoveWish = { to: "resolved_l1", attribute: "communicated" };
    await refusedWith(move(world.anna, call.caseId, wish), "switchboard_note_missing");
    await write({ note: "Chiede del sindaco" });
    expect(await move(world.anna, call.caseId, wish)).to.include({ status: "resolved_l1", serviceId: null });
  });

  it("opens a further case in the same contact, and none outside of one", async () => {
    const further = await openCase(database.pool, world.anna, {});
    const { rows } = await database.pool.query("select contact_id from contact_cases where case_id = $1", [further.id]);
    expect(rows).to.deep.equal([{ contact_id: call.contactId }]);
    expect(further).to.include({ status: "draft", ownerId: world.anna.id, openedByCallId: null });
    const again = await openCase(database.pool, world.anna, { sameContactAs: further.id });
    expect(again.id).not.to.equal(further.id);
    await refusedWith(openCase(database.pool, world.bruno, { callId: call.callId }), "no_contact");
    await refusedWith(openCase(database.pool, world.bruno, {}), "no_contact");
  });

  it("keeps a draft in its operator's list until completed, and out of other hands", async () => {
    const page = () =>
      listCases(database.pool, world.anna, { toComplete: true }, { limit: 100, after: null, order: "oldest" });
    expect((await page()).items.map((item) => item.id)).to.include(call.caseId);
    const { version } = (await readCase(database.pool, call.caseId))!;
    const error = await caught(editCase(database.pool, world.bruno, call.caseId, version, { request: "mio" }));
    expect(error.code).to.equal("taken_by_other");
    expect((await caught(move(world.bruno, call.caseId, { to: "cancelled", cause: "error" }))).code).to.equal(
      "taken_by_other",
    );
    await move(world.anna, call.caseId, { to: "cancelled", cause: "error" });
    expect((await page()).items.map((item) => item.id)).not.to.include(call.caseId);
  });

  it("answers a stale save with what changed since", async () => {
    const { version } = (await readCase(database.pool, call.caseId))!;
    await write({ request: "uno" });
    await write({ serviceId: world.services.base.id });
    const error = await caught(editCase(database.pool, world.anna, call.caseId, version, { request: "due" }));
    expect(error.code).to.equal("stale_version");
    expect(error.details.extra).to.include({ currentVersion: version + 2 });
    const changes = error.details.extra?.changes as { data: { fields: string[]; changes: Record<string, unknown> } }[];
    expect(changes.flatMap((row) => row.data.fields)).to.include.members(["request", "serviceId"]);
    expect(changes.at(-1)?.data.changes).to.have.property("serviceId");
    expect((await readCase(database.pool, call.caseId))?.request).to.equal("uno");
  });

  it("joins the autosaves of a draft to one row of history", async () => {
    for (const request of ["D", "Do", "Dove"]) await write({ request });
    const { history } = await showCase(database.pool, world.anna, call.caseId);
    expect(history.map((row) => row.kind)).to.deep.equal(["opened", "edited"]);
    expect(history[1]?.data.fields).to.deep.equal(["request"]);
    expect(history[1]?.version).to.equal((await readCase(database.pool, call.caseId))?.version);
  });

  it("takes the whole triple of a service or none of it", async () => {
    const written = await write({ serviceId: world.services.other.id });
    expect(written).to.include({ agencyId: world.agencies[1], departmentId: world.services.other.departmentId });
    expect(await write({ agencyId: world.agencies[0] })).to.include({
      agencyId: world.agencies[0],
      serviceId: null,
      departmentId: null,
    });
    await refusedWith(write({ agencyId: world.agencies[0], serviceId: world.services.other.id }), "no_such_service");
  });

  it("closes the fields of a finished case, but for the note", async () => {
    await write({ ...information, serviceId: world.services.base.id, answer: "Sì" });
    await move(world.anna, call.caseId, { to: "resolved_l1", attribute: "communicated" });
    await refusedWith(write({ request: "altro" }), "field_not_editable");
    await refusedWith(write({ reason: "grievance" }), "field_not_editable");
    expect((await write({ note: "ha richiamato" })).note).to.equal("ha richiamato");
  });

  it("offers what is legal and says what is missing", async () => {
    await write({ reason: "complaint", serviceId: world.services.base.id });
    const offered = await listLegalMoves(database.pool, world.anna, call.caseId);
    const complaint = offered.reasons.find(({ reason }) => reason === "complaint");
    expect(complaint?.refusal?.code).to.equal("complaint_needs_advanced");
    expect(offered.reasons.find(({ reason }) => reason === "grievance")?.refusal).to.equal(null);
    await write({ ...information, answer: "Qui" });
    const now = await listLegalMoves(database.pool, world.anna, call.caseId);
    expect(now.gaps).to.deep.equal([]);
    const legal = now.moves.filter((one) => one.refusal === null).map((one) => `${one.to}/${one.attribute}`);
    expect(legal).to.have.members(["resolved_l1/communicated", "cancelled/null"]);
    expect((await listLegalMoves(database.pool, world.bruno, call.caseId)).moves).to.deep.equal([]);
  });

  it("cancels a draft by the system in one statement, once", async () => {
    expect(await cancelDraftBySystem(database.pool, call.caseId, "abandoned", "system:calls")).to.equal(true);
    expect(await cancelDraftBySystem(database.pool, call.caseId, "error", "system:calls")).to.equal(false);
    const record = await readCase(database.pool, call.caseId);
    expect(record).to.include({ status: "cancelled", cancelReason: "abandoned" });
    const { rows } = await database.pool.query(
      "select seq, actor, to_status, case_version from case_history where case_id = $1 order by seq",
      [call.caseId],
    );
    expect(rows.at(-1)).to.deep.equal({ seq: 2, actor: "system:calls", to_status: "cancelled", case_version: 2 });
  });

  it("erases the caller's number of an anonymous grievance wherever the call left it, and keeps it out", async () => {
    const { pool } = database;
    await pool.query("insert into call_events (call_id, kind, data) values ($1, 'arrived', $2)", [
      call.callId,
      { callerE164: call.e164, node: "menu" },
    ]);
    await pool.query(
      "insert into offers (id, call_id, person_id, account, channel_id, state, ended_at) values (uuidv7(), $1::uuid, $2, '201', $1, 'answered', now())",
      [call.callId, world.anna.id],
    );
    await pool.query("select append_desk_event($1, 'offer', $2)", [
      world.anna.id,
      { callId: call.callId, caller: { e164: call.e164, name: "Rossi Mario" }, recentCases: [], citizens: [] },
    ]);
    await write({ reason: "grievance", serviceId: world.services.base.id, request: "Che coda", answer: "Registrata" });
    await move(world.anna, call.caseId, { to: "resolved_l1", attribute: "communicated" });
    for (const table of ["calls", "contacts", "call_events", "desk_events", "cases", "case_history"]) {
      const { rows } = await pool.query(
        `select count(*)::int as n from ${table} t where t::text like '%' || $1 || '%'`,
        [call.e164.slice(1)],
      );
      expect(rows[0].n, table).to.equal(0);
    }
    const kept = await pool.query("select data from call_events where call_id = $1", [call.callId]);
    expect(kept.rows[0].data).to.deep.equal({ node: "menu" });
    const late = pool.query("update calls set caller_e164 = $2 where id = $1", [call.callId, call.e164]);
    expect((await caughtAny(late)).message).to.match(/check constraint/);
  });

  it("keeps the number of a grievance whose citizen is known", async () => {
    const citizenId = await citizenOf(world, call.e164);
    await write({ reason: "grievance", serviceId: world.services.base.id, request: "x", answer: "y", citizenId });
    await move(world.anna, call.caseId, { to: "resolved_l1", attribute: "communicated" });
    const { rows } = await database.pool.query("select caller_e164 from calls where id = $1", [call.callId]);
    expect(rows[0].caller_e164).to.equal(call.e164);
  });
});

async function caughtAny(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => error as Error,
  );
}

async function caught(promise: Promise<unknown>): Promise<AppError> {
  const error = await caughtAny(promise);
  expect(error).to.be.instanceOf(AppError);
  return error as AppError;
}
