import { expect } from "chai";
import type { CaseRecord } from "../src/cases/case-record.ts";
import { readCase } from "../src/cases/case-store.ts";
import { addNote } from "../src/cases/handling/add-note.ts";
import { claimCaseTask, releaseCaseTask } from "../src/cases/handling/claim-task.ts";
import { dismissSpecialist, inviteSpecialist, listSpecialists } from "../src/cases/handling/invite-specialist.ts";
import { linkCall } from "../src/cases/handling/link-call.ts";
import { logContactAttempt } from "../src/cases/handling/log-contact-attempt.ts";
import { showInbox } from "../src/cases/handling/show-inbox.ts";
import { takeCharge } from "../src/cases/handling/take-charge.ts";
import { liveTasks } from "../src/cases/handling/task-store.ts";
import { showCase } from "../src/cases/visibility/show-case.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedWith } from "./support/refused.ts";

describe("cases: second level, rejects desk, contact back", () => {
  let database: TestDatabase;
  let world: CaseWorld;
  let act: CaseActions;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
    act = caseActions(world);
  });
  after(() => database.drop());

  const inboxOf = async (person: SignedInPerson, more = {}) =>
    (await showInbox(database.pool, person, { limit: 100, ...more })).items.map((item) => item.id);
  const taskOf = async (caseId: string) =>
    (await liveTasks(database.pool, 100)).find((task) => task.caseId === caseId) as { id: string; state: string };
  const attempt = (
    person: SignedInPerson,
    caseId: string,
    outcome: "reached" | "no_answer",
    next: Date | null = null,
  ) =>
    logContactAttempt(database.pool, person, caseId, {
      outcome,
      channel: "phone",
      note: null,
      nextAttemptAt: next,
      callId: null,
    });

  it("gives a case to one of two who take it at once, and tells the other who", async () => {
    const { id } = await act.assigned();
    const results = await Promise.allSettled(
      [world.office, world.colleague].map((person) => takeCharge(database.pool, person, id)),
    );
    const won = results.findIndex((result) => result.status === "fulfilled");
    const lost = results[1 - won] as PromiseRejectedResult;
    const winner = [world.office, world.colleague][won]!;
    expect(results.filter((result) => result.status === "fulfilled")).to.have.length(1);
    expect(lost.reason).to.include({ code: "taken_by_other", status: 409 });
    expect(lost.reason.details.extra.takenBy).to.deep.equal({ id: winner.id, name: winner.displayName });
    expect((await readCase(database.pool, id))?.takenById).to.equal(winner.id);
    expect((await takeCharge(database.pool, winner, id)).takenById).to.equal(winner.id);
  });

  it("suspends and resolves only what was taken in charge, with an answer", async () => {
    const { id } = await act.assigned("complaint");
    await refusedWith(act.move(world.office, id, { to: "suspended" }), "not_taken_in_charge");
    await takeCharge(database.pool, world.office, id);
    expect((await act.move(world.office, id, { to: "suspended" })).closedAt).to.equal(null);
    const wish = { to: "resolved_l2", attribute: "communicated" } as const;
    await refusedWith(act.move(world.office, id, wish), "answer_missing");
    await act.edit(world.office, id, { answer: "Ha ragione" });
    expect((await act.move(world.colleague, id, wish)).closedAt).to.be.instanceOf(Date);
  });

  it("needs an attempt and the next date for Non comunicato, a failed one after the answer for Non comunicabile", async () => {
    const { id } = await act.assigned();
    await takeCharge(database.pool, world.office, id);
    await attempt(world.office, id, "no_answer");
    await act.edit(world.office, id, { answer: "Così" });
    const notCommunicable = { to: "resolved_l2", attribute: "not_communicable" } as const;
    await refusedWith(act.move(world.office, id, notCommunicable), "failed_attempt_missing");
    const notCommunicated = { to: "resolved_l2", attribute: "not_communicated" } as const;
    await refusedWith(act.move(world.office, id, notCommunicated), "next_attempt_missing");
    const next = new Date("2030-05-06T08:00:00Z");
    const waiting = await act.move(world.office, id, { ...notCommunicated, nextAttemptAt: next });
    expect(waiting).to.include({ closedAt: null });
    expect(waiting.nextAttemptAt).to.deep.equal(next);
    await attempt(world.office, id, "no_answer");
    expect(await act.move(world.office, id, notCommunicable)).to.include({ nextAttemptAt: null });
  });

  it("counts the failed attempts that the service asks for", async () => {
    await database.pool.query("update services set min_failed_attempts = 2 where id = $1", [
      world.services.registry.id,
    ]);
    const { id } = await act.answered();
    await attempt(world.office, id, "no_answer");
    const wish = { to: "resolved_l2", attribute: "not_communicable" } as const;
    await refusedWith(act.move(world.office, id, wish), "failed_attempt_missing");
    await attempt(world.office, id, "no_answer");
    expect((await act.move(world.office, id, wish)).attribute).to.equal("not_communicable");
    await database.pool.query("update services set min_failed_attempts = 1 where id = $1", [
      world.services.registry.id,
    ]);
  });

  describe("contact back", () => {
    const toCommunicate = { to: "resolved_l2", attribute: "to_communicate" } as const;
    const told = { to: "resolved_l2", attribute: "communicated" } as const;

    it("pops a task to the first level at work, which one operator claims and ends", async () => {
      const { id } = await act.answered();
      await database.pool.query("update operators set chosen = 'offline' where person_id = $1", [world.bruno.id]);
      const record = await act.move(world.office, id, toCommunicate);
      expect(record.closedAt).to.equal(null);
      const task = await taskOf(id);
      const { rows } = await database.pool.query(
        "select person_id, payload from desk_events where kind = 'task' and payload ->> 'caseId' = $1",
        [id],
      );
      expect(rows.map((row) => row.person_id)).to.deep.equal([world.anna.id]);
      expect(rows[0].payload).to.include({
        taskId: task.id,
        caseNumber: record.number,
        what: "opened",
        kind: "contact_back",
      });
      await refusedWith(act.move(world.anna, id, told), "contact_back_not_claimed");
      const claims = await Promise.allSettled(
        [world.anna, world.bruno].map((person) => claimCaseTask(database.pool, person, id, task.id)),
      );
      expect(claims.map((claim) => claim.status).sort()).to.deep.equal(["fulfilled", "rejected"]);
      const claimer = claims[0]?.status === "fulfilled" ? world.anna : world.bruno;
      const other = claimer === world.anna ? world.bruno : world.anna;
      await refusedWith(act.move(other, id, told), "contact_back_not_claimed");
      expect((await act.move(claimer, id, told)).closedAt).to.be.instanceOf(Date);
      expect(await taskOf(id)).to.equal(undefined);
      const ended = await database.pool.query("select state, claimed_by_id from case_tasks where id = $1", [task.id]);
      expect(ended.rows[0]).to.deep.equal({ state: "done", claimed_by_id: claimer.id });
    });

    it("never lets an operator set Non comunicato: the attempt is logged and the task goes back", async () => {
      const { id } = await act.answered();
      await act.move(world.office, id, toCommunicate);
      const task = await taskOf(id);
      await refusedWith(attempt(world.anna, id, "no_answer"), "contact_back_not_claimed");
      await claimCaseTask(database.pool, world.anna, id, task.id);
      await attempt(world.anna, id, "no_answer", new Date("2030-01-01T08:00:00Z"));
      const wish = { to: "resolved_l2", attribute: "not_communicated" } as const;
      await refusedWith(act.move(world.anna, id, wish), "operator_never_not_communicated");
      await releaseCaseTask(database.pool, world.anna, id, task.id);
      expect((await taskOf(id)).state).to.equal("open");
      await claimCaseTask(database.pool, world.bruno, id, task.id);
      const closed = await act.move(world.bruno, id, { to: "resolved_l2", attribute: "not_communicable" });
      expect(closed.closedAt).to.be.instanceOf(Date);
    });

    it("is completed in the very call of a citizen who rings about it, whose contact it becomes", async () => {
      const { id } = await act.answered();
      const early = await callOf(world, world.bruno);
      await refusedWith(linkCall(database.pool, world.bruno, id, null), "call_not_linkable");
      await act.move(world.office, id, toCommunicate);
      await refusedWith(act.move(world.bruno, id, told), "contact_back_not_claimed");
      await refusedWith(linkCall(database.pool, world.anna, id, early.callId), "no_contact");
      await linkCall(database.pool, world.bruno, id, null);
      await linkCall(database.pool, world.bruno, id, early.callId);
      const { rows } = await database.pool.query(
        `select (select count(*)::int from contact_cases where case_id = $1 and contact_id = $2) as contacts,
          (select count(*)::int from case_history where case_id = $1 and kind = 'call_linked') as told,
          (select related_case_id from cases where id = $3) as related`,
        [id, early.contactId, early.caseId],
      );
      expect(rows[0]).to.deep.equal({ contacts: 1, told: 1, related: id });
      expect((await act.move(world.bruno, id, told)).closedAt).to.be.instanceOf(Date);
      expect(await taskOf(id)).to.equal(undefined);
    });

    it("is withdrawn when the office tells the citizen itself", async () => {
      const { id } = await act.answered();
      await act.move(world.office, id, toCommunicate);
      const task = await taskOf(id);
      await act.move(world.office, id, told);
      const { rows } = await database.pool.query("select state from case_tasks where id = $1", [task.id]);
      expect(rows[0].state).to.equal("withdrawn");
      await refusedWith(claimCaseTask(database.pool, world.anna, id, task.id), "wrong_state");
    });

    it("is there only where the quadruple enables it", async () => {
      await database.pool.query("update service_reasons set contact_back_enabled = false where service_id = $1", [
        world.services.registry.id,
      ]);
      const { id } = await act.answered();
      await database.pool.query("update service_reasons set contact_back_enabled = true where service_id = $1", [
        world.services.registry.id,
      ]);
      // The flag was copied when the case left draft.
      await refusedWith(act.move(world.office, id, toCommunicate), "contact_back_not_enabled");
    });
  });

  describe("specialists", () => {
    it("of the same agency read the case and add notes, and nothing else", async () => {
      const { id } = await act.assigned();
      await refusedWith(inviteSpecialist(database.pool, world.office, id, world.specialist.id), "not_taken_in_charge");
      await takeCharge(database.pool, world.office, id);
      await refusedWith(showCase(database.pool, world.specialist, id), "not_found");
      const candidates = await listSpecialists(database.pool, world.office, id);
      expect(candidates.map((one) => one.id)).to.deep.equal([world.specialist.id]);
      await inviteSpecialist(database.pool, world.office, id, world.specialist.id);
      await refusedWith(
        inviteSpecialist(database.pool, world.office, id, world.otherSpecialist.id),
        "specialist_of_other_agency",
      );
      await addNote(database.pool, world.specialist, id, "Manca la marca da bollo");
      const seen = await showCase(database.pool, world.office, id);
      expect(seen.notes).to.have.length(1);
      expect((await showCase(database.pool, world.specialist, id)).editable).to.deep.equal([]);
      await refusedWith(act.move(world.specialist, id, { to: "suspended" }), "specialist_only_notes");
      expect(await inboxOf(world.specialist)).to.deep.equal([id]);
      await dismissSpecialist(database.pool, world.office, id, world.specialist.id);
      await refusedWith(addNote(database.pool, world.specialist, id, "ancora"), "not_found");
    });
  });

  describe("rejects", () => {
    const reject = (person: SignedInPerson, id: string, more = {}) =>
      act.move(person, id, { to: "rejected", cause: "operator_error", ...more });

    it("go to the rejects desk only, with a coded cause, and clear the take charge", async () => {
      const { id } = await act.answered();
      await refusedWith(act.move(world.office, id, { to: "rejected" }), "reject_cause_missing");
      await refusedWith(act.move(world.office, id, { to: "rejected", cause: "other" }), "reject_note_missing");
      await refusedWith(act.move(world.office, id, { to: "rejected", cause: "boredom" }), "rule_violated");
      const rejected = await reject(world.office, id);
      expect(rejected).to.include({
        rejectCause: "operator_error",
        takenById: null,
        officeId: world.offices.registry.id,
      });
      await refusedWith(showCase(database.pool, world.office, id), "not_found");
      expect(await inboxOf(world.office)).not.to.include(id);
      expect(await inboxOf(world.rejects)).to.include(id);
    });

    it("are reassigned by the right triple, which is copied again, also to an office that rejected it before", async () => {
      const { id } = await act.assigned("information", world.services.roads);
      await act.move(world.roads, id, { to: "rejected", cause: "ambiguous_responsibility" });
      const wish = (serviceId: string) => ({ to: "assigned", serviceId }) as const;
      await refusedWith(act.move(world.rejects, id, wish(world.services.registry.id)), "not_taken_in_charge");
      await takeCharge(database.pool, world.rejects, id);
      await refusedWith(act.move(world.rejects, id, { to: "assigned" }), "reassign_target_missing");
      await refusedWith(act.move(world.rejects, id, wish(world.services.base.id)), "reassign_target_base");
      await refusedWith(act.move(world.rejects, id, wish(world.services.closed.id)), "reassign_target_not_accepting");
      const moved = await act.move(world.rejects, id, wish(world.services.other.id));
      expect(moved).to.include({
        agencyId: world.agencies[1],
        serviceId: world.services.other.id,
        officeId: world.offices.other.id,
        takenById: null,
        rejectCause: null,
      });
      await refusedWith(showCase(database.pool, world.roads, id), "not_found");
      await act.move(world.otherOffice, id, { to: "rejected", cause: "operator_error" });
      await takeCharge(database.pool, world.rejects, id);
      const back = await act.move(world.rejects, id, wish(world.services.roads.id));
      expect(back.officeId).to.equal(world.offices.roads.id);
      const { history } = await showCase(database.pool, world.roads, id);
      const services = history.filter((row) => row.kind === "moved").map((row) => row.data.service);
      expect(services).to.deep.include({ from: world.services.roads.id, to: world.services.other.id });
    });

    it("may cancel an information as not competent, never a complaint", async () => {
      const complaint = await act.assigned("complaint");
      const information = await act.assigned();
      for (const { id } of [complaint, information]) {
        await reject(world.office, id);
        await takeCharge(database.pool, world.rejects, id);
      }
      const wish = { to: "cancelled", cause: "not_competent" } as const;
      await refusedWith(act.move(world.rejects, complaint.id, wish), "complaint_never_not_competent");
      expect((await act.move(world.rejects, information.id, wish)).cancelReason).to.equal("not_competent");
    });
  });

  it("pages the inbox without losing or repeating a case, and filters it", async () => {
    const made: CaseRecord[] = [];
    for (let i = 0; i < 5; i++) made.push(await act.assigned("information", world.services.roads));
    const all = await inboxOf(world.roads);
    expect(all).to.include.members(made.map((record) => record.id));
    const paged: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await showInbox(database.pool, world.roads, { limit: 2, cursor });
      paged.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).to.deep.equal(all);
    await takeCharge(database.pool, world.roads, made[0]!.id);
    expect(await inboxOf(world.roads, { taken: "me" })).to.deep.equal([made[0]!.id]);
    expect(await inboxOf(world.roads, { q: String(made[1]!.number) })).to.deep.equal([made[1]!.id]);
    expect(await inboxOf(world.roads, { q: "de luca" })).to.deep.equal(all);
    expect(await inboxOf(world.roads, { q: "%_\\" })).to.deep.equal([]);
    expect(await inboxOf(world.roads, { status: "suspended" })).to.deep.equal([]);
    expect(await inboxOf(world.office, { officeId: world.offices.roads.id })).to.deep.equal([]);
    await refusedWith(showInbox(database.pool, world.roads, { limit: 2, cursor: "bogus" }), "invalid_form");
  });
});
