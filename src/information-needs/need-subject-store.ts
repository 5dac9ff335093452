import type { Queryable } from "../database/pool.ts";

/** Which agency and service answer for what a need is about; null when it is not there. */
export type NeedPlace = { agencyId: string; serviceId: string | null };

export async function placeOfEntry(db: Queryable, entryId: string): Promise<NeedPlace | null> {
  const { rows } = await db.query<NeedPlace>(
    `select agency_id as "agencyId", null as "serviceId" from directory_entries where id = $1`,
    [entryId],
  );
  return rows[0] ?? null;
}

export async function placeOfService(db: Queryable, serviceId: string): Promise<NeedPlace | null> {
  const { rows } = await db.query<NeedPlace>(
    `select agency_id as "agencyId", id as "serviceId" from services where id = $1`,
    [serviceId],
  );
  return rows[0] ?? null;
}

export async function placeOfAgency(db: Queryable, agencyId: string): Promise<NeedPlace | null> {
  const { rows } = await db.query<NeedPlace>(
    `select id as "agencyId", null as "serviceId" from agencies where id = $1`,
    [agencyId],
  );
  return rows[0] ?? null;
}

/** The card's place, and the version that was read in the case, else the one that is published. */
export async function placeOfCard(
  db: Queryable,
  cardId: string,
  caseId: string,
): Promise<(NeedPlace & { version: number }) | null> {
  const { rows } = await db.query<NeedPlace & { version: number | null }>(
    `select agency_id as "agencyId", service_id as "serviceId", coalesce((select k.version from case_cards k
        where k.card_id = c.id and k.case_id = $2 order by k.at desc limit 1), c.published_version) as version
    from cards c where c.id = $1`,
    [cardId, caseId],
  );
  const found = rows[0];
  return found && found.version !== null ? { ...found, version: found.version } : null;
}

/** Names that must not stand in a need of this case. */
export async function namesInCase(db: Queryable, caseId: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select concat_ws(' ', z.first_name, z.last_name) as name from cases s join citizens z on z.id = s.citizen_id
    where s.id = $1 and z.first_name is not null and z.last_name is not null`,
    [caseId],
  );
  return rows.map((row) => row.name);
}

/** The published version of a card of this agency, or that it was withdrawn; null when there is no such card. */
export async function cardNow(
  db: Queryable,
  cardId: string,
  agencyId: string,
): Promise<{ publishedVersion: number | null; withdrawn: boolean } | null> {
  const { rows } = await db.query(
    `select published_version as "publishedVersion", withdrawn_at is not null as withdrawn from cards
    where id = $1 and agency_id = $2`,
    [cardId, agencyId],
  );
  return rows[0] ?? null;
}
