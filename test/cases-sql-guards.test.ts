import { expect } from "chai";
import type { CaseRecord } from "../src/cases/case-record.ts";
import type { CaseEdit } from "../src/cases/edit-case.ts";
import type { Pool } from "../src/database/pool.ts";
import { type CaseActions, type CaseWorld, callOf, caseActions, caseWorld } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedBySql } from "./support/refused.ts";

// The program is bypassed here: the database itself must refuse, and take the right row beside each wrong one.
describe("cases: what the database refuses by itself", () => {
  let database: TestDatabase;
  let pool: Pool;
  let world: CaseWorld;
  let act: CaseActions;

  before(async () => {
    database = await testDatabase();
    pool = database.pool;
    world = await caseWorld(pool);
    act = caseActions(world);
  });
  after(() => database.drop());

  const told = `insert into case_history (case_id, seq, actor, kind, from_status, to_status, to_attribute)
    select s.id, (select max(seq) + 1 from case_history where case_id = s.id), 'by hand', 'moved', null, s.status,
      s.attribute from cases s where s.id = $1`;
  /** The update and its history row, in one transaction as the program would. */
  const byHand = async (caseId: string, set: string, ...more: string[]): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query(`update cases set ${set} where id = $1`, [caseId]);
      for (const statement of [told, ...more]) await client.query(statement, [caseId]);
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  };
  const childOf = (parent: CaseRecord, reason = "reminder", more: Record<string, unknown> = {}) => {
    const row = {
      status: "assigned",
      reason,
      agency_id: parent.agencyId,
      department_id: parent.departmentId,
      service_id: parent.serviceId,
      profile: "advanced",
      office_id: parent.officeId,
      parent_id: parent.id,
      ...more,
    };
    const names = Object.keys(row);
    return pool.query(
      `insert into cases (id, ${names.join(", ")}) values (uuidv7(), ${names.map((_, i) => `$${i + 1}`).join(", ")})
      returning id`,
      Object.values(row),
    );
  };

  it("a change of status without its history row", async () => {
    const { id } = await act.answered();
    await refusedBySql(pool.query("update cases set status = 'suspended' where id = $1", [id]), "case_history_told");
    await byHand(id, "status = 'suspended'");
  });

  it("a gap, a repetition or a rewriting of history", async () => {
    const { id } = await act.assigned();
    const row = "insert into case_history (case_id, seq, actor, kind) values ($1, $2, 'by hand', 'note')";
    const last = (await pool.query("select max(seq) as seq from case_history where case_id = $1", [id])).rows[0].seq;
    await refusedBySql(pool.query(row, [id, last + 2]), "case_history_gapless");
    await refusedBySql(pool.query(row, [id, last]), "case_history_gapless");
    await pool.query(row, [id, last + 1]);
    await refusedBySql(
      pool.query("update case_history set actor = 'me' where case_id = $1", [id]),
      "case_history_kept",
    );
    await refusedBySql(pool.query("delete from case_history where case_id = $1", [id]), "case_history_kept");
    await pool.query("update case_history set data = '{}' where case_id = $1", [id]);
  });

  it("a move that the source does not know", async () => {
    const { id } = await act.answered();
    const illegal = [
      "status = 'draft', taken_by_id = null, taken_at = null",
      "status = 'transferred'",
      "status = 'unresolvable', closed_at = now()",
      "status = 'cancelled', cancel_reason = 'not_competent', closed_at = now()",
    ];
    for (const set of illegal) await refusedBySql(byHand(id, set), "case_legal_move");
    await byHand(id, "status = 'resolved_l2', attribute = 'communicated', closed_at = now()");
    await refusedBySql(byHand(id, "status = 'assigned', attribute = null, closed_at = null"), "case_legal_move");
    const mail = (await act.assigned()).id;
    await refusedBySql(
      byHand(mail, "status = 'resolved_l1', attribute = 'communicated', answer = 'x', closed_at = now()"),
    );
  });

  it("a complaint cancelled as not competent by the rejects desk", async () => {
    const [complaint, information] = [await act.assigned("complaint"), await act.assigned()];
    for (const { id } of [complaint, information])
      await byHand(id, "status = 'rejected', reject_cause = 'operator_error'");
    const set = "status = 'cancelled', cancel_reason = 'not_competent', closed_at = now()";
    await refusedBySql(byHand(complaint.id, set), "case_legal_move");
    await byHand(information.id, set);
  });

  it("a draft that leaves incomplete, or for a service that does not accept it", async () => {
    const { registry, closed } = world.services;
    const person = async (names: string) =>
      (await pool.query(`insert into citizens (first_name, last_name) values (${names}) returning id`)).rows[0].id;
    const toOffice = `status = 'assigned', profile = 'advanced', office_id = '${registry.officeId}'`;
    const ended = "profile = 'advanced', closed_at = now()";
    const told = `status = 'resolved_l1', attribute = 'communicated', answer = 'x', ${ended}`;
    const incomplete: [CaseEdit, string, string][] = [
      [{ reason: "complaint" }, toOffice, "case_citizen_known"],
      [{ reason: "complaint", citizenId: await person("'Ada', ' '") }, toOffice, "case_citizen_known"],
      [{ reason: "complaint", citizenId: await person("'Ada', 'Neri'") }, toOffice, "case_citizen_reachable"],
      [
        { reason: "issue_report" },
        `status = 'assigned_resolved', office_id = '${registry.officeId}', ${ended}`,
        "case_citizen_known",
      ],
      [{ reason: "information", informationKinds: ["how"], request: "  " }, told, "case_request_written"],
      [{ reason: "information" }, told, "case_kind_chosen"],
      [
        { reason: "information", informationKinds: ["how"] },
        `status = 'unresolvable', ${ended}`,
        "case_knowledge_missing",
      ],
      [{ reason: "booking" }, told, "case_booked"],
      [{ reason: "reminder" }, toOffice, "case_has_parent"],
      [{ reason: "information", informationKinds: ["how"], serviceId: closed.id }, toOffice, "case_accepted"],
      [
        { reason: "information", switchboard: true, serviceId: null, note: "Chiede di Rossi" },
        told,
        "case_agency_chosen",
      ],
    ];
    for (const [fields, set, constraint] of incomplete) {
      const { caseId } = await callOf(world, world.anna);
      await act.edit(world.anna, caseId, { request: "Dove?", serviceId: registry.id, ...fields });
      await refusedBySql(byHand(caseId, set), constraint);
    }
    const rejected = await act.assigned();
    await byHand(rejected.id, "status = 'rejected', reject_cause = 'operator_error'");
    const elsewhere = `status = 'assigned', service_id = '${closed.id}', office_id = '${closed.officeId}'`;
    await refusedBySql(byHand(rejected.id, elsewhere), "case_accepted");
  });

  it("second-level ends without take charge, answer, cause, attempts or next date", async () => {
    const { id } = await act.assigned();
    await refusedBySql(byHand(id, "status = 'suspended'"), "case_taken_charge");
    await refusedBySql(byHand(id, "status = 'rejected'"), "case_reject_cause");
    await refusedBySql(byHand(id, "status = 'rejected', reject_cause = 'other'"));
    await refusedBySql(pool.query("update cases set missing_knowledge = '{}' where id = $1", [id]));
    const taken = `taken_by_id = '${world.office.id}', taken_at = now()`;
    const told = "status = 'resolved_l2', attribute = 'communicated', closed_at = now()";
    await refusedBySql(byHand(id, `${taken}, ${told}`), "case_answered");
    const answered = `${taken}, answer = 'Così', status = 'resolved_l2'`;
    await refusedBySql(
      byHand(id, `${answered}, attribute = 'not_communicated', next_attempt_at = now()`),
      "case_attempted",
    );
    await refusedBySql(byHand(id, `${answered}, attribute = 'not_communicable', closed_at = now()`), "case_attempted");
    await pool.query(
      "insert into contact_attempts (case_id, actor, outcome, after_answer) values ($1, 'by hand', 'no_answer', true)",
      [id],
    );
    await refusedBySql(byHand(id, `${answered}, attribute = 'not_communicated'`), "case_attempted");
    await byHand(id, `${answered}, attribute = 'not_communicable', closed_at = now()`);
  });

  it("Da comunicare without its one live task, and the task without the state", async () => {
    const { id } = await act.answered();
    const set = "status = 'resolved_l2', attribute = 'to_communicate'";
    const task = "insert into case_tasks (case_id, kind) values ($1, 'contact_back')";
    await refusedBySql(byHand(id, set), "case_contact_back_task");
    await refusedBySql(pool.query(task, [id]), "case_contact_back_task");
    await byHand(id, set, task);
    await refusedBySql(pool.query(task, [id]), "case_tasks_one_live");
    const done = "update case_tasks set state = 'done', ended_at = now() where case_id = $1";
    await refusedBySql(pool.query(done, [id]), "case_contact_back_task");
    await byHand(id, "attribute = 'communicated', closed_at = now()", done);
  });

  it("a child of a child, of a wrong reason, of a closed parent, with another triple", async () => {
    const parent = await act.assigned();
    const { rows } = await childOf(parent);
    await refusedBySql(childOf({ ...parent, id: rows[0].id }), "case_child_depth");
    await refusedBySql(childOf(parent, "information"));
    const { agencyId, departmentId, id: serviceId, officeId } = world.services.roads;
    await refusedBySql(childOf({ ...parent, agencyId, departmentId, serviceId, officeId }), "case_child_triple");
    const call = await callOf(world, world.anna);
    await refusedBySql(childOf({ ...parent, id: call.caseId }), "case_child_parent");
    const closed = await act.answered();
    await act.move(world.office, closed.id, { to: "resolved_l2", attribute: "communicated" });
    await refusedBySql(childOf(closed), "case_child_parent");
    await refusedBySql(pool.query("update cases set parent_id = $2 where id = $1", [parent.id, parent.id]));
  });

  it("a child that leaves its parent, or a parent that leaves its child", async () => {
    const parent = await act.answered();
    const { rows } = await childOf(parent);
    const child: string = rows[0].id;
    await pool.query(
      "insert into case_history (case_id, seq, actor, kind, to_status) values ($1, 1, 'by hand', 'opened', 'assigned')",
      [child],
    );
    await refusedBySql(byHand(child, "status = 'suspended'"), "case_mirrors");
    await refusedBySql(byHand(parent.id, "status = 'suspended'"), "case_mirrors");
    const follow = `with c as (update cases set status = 'suspended' where parent_id = $1 returning id)
      insert into case_history (case_id, seq, actor, kind, to_status) select id, 2, 'by hand', 'mirrored', 'suspended' from c`;
    await byHand(parent.id, "status = 'suspended'", follow);
    await refusedBySql(
      pool.query("update cases set office_id = $2 where id = $1", [child, world.offices.roads.id]),
      "case_mirrors",
    );
  });

  it("attempts, tasks, take charge on a child", async () => {
    const parent = await act.assigned();
    const { rows } = await childOf(parent);
    const attempt =
      "insert into contact_attempts (case_id, actor, outcome, after_answer) values ($1, 'x', 'busy', false)";
    await refusedBySql(pool.query(attempt, [rows[0].id]), "case_parent_only");
    await pool.query(attempt, [parent.id]);
    const task = "insert into case_tasks (case_id, kind) values ($1, 'cancel_confirmation')";
    await refusedBySql(pool.query(task, [rows[0].id]), "case_parent_only");
    await pool.query(task, [parent.id]);
    const taken = "update cases set taken_by_id = $2, taken_at = now() where id = $1";
    await refusedBySql(pool.query(taken, [rows[0].id, world.office.id]));
    await pool.query(taken, [parent.id, world.office.id]);
  });

  it("a specialist of another agency", async () => {
    const { id } = await act.assigned();
    const invite = "insert into case_specialists (case_id, person_id, invited_by_id) values ($1, $2, $3)";
    await refusedBySql(pool.query(invite, [id, world.otherSpecialist.id, world.office.id]), "case_specialist_agency");
    await pool.query(invite, [id, world.specialist.id, world.office.id]);
  });

  it("an anonymous grievance that keeps a number", async () => {
    const call = await callOf(world, world.anna);
    await act.edit(world.anna, call.caseId, {
      reason: "grievance",
      serviceId: world.services.base.id,
      request: "x",
      answer: "y",
    });
    const set = "status = 'resolved_l1', attribute = 'communicated', profile = 'base', closed_at = now()";
    await refusedBySql(byHand(call.caseId, set), "case_grievance_anonymous");
    const erase = `with c as (update calls set caller_e164 = null, caller_raw = null, caller_name = null
        where id in (select opened_by_call_id from cases where id = $1) returning id)
      update contacts set caller_e164 = null where call_id in (select id from c)`;
    await byHand(call.caseId, set, erase);
  });

  it("keeps the way of a call cheap: a draft and its cancelling meet no deferred check but one", async () => {
    const { rows } = await pool.query(
      `select tgname, tgtype & 4 = 4 as on_insert, pg_get_triggerdef(oid) as def from pg_trigger
      where tgrelid = 'cases'::regclass and not tgisinternal`,
    );
    const onInsert = rows.filter((row) => row.on_insert);
    expect(onInsert.length).to.be.greaterThan(0);
    // Those of webhooks return at once as long as nobody asked for any; the compiled checks are the cheap way.
    const own = onInsert.filter((row) => !row.tgname.startsWith("webhooks_") && row.tgname !== "zz_checks");
    for (const row of own) expect(row.def, row.tgname).to.match(/WHEN \(/);
  });
});
