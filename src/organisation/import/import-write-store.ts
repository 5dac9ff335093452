import type { Queryable } from "../../database/pool.ts";
import { runLong } from "./import-store.ts";

const disabled = (table: string) => `case when excluded.disabled_at is not null
  then coalesce(${table}.disabled_at, excluded.disabled_at) end`;
const disabledAt = "case when r.active then null else now() end";

/** A row that is as the file says is not written: its version stays, so nobody who edits it is disturbed. */
const writeAgencies = `
  with done as (insert into agencies (external_id, name, short_name, switchboard, disabled_at)
    select r.code, r.name, r."shortName", r.switchboard, ${disabledAt} from import_rows r where r.kind = 'agency'
    on conflict (external_id) do update set name = excluded.name, short_name = excluded.short_name,
      switchboard = excluded.switchboard, disabled_at = ${disabled("agencies")}, version = agencies.version + 1
    where (agencies.name, agencies.short_name, agencies.switchboard, agencies.disabled_at is null)
      is distinct from (excluded.name, excluded.short_name, excluded.switchboard, excluded.disabled_at is null)
    returning id, xmax = 0 as created)
  insert into import_touched select 'agency', id, created from done`;

const writeDepartments = `
  with done as (insert into departments (agency_id, external_id, name, disabled_at)
    select a.id, r.code, r.name, ${disabledAt} from import_rows r join agencies a on a.external_id = r.agency
      where r.kind = 'department'
    on conflict (agency_id, external_id) do update set name = excluded.name,
      disabled_at = ${disabled("departments")}, version = departments.version + 1
    where (departments.name, departments.disabled_at is null) is distinct from (excluded.name, excluded.disabled_at is null)
    returning id, xmax = 0 as created)
  insert into import_touched select 'department', id, created from done`;

const writeOffices = `
  with done as (insert into offices (agency_id, external_id, name, phone, phone_extension, email, disabled_at)
    select a.id, r.code, r.name, r.phone, r."phoneExtension", r.email, ${disabledAt} from import_rows r
      join agencies a on a.external_id = r.agency where r.kind = 'office'
    on conflict (agency_id, external_id) do update set name = excluded.name, phone = excluded.phone,
      phone_extension = excluded.phone_extension, email = excluded.email, disabled_at = ${disabled("offices")},
      version = offices.version + 1
    where (offices.name, offices.phone, offices.phone_extension, offices.email, offices.disabled_at is null)
      is distinct from (excluded.name, excluded.phone, excluded.phone_extension, excluded.email,
        excluded.disabled_at is null)
    returning id, xmax = 0 as created)
  insert into import_touched select 'office', id, created from done`;

const serviceColumns = `name, department_id, office_id, profile, accepts_information, accepts_complaints, has_agenda,
  min_failed_attempts`;
const columnsOf = (table: string) =>
  serviceColumns
    .split(",")
    .map((column) => `${table}.${column.trim()}`)
    .join(", ");
const writeServices = `
  with done as (insert into services (agency_id, external_id, ${serviceColumns}, disabled_at)
    select a.id, r.code, r.name, d.id, o.id, r.profile, r."acceptsInformation", r."acceptsComplaints", r."hasAgenda",
        r."minFailedAttempts", ${disabledAt}
      from import_rows r join agencies a on a.external_id = r.agency
      join departments d on d.agency_id = a.id and d.external_id = r.department
      join offices o on o.agency_id = a.id and o.external_id = r.office
      where r.kind = 'service'
    on conflict (agency_id, external_id) do update set (${serviceColumns}) = (${columnsOf("excluded")}),
      disabled_at = ${disabled("services")}, version = services.version + 1
    where (${columnsOf("services")}, services.disabled_at is null)
      is distinct from (${columnsOf("excluded")}, excluded.disabled_at is null)
    returning id, xmax = 0 as created)
  insert into import_touched select 'service', id, created from done`;

/** Calendars of offices that had none, then the weeks that differ; a week that is not in the file stays. */
const makeCalendars = `
  with missing as materialized (select o.id, uuidv7() as calendar_id, o.name from import_rows r
      join agencies a on a.external_id = r.agency join offices o on o.agency_id = a.id and o.external_id = r.code
      where r.kind = 'office' and jsonb_typeof(r.hours) = 'array' and o.calendar_id is null),
    made as (insert into calendars (id, name) select calendar_id, name from missing)
  update offices o set calendar_id = m.calendar_id from missing m where o.id = m.id`;
const differingWeeks = `
  create temp table import_weeks on commit drop as
  select o.id as office_id, o.calendar_id, r.hours from import_rows r
    join agencies a on a.external_id = r.agency join offices o on o.agency_id = a.id and o.external_id = r.code
    where r.kind = 'office' and jsonb_typeof(r.hours) = 'array' and r.hours <> coalesce((
      select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', left(h.opens::text, 5),
        'closes', left(h.closes::text, 5)) order by h.weekday, h.opens)
      from calendar_hours h where h.calendar_id = o.calendar_id), '[]')`;
const clearWeeks = "delete from calendar_hours h using import_weeks w where h.calendar_id = w.calendar_id";
const writeWeeks = `
  insert into calendar_hours (calendar_id, weekday, opens, closes)
    select w.calendar_id, h.weekday, h.opens, h.closes from import_weeks w,
      jsonb_to_recordset(w.hours) as h (weekday smallint, opens time, closes time)`;
const tellWeeks = `
  with calendar as (update calendars c set version = c.version + 1 from import_weeks w where c.id = w.calendar_id),
    touched as (insert into import_touched select 'office', office_id, false from import_weeks
      on conflict do nothing returning id)
  update offices o set version = o.version + 1 from touched t where o.id = t.id`;

/** The quadruple's switch; a service whose switch alone changed takes its next version too. */
const differingReasons = `
  create temp table import_reasons on commit drop as
  select s.id as service_id, p.reason, coalesce(r."contactBackReasons" ? p.reason, false) as enabled
    from import_rows r join agencies a on a.external_id = r.agency
    join services s on s.agency_id = a.id and s.external_id = r.code
    cross join (values ('information'), ('complaint')) as p (reason)
    left join service_reasons q on q.service_id = s.id and q.reason = p.reason
    where r.kind = 'service'
      and coalesce(q.contact_back_enabled, false) <> coalesce(r."contactBackReasons" ? p.reason, false)`;
const writeReasons = `
  insert into service_reasons (service_id, reason, contact_back_enabled)
    select service_id, reason, enabled from import_reasons
    on conflict (service_id, reason) do update set contact_back_enabled = excluded.contact_back_enabled`;
const tellReasons = `
  with touched as (insert into import_touched select distinct 'service', service_id, false from import_reasons
    on conflict do nothing returning id)
  update services s set version = s.version + 1 from touched t where s.id = t.id`;

/** Writes what the staged rows say, parents first. Statement by statement, each over all rows. */
export async function writeStaged(db: Queryable): Promise<void> {
  for (const statement of [
    ...[writeAgencies, writeDepartments, writeOffices, writeServices],
    ...[makeCalendars, differingWeeks, clearWeeks, writeWeeks, tellWeeks],
    ...[differingReasons, writeReasons, tellReasons],
  ]) {
    await runLong(db, statement);
  }
}
