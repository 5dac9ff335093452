import { expect } from "chai";
import type { CaseRecord } from "../src/cases/case-record.ts";
import { readCase } from "../src/cases/case-store.ts";
import { type ChildWish, createChildCase } from "../src/cases/children/create-child-case.ts";
import { decideCancelRequest } from "../src/cases/children/decide-cancel-request.ts";
import { nextWorkingDay } from "../src/cases/children/next-working-day.ts";
import { sweepCancelRequests } from "../src/cases/children/sweep-cancel-requests.ts";
import { claimCaseTask } from "../src/cases/handling/claim-task.ts";
import { takeCharge } from "../src/cases/handling/take-charge.ts";
import { liveTasks } from "../src/cases/handling/task-store.ts";
import { showCase } from "../src/cases/visibility/show-case.ts";
import { systemClock } from "../src/clock.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedWith } from "./support/refused.ts";

describe("cases: children", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
  });
  after(() => database.drop());

  /** In a fresh call of Bruno's. */
  const child = async (parentId: string, wish: ChildWish): Promise<CaseRecord> => {
    await callOf(world, world.bruno);
    return createChildCase(database.pool, world.bruno, parentId, { request: "Allora?", ...wish });
  };
  const same = async (childId: string, parentId: string) => {
    const [one, other] = [await readCase(database.pool, childId), await readCase(database.pool, parentId)];
    for (const name of ["status", "attribute", "officeId", "serviceId", "profile", "cancelReason"] as const) {
      expect(one?.[name], name).to.equal(other?.[name]);
    }
    expect(one?.closedAt).to.deep.equal(other?.closedAt);
  };
  const identityOf = async (parent: CaseRecord) => ({
    firstName: "maria",
    lastName: "DeLuca",
    caseNumber: parent.number,
  });

  it("makes the call's untouched draft a reminder: born Assegnato, with the parent's triple and a standard answer", async () => {
    const parent = await act.assigned();
    const call = await callOf(world, world.bruno);
    const born = await createChildCase(database.pool, world.bruno, parent.id, {
      reason: "reminder",
      request: "Allora?",
    });
    expect(born).to.include({
      id: call.caseId,
      status: "assigned",
      parentId: parent.id,
      serviceId: parent.serviceId,
      officeId: parent.officeId,
      profile: "advanced",
      citizenId: parent.citizenId,
    });
    expect(born.answer).to.match(/sollecito/);
    const second = await createChildCase(database.pool, world.bruno, parent.id, {
      reason: "reminder",
      request: "E poi?",
    });
    expect(second.id).not.to.equal(born.id);
    const seen = await showCase(database.pool, world.office, parent.id);
    expect(seen.family.map((one) => one.id)).to.have.members([born.id, second.id]);
    expect(seen.history.filter((row) => row.kind === "child_opened")).to.have.length(2);
  });

  it("follows its parent through suspension, rejection, another office and the end; nobody moves it alone", async () => {
    const parent = await act.assigned("complaint");
    const { id } = await child(parent.id, { reason: "reminder" });
    await refusedWith(act.move(world.office, id, { to: "suspended" }), "child_follows_parent");
    await refusedWith(takeCharge(database.pool, world.office, id), "child_follows_parent");
    await takeCharge(database.pool, world.office, parent.id);
    await act.move(world.office, parent.id, { to: "suspended" });
    await same(id, parent.id);
    await act.move(world.office, parent.id, { to: "rejected", cause: "operator_error" });
    await same(id, parent.id);
    await takeCharge(database.pool, world.rejects, parent.id);
    await act.move(world.rejects, parent.id, { to: "assigned", serviceId: world.services.other.id });
    await same(id, parent.id);
    expect((await readCase(database.pool, id))?.officeId).to.equal(world.offices.other.id);
    await takeCharge(database.pool, world.otherOffice, parent.id);
    await act.edit(world.otherOffice, parent.id, { answer: "Fatto" });
    await act.move(world.otherOffice, parent.id, { to: "resolved_l2", attribute: "to_communicate" });
    await same(id, parent.id);
    await act.move(world.otherOffice, parent.id, { to: "resolved_l2", attribute: "communicated" });
    await same(id, parent.id);
    expect((await showCase(database.pool, world.otherOffice, id)).history.map((row) => row.seq)).to.deep.equal([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it("is born Assegnato under a suspended or rejected parent, and follows from the next change on", async () => {
    const parent = await act.answered();
    await act.move(world.office, parent.id, { to: "suspended" });
    const one = await child(parent.id, { reason: "reminder" });
    expect(one.status).to.equal("assigned");
    await act.move(world.office, parent.id, { to: "rejected", cause: "operator_error" });
    await same(one.id, parent.id);
    const two = await child(parent.id, { reason: "reminder" });
    expect(two.status).to.equal("assigned");
    // Under Rigettato it is the rejects desk's, not the office's.
    expect((await showCase(database.pool, world.rejects, two.id)).id).to.equal(two.id);
    await refusedWith(showCase(database.pool, world.office, two.id), "not_found");
    await takeCharge(database.pool, world.rejects, parent.id);
    await act.move(world.rejects, parent.id, { to: "assigned", serviceId: world.services.registry.id });
    await same(one.id, parent.id);
    await same(two.id, parent.id);
  });

  it("answers case_status at once at first level, for the citizen of the case only", async () => {
    const parent = await act.assigned();
    const wish: ChildWish = { reason: "case_status", answer: "È in lavorazione" };
    await refusedWith(child(parent.id, wish), "identity_not_checked");
    const wrong = { ...(await identityOf(parent)), lastName: "Rossi" };
    await refusedWith(child(parent.id, { ...wish, identity: wrong }), "identity_not_checked");
    await refusedWith(
      child(parent.id, { ...wish, identity: { firstName: "Maria", lastName: "De Luca" } }),
      "identity_not_checked",
    );
    const told = await child(parent.id, { ...wish, identity: await identityOf(parent) });
    expect(told).to.include({ status: "resolved_l1", attribute: "communicated", parentId: parent.id });
    const { rows } = await database.pool.query(
      "select (data ->> 'matched')::boolean as matched from audit where subject_id = $1 and action = 'case.identity_check' order by id",
      [parent.id],
    );
    expect(rows.map((row) => row.matched)).to.deep.equal([false, false, true]);
    await takeCharge(database.pool, world.office, parent.id);
    await act.move(world.office, parent.id, { to: "suspended" });
    expect((await readCase(database.pool, told.id))?.status).to.equal("resolved_l1");
    await refusedWith(showCase(database.pool, world.office, told.id), "not_found");
  });

  it("refuses parents that can have none", async () => {
    const parent = await act.assigned();
    const reminder = await child(parent.id, { reason: "reminder" });
    await refusedWith(child(reminder.id, { reason: "reminder" }), "parent_is_child");
    const draft = await callOf(world, world.bruno);
    await refusedWith(
      createChildCase(database.pool, world.bruno, draft.caseId, { reason: "reminder" }),
      "parent_reason",
    );
    const closed = await act.answered();
    await act.move(world.office, closed.id, { to: "resolved_l2", attribute: "communicated" });
    await refusedWith(child(closed.id, { reason: "reminder" }), "parent_closed");
  });

  it("adds a notice's additional data to the parent and its citizen data to the record", async () => {
    const parent = await act.assigned();
    const identity = await identityOf(parent);
    await refusedWith(child(parent.id, { reason: "update_notice", identity }), "notice_content_missing");
    await child(parent.id, { reason: "update_notice", identity, content: "additional_data", request: "È al civico 7" });
    const { notes } = await showCase(database.pool, world.office, parent.id);
    expect(notes).to.have.length(1);
    expect((notes as { kind: string; text: string }[])[0]).to.include({ kind: "addition", text: "È al civico 7" });
    await child(parent.id, {
      reason: "update_notice",
      identity,
      content: "citizen_data",
      citizenData: { contacts: [{ kind: "email", value: "maria@esempio.it" }] },
    });
    const { citizen } = await showCase(database.pool, world.office, parent.id);
    const kinds = (citizen as { contacts: { kind: string; source: string }[] }).contacts.map((one) => one.kind);
    expect(kinds).to.have.members(["phone", "email"]);
  });

  describe("cancel request", () => {
    const request = async (parent: CaseRecord) =>
      child(parent.id, { reason: "update_notice", content: "cancel_request", identity: await identityOf(parent) });
    const decide = async (person: typeof world.office, id: string, decision: "granted" | "refused") =>
      decideCancelRequest(database.pool, person, id, (await readCase(database.pool, id))!.version, { decision });

    it("granted by the owning office cancels the case with its children", async () => {
      const parent = await act.assigned("complaint");
      await refusedWith(
        act.move(world.office, parent.id, { to: "cancelled", cause: "cancelled_by_citizen" }),
        "cancel_not_granted",
      );
      const asked = await request(parent);
      await refusedWith(request(parent), "duplicate");
      await refusedWith(decide(world.roads, parent.id, "granted"), "not_found");
      const cancelled = await decide(world.office, parent.id, "granted");
      expect(cancelled).to.include({ status: "cancelled", cancelReason: "cancelled_by_citizen" });
      await same(asked.id, parent.id);
      const { rows } = await database.pool.query(
        "select state, decided_by_id from cancel_requests where parent_id = $1",
        [parent.id],
      );
      expect(rows).to.deep.equal([{ state: "granted", decided_by_id: world.office.id }]);
    });

    it("refused leaves the case at work", async () => {
      const parent = await act.assigned();
      await refusedWith(decide(world.office, parent.id, "refused"), "wrong_state");
      await request(parent);
      expect((await decide(world.office, parent.id, "refused")).status).to.equal("assigned");
      await refusedWith(
        act.move(world.office, parent.id, { to: "cancelled", cause: "cancelled_by_citizen" }),
        "cancel_not_granted",
      );
      await request(parent);
    });

    it("unanswered for a working day becomes a first-level task; whoever claimed it decides with the citizen", async () => {
      const parent = await act.assigned();
      await request(parent);
      const early = { ...systemClock, now: () => new Date() };
      expect(await sweepCancelRequests(database.pool, early)).to.equal(0);
      const wish = { to: "cancelled", cause: "cancelled_by_citizen", confirmedByCitizen: true } as const;
      await refusedWith(act.move(world.anna, parent.id, wish), "cancel_waits_for_owner");
      await database.pool.query(
        "update cancel_requests set due_at = now() - interval '1 minute' where parent_id = $1",
        [parent.id],
      );
      const swept = await Promise.all([early, early].map((clock) => sweepCancelRequests(database.pool, clock)));
      expect(swept[0]! + swept[1]!).to.equal(1);
      await refusedWith(act.move(world.anna, parent.id, wish), "cancel_not_confirmed");
      const task = (await liveTasks(database.pool, 100)).find((one) => one.caseId === parent.id) as { id: string };
      await claimCaseTask(database.pool, world.anna, parent.id, task.id);
      await refusedWith(
        act.move(world.anna, parent.id, { ...wish, confirmedByCitizen: false }),
        "cancel_not_confirmed",
      );
      expect((await act.move(world.anna, parent.id, wish)).status).to.equal("cancelled");
      const { rows } = await database.pool.query("select state from case_tasks where id = $1", [task.id]);
      expect(rows[0].state).to.equal("done");
    });

    it("falls due one working day later, in Florence", () => {
      const due = (from: string) => nextWorkingDay(new Date(from)).toISOString();
      expect(due("2026-11-26T10:00:00Z")).to.equal("2026-11-27T10:00:00.000Z");
      expect(due("2026-11-27T10:00:00Z")).to.equal("2026-11-30T10:00:00.000Z");
      expect(due("2026-12-24T10:00:00Z")).to.equal("2026-12-28T10:00:00.000Z");
      expect(due("2026-06-23T10:00:00Z")).to.equal("2026-06-25T10:00:00.000Z");
      expect(due("2026-10-23T10:00:00Z")).to.equal("2026-10-26T11:00:00.000Z");
    });
  });
});
