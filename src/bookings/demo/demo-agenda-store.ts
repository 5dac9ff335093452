import type { Queryable } from "../../database/pool.ts";

/** Services of the demo that have an agenda to be and none yet. */
export async function servicesWithoutAgenda(
  db: Queryable,
): Promise<{ id: string; code: string; agencyId: string; name: string; where: string }[]> {
  const { rows } = await db.query(
    `select s.id, s.external_id as code, s.agency_id as "agencyId", s.name, coalesce((select v.where_text from cards c
        join card_versions v on v.card_id = c.id and v.version = c.published_version
        where c.service_id = s.id order by c.created_at limit 1), '') as "where"
    from services s join agencies a on a.id = s.agency_id
    where s.has_agenda and a.external_id in ('FI', 'CM', 'SC')
      and not exists (select from agendas g where g.service_id = s.id)
    order by s.external_id`,
  );
  return rows;
}

/** Cases that ended as a booking of the service and have no place, with the operator who made it. */
export async function bookingCases(
  db: Queryable,
  serviceId: string,
  limit: number,
): Promise<{ caseId: string; personId: string }[]> {
  const { rows } = await db.query(
    `select s.id as "caseId", s.owner_id as "personId" from cases s
    where s.service_id = $1 and s.reason = 'booking' and s.status = 'resolved_l1' and s.owner_id is not null
      and not exists (select from bookings b where b.case_id = s.id)
    order by s.opened_at desc limit $2`,
    [serviceId, limit],
  );
  return rows;
}

export async function insertConfirmed(
  db: Queryable,
  booking: { agendaId: string; caseId: string; personId: string; startsAt: Date; endsAt: Date; place: number },
): Promise<void> {
  await db.query(
    `insert into bookings (agenda_id, case_id, person_id, state, starts_at, ends_at, place, confirmed_at)
    values ($1, $2, $3, 'confirmed', $4, $5, $6, clock_timestamp())`,
    [booking.agendaId, booking.caseId, booking.personId, booking.startsAt, booking.endsAt, booking.place],
  );
}
