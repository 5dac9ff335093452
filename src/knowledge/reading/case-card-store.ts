import type { Queryable } from "../../database/pool.ts";

export type CaseCard = {
  cardId: string;
  version: number;
  code: string;
  title: string;
  chosen: boolean;
  at: Date;
  personName: string | null;
  /** A newer version is published, or none any more. */
  outdated: boolean;
};

/** Keeps which version was read in a case; choosing one takes the mark from the others (REQ 10). */
export async function recordReading(
  db: Queryable,
  reading: { caseId: string; cardId: string; version: number; personId: string; chosen: boolean },
): Promise<void> {
  const { caseId, cardId, version, personId, chosen } = reading;
  if (chosen) await db.query("update case_cards set chosen = false where case_id = $1 and chosen", [caseId]);
  await db.query(
    `insert into case_cards (case_id, card_id, version, person_id, chosen) values ($1, $2, $3, $4, $5)
    on conflict (case_id, card_id, version) do update set chosen = case_cards.chosen or excluded.chosen,
      at = case when excluded.chosen then clock_timestamp() else case_cards.at end`,
    [caseId, cardId, version, personId, chosen],
  );
}

export async function cardsOfCase(db: Queryable, caseId: string): Promise<CaseCard[]> {
  const { rows } = await db.query<CaseCard>(
    `select k.card_id as "cardId", k.version, c.code, v.title, k.chosen, k.at, p.display_name as "personName",
      c.published_version is distinct from k.version as outdated
    from case_cards k join cards c on c.id = k.card_id
      join card_versions v on v.card_id = k.card_id and v.version = k.version left join people p on p.id = k.person_id
    where k.case_id = $1 order by k.at, k.card_id, k.version limit 100`,
    [caseId],
  );
  return rows;
}

/** Whether exactly this version was read in the case; then whoever sees the case may see it again (REQ 12). */
export async function wasRead(db: Queryable, caseId: string, cardId: string, version: number): Promise<boolean> {
  const { rowCount } = await db.query("select from case_cards where case_id = $1 and card_id = $2 and version = $3", [
    caseId,
    cardId,
    version,
  ]);
  return rowCount === 1;
}
