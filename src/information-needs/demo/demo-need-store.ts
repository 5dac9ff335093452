import type { Queryable } from "../../database/pool.ts";

export async function demoNeedsExist(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query("select from information_needs limit 1");
  return (rowCount ?? 0) > 0;
}

export type DemoNeedCase = {
  caseId: string;
  agencyId: string;
  serviceId: string;
  cardId: string;
  cardVersion: number;
  reporterId: string;
  reporter: string;
};

/** The last case of each service with a card, the newest first. */
export async function casesWithCards(db: Queryable, limit: number): Promise<DemoNeedCase[]> {
  const { rows } = await db.query<DemoNeedCase>(
    `select * from (select distinct on (s.service_id) s.id as "caseId", s.agency_id as "agencyId",
        s.service_id as "serviceId", c.id as "cardId", c.published_version as "cardVersion", p.id as "reporterId",
        p.login as reporter, s.opened_at
      from cases s join cards c on c.service_id = s.service_id and c.published_version is not null
        join people p on p.id = s.owner_id join person_roles r on r.person_id = p.id and r.role = 'operator'
      where s.status <> 'draft' order by s.service_id, s.opened_at desc, c.created_at) x
    order by x.opened_at desc, x."caseId" limit $1`,
    [limit],
  );
  return rows;
}
