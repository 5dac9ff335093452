import type { Queryable } from "../database/pool.ts";

export type ConsentTextVersion = {
  version: string;
  textIt: string;
  textEn: string;
  validFrom: Date;
  /** Null: it came with the program. */
  madeBy: string | null;
  /** The one that is read to citizens now. */
  current: boolean;
  /** Consents that citizens gave to it. */
  consents: number;
};

/** Newest first; none is ever changed or taken away, since consents name them (GDPR art. 7.1). */
export async function listConsentTexts(db: Queryable): Promise<ConsentTextVersion[]> {
  const { rows } = await db.query<ConsentTextVersion>(
    `select t.version, t.text_it as "textIt", t.text_en as "textEn", t.valid_from as "validFrom",
      p.display_name as "madeBy",
      t.version = (select version from sms_consent_texts where valid_from <= now()
        order by valid_from desc, version desc limit 1) as current,
      (select count(*)::int from messages m where m.consent_version = t.version) as consents
    from sms_consent_texts t left join people p on p.id = t.made_by_id
    order by t.valid_from desc, t.version desc limit 100`,
  );
  return rows;
}

/** False: there is a version of this name. */
export async function insertConsentText(
  db: Queryable,
  text: { version: string; textIt: string; textEn: string; validFrom: Date; madeById: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into sms_consent_texts (version, text_it, text_en, valid_from, made_by_id) values ($1, $2, $3, $4, $5)
    on conflict (version) do nothing`,
    [text.version, text.textIt, text.textEn, text.validFrom, text.madeById],
  );
  return rowCount === 1;
}
