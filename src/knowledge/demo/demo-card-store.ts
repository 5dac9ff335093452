import type { Queryable } from "../../database/pool.ts";

/** A service with what its card tells of the office. */
export type DemoCardService = {
  id: string;
  code: string;
  agencyId: string;
  name: string;
  profile: "base" | "advanced";
  agencyName: string;
  departmentName: string;
  officeName: string;
  officePhone: string | null;
  week: { weekday: number; opens: string; closes: string }[];
};

export async function demoCardsExist(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query(
    "select from cards c join agencies a on a.id = c.agency_id where a.external_id in ('FI', 'CM', 'SC') limit 1",
  );
  return (rowCount ?? 0) > 0;
}

export async function readDemoCardServices(db: Queryable): Promise<DemoCardService[]> {
  const { rows } = await db.query<DemoCardService>(
    `select s.id, s.external_id as code, s.agency_id as "agencyId", s.name, s.profile, a.name as "agencyName",
      d.name as "departmentName", o.name as "officeName", o.phone as "officePhone",
      coalesce((select jsonb_agg(jsonb_build_object('weekday', h.weekday, 'opens', to_char(h.opens, 'HH24:MI'),
        'closes', to_char(h.closes, 'HH24:MI')) order by h.weekday, h.opens)
        from calendar_hours h where h.calendar_id = o.calendar_id), '[]') as week
    from services s join agencies a on a.id = s.agency_id join departments d on d.id = s.department_id
      join offices o on o.id = s.office_id
    where a.external_id in ('FI', 'CM', 'SC') order by s.external_id`,
  );
  return rows;
}

export async function personWithLogin(db: Queryable, login: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>("select id from people where login = $1", [login]);
  return rows[0]?.id ?? null;
}
