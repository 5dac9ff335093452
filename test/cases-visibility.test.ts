import { expect } from "chai";
import { ATTRIBUTES_OF, CONTACT_REASONS, type ContactReason, POSITIONS, visibleToOffice } from "../src/cases/case.ts";
import { isVisible, listCases } from "../src/cases/visibility/case-read-store.ts";
import { poolBehindWall } from "../src/database/in-transaction.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { type CaseWorld, caseWorld, type TestService } from "./support/cases.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

// REQ 12, each denial beside an allowed twin that differs in one thing only.
describe("cases: who sees what", () => {
  let database: TestDatabase;
  let world: CaseWorld;

  before(async () => {
    database = await testDatabase();
    world = await caseWorld(database.pool);
  });
  after(() => database.drop());

  type Wanted = {
    status?: string;
    attribute?: string | null;
    reason?: ContactReason;
    service?: TestService;
    officeId?: string | null;
    profile?: string;
    parentId?: string;
  };
  const given = async (wanted: Wanted = {}): Promise<string> => {
    const { status = "assigned", attribute = null, reason = "information", parentId = null } = wanted;
    const service = wanted.service ?? world.services.registry;
    const closed =
      ["resolved_l1", "assigned_resolved", "cancelled", "unresolvable"].includes(status) ||
      ["communicated", "not_communicable"].includes(attribute ?? "");
    const { rows } = await database.pool.query(
      `insert into cases (id, status, attribute, reason, agency_id, department_id, service_id, profile, office_id, answer,
        contact_back_enabled, cancel_reason, taken_by_id, taken_at, closed_at, parent_id)
      values (uuidv7(), $1, $2, $3, $4, $5, $6, $7, $8, 'sì', true, case when $1 = 'cancelled' then 'error' end,
        case when $1 in ('suspended', 'resolved_l2') and $10::uuid is null then $9::uuid end,
        case when $1 in ('suspended', 'resolved_l2') and $10::uuid is null then now() end,
        case when $11 then now() end, $10) returning id`,
      [
        status,
        attribute,
        reason,
        service.agencyId,
        service.departmentId,
        service.id,
        wanted.profile ?? "advanced",
        wanted.officeId === undefined ? service.officeId : wanted.officeId,
        world.office.id,
        parentId,
        closed,
      ],
    );
    return rows[0].id;
  };
  const sees = (person: SignedInPerson, caseId: string) => isVisible(database.pool, person, caseId);
  const pair = async (person: SignedInPerson, allowed: string, denied: string) => {
    expect([await sees(person, allowed), await sees(person, denied)]).to.deep.equal([true, false]);
    const listed = await listCases(database.pool, person, {}, { limit: 100, after: null, order: "newest" });
    const ids = listed.items.map((item) => item.id);
    expect(ids).to.include(allowed);
    expect(ids).not.to.include(denied);
    // The second wall says the same of every case there is, without any condition in the statement.
    const behind = await poolBehindWall(database.pool, () => ({ personId: person.id, behind: "everything" })).query(
      "select id from cases",
    );
    expect(behind.rows.map(({ id }) => id)).to.have.members(ids);
  };

  it("office agent: the office's own cases, not another office's of the same agency, nor another agency's", async () => {
    await pair(world.office, await given(), await given({ service: world.services.roads }));
    await pair(world.otherOffice, await given({ service: world.services.other }), await given());
  });

  it("office agent: the same statuses as the rule table says, and no other", async () => {
    for (const { status, attribute } of POSITIONS) {
      const reason = status === "assigned_resolved" ? "issue_report" : "information";
      const caseId = await given({ status, attribute, reason });
      expect(await sees(world.office, caseId), `${status}/${attribute}`).to.equal(visibleToOffice(status));
    }
    expect(ATTRIBUTES_OF.resolved_l2).to.have.length(4);
  });

  it("office agent: an issue report, never a grievance or what ended at first level", async () => {
    const report = await given({ status: "assigned_resolved", reason: "issue_report" });
    for (const reason of ["grievance", "booking", "information"] as const) {
      await pair(world.office, report, await given({ status: "resolved_l1", attribute: "communicated", reason }));
    }
    await pair(world.office, report, await given({ status: "unresolvable" }));
  });

  it("rejects desk: rejected cases only; their office no longer", async () => {
    const rejected = await given({ status: "rejected" });
    await pair(world.rejects, rejected, await given());
    await pair(world.office, await given(), rejected);
  });

  it("children: with their parent, to the same people; a case status stays at first level", async () => {
    const parent = await given();
    const reminder = await given({ reason: "reminder", parentId: parent });
    const status = await given({
      reason: "case_status",
      parentId: parent,
      status: "resolved_l1",
      attribute: "communicated",
    });
    await pair(world.office, reminder, status);
    const other = await given({ service: world.services.roads });
    await pair(
      world.office,
      reminder,
      await given({ reason: "reminder", parentId: other, service: world.services.roads }),
    );
    const rejected = await given({ status: "rejected" });
    const late = await given({ reason: "reminder", parentId: rejected });
    await pair(world.rejects, late, reminder);
    await pair(world.office, reminder, late);
    await pair(
      world.office,
      reminder,
      await given({ reason: "reminder", parentId: parent, status: "draft", officeId: null }),
    );
  });

  it("specialist: what they were invited to, while invited and while the case is with their agency", async () => {
    const invite = async (person: SignedInPerson, caseId: string) =>
      database.pool.query("insert into case_specialists (case_id, person_id, invited_by_id) values ($1, $2, $3)", [
        caseId,
        person.id,
        world.office.id,
      ]);
    const [invited, ended, moved] = [await given(), await given(), await given()];
    for (const caseId of [invited, ended, moved]) await invite(world.specialist, caseId);
    await pair(world.specialist, invited, await given());
    await database.pool.query("update case_specialists set ended_at = now() where case_id = $1", [ended]);
    await pair(world.specialist, invited, ended);
    const { agencyId, departmentId, id, officeId } = world.services.other;
    await database.pool.query(
      "update cases set agency_id = $2, department_id = $3, service_id = $4, office_id = $5 where id = $1",
      [moved, agencyId, departmentId, id, officeId],
    );
    await pair(world.specialist, invited, moved);
    const reminder = await given({ reason: "reminder", parentId: invited });
    await pair(world.specialist, reminder, await given({ reason: "reminder", parentId: await given() }));
  });

  it("referent: the cases of their services in every state but draft", async () => {
    await pair(world.referent, await given(), await given({ service: world.services.roads }));
    const own = await given({ status: "unresolvable" });
    await pair(world.referent, own, await given({ status: "draft", officeId: null }));
    await pair(world.referent, own, await given({ service: world.services.closed }));
  });

  it("first level and supervisor: all agencies; who has no such role: nothing", async () => {
    const [editor, nobody] = [
      { ...world.anna, roles: [{ role: "knowledge_editor" as const, agencyId: null }] },
      { ...world.office, officeIds: [] },
    ];
    for (const reason of CONTACT_REASONS.filter((one) => !["reminder", "update_notice"].includes(one))) {
      const caseId = await given({ status: "resolved_l1", attribute: "communicated", reason });
      expect(await sees(world.anna, caseId)).to.equal(true);
      expect(await sees(world.supervisor, caseId)).to.equal(true);
      expect(await sees(editor, caseId)).to.equal(false);
      expect(await sees(nobody, await given())).to.equal(false);
    }
  });
});
