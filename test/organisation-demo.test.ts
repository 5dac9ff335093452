import { expect } from "chai";
import { loadDemoData } from "../src/organisation/demo-data.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

describe("demo data", () => {
  let database: TestDatabase;
  let tookMs: number;

  before(async () => {
    database = await testDatabase();
    const started = performance.now();
    await loadDemoData(database.url);
    tookMs = performance.now() - started;
  });
  after(() => database.drop());

  const one = async (sql: string) => (await database.pool.query(sql)).rows[0] as Record<string, number>;
  const counts = () =>
    one(`select (select count(*) from agencies) as agencies, (select count(*) from departments) as departments,
      (select count(*) from services) as services, (select count(*) from offices where not is_rejects_desk) as offices,
      (select count(*) from people) as people, (select count(*) from citizens) as citizens,
      (select count(*) from directory_entries) as directory, (select count(*) from cases) as cases, (select count(*) from calls) as calls,
      (select count(*) from case_history) as history, (select sum(version) from services) as versions`);

  it("loads within five seconds what is worth looking at", async () => {
    expect(await counts()).to.include({
      agencies: 3,
      departments: 12,
      services: 80,
      citizens: 300,
      directory: 2_000,
      cases: 500,
      calls: 500,
    });
    expect(tookMs).to.be.below(5_000);
  });

  it("changes nothing when loaded again, also not what was edited, and gives the same logins", async () => {
    await database.pool.query("update services set name = 'Tassa sui rifiuti' where external_id = 'FI-TRI-01'");
    const before = await counts();
    const first = await loadDemoData(database.url);
    expect(await loadDemoData(database.url)).to.deep.equal(first);
    expect(first.map((login) => login.role)).to.include.members(["operator", "office_agent", "administrator"]);
    expect(await counts()).to.deep.equal(before);
    const edited = await database.pool.query("select from services where name = 'Tassa sui rifiuti'");
    expect(edited.rowCount).to.equal(1);
  });

  it("has an office with hours for each service, services of both profiles in each agency, and all switches", async () => {
    const found = await database.pool.query(
      `select a.external_id, count(*) filter (where s.profile = 'base') > 2 as base,
         bool_or(s.accepts_complaints) and bool_or(s.has_agenda) and bool_or(s.min_failed_attempts > 1) as switches,
         bool_and(exists (select from calendar_hours h where h.calendar_id = o.calendar_id)) as hours,
         bool_or(exists (select from service_reasons r where r.service_id = s.id and r.contact_back_enabled)) as back
       from services s join agencies a on a.id = s.agency_id join offices o on o.id = s.office_id group by 1 order by 1`,
    );
    const all = { base: true, switches: true, hours: true, back: true };
    expect(found.rows).to.deep.equal(["CM", "FI", "SC"].map((external_id) => ({ external_id, ...all })));
  });

  it("has for each call one contact and one case, a gapless history that ends in the case's state, no time to come", async () => {
    expect(
      await one(`select count(*) as wrong from v_call_audit where contacts <> 1 or cases <> 1 or opened_cases <> 1`),
    ).to.deep.equal({ wrong: 0 });
    expect(
      await one(`select count(*) as wrong from cases c where
        (select array_agg(seq order by seq) from case_history h where h.case_id = c.id)
          <> (select array_agg(n::int) from generate_series(1, c.version) n)
        or (select (h.to_status, h.to_attribute) from case_history h where h.case_id = c.id and h.to_status is not null
          order by seq desc limit 1) is distinct from (c.status, c.attribute)
        or exists (select from case_history h join case_history n on n.case_id = h.case_id and n.seq = h.seq + 1
          where h.case_id = c.id and (n.at < h.at or n.at > now()))
        or exists (select from case_history h where h.case_id = c.id and h.kind = 'moved' and h.from_status is null)`),
    ).to.deep.equal({ wrong: 0 });
  });

  it("keeps the rules that only the program checks: complete data, the office's work, anonymous grievances", async () => {
    const wrong = await database.pool.query(
      `select c.number, c.status, c.reason from cases c left join citizens z on z.id = c.citizen_id
         left join services s on s.id = c.service_id left join contacts k on k.call_id = c.opened_by_call_id
       where (c.reason in ('complaint', 'issue_report') and (z.first_name is null or z.last_name is null))
         or (c.reason = 'complaint' and not s.accepts_complaints)
         or (c.reason = 'information' and c.status in ('assigned', 'suspended', 'rejected', 'resolved_l2')
           and not s.accepts_information)
         or (c.reason = 'grievance' and (c.citizen_id is not null or k.caller_e164 is not null))
         or (c.status in ('suspended', 'resolved_l2') and c.taken_at is null)
         or (c.attribute = 'to_communicate') <> exists (select from case_tasks t where t.case_id = c.id)
         or (c.parent_id is not null and c.opened_at <= (select p.opened_at from cases p where p.id = c.parent_id))`,
    );
    expect(wrong.rows).to.deep.equal([]);
    const statuses = await database.pool.query("select distinct status from cases");
    expect(statuses.rowCount).to.equal(8);
  });

  it("has only telephone numbers that are given to nobody", async () => {
    const others = await database.pool.query(
      `select value from citizen_contacts where kind = 'phone' and value !~ '^\\+3905500[0-9]{5,6}$'
       union select phone from offices where phone !~ '^\\+3905500[0-9]{5,6}$'
       union select caller_e164 from calls where caller_e164 !~ '^\\+3905500[0-9]{5,6}$'`,
    );
    expect(others.rows).to.deep.equal([]);
  });
});
