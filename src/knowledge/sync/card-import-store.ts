import type { Queryable } from "../../database/pool.ts";
import type { CardContent } from "../cards/card.ts";
import { contentColumns } from "../cards/card-store.ts";

export type CardImport = {
  id: string;
  agencyId: string;
  agencyName: string;
  source: "json" | "csv";
  state: "staged" | "applied" | "discarded";
  createdAt: Date;
  endedAt: Date | null;
  personName: string;
  counts: { new: number; changed: number; same: number };
};

export type ImportRow = {
  place: number;
  externalId: string;
  cardId: string | null;
  cardVersion: number | null;
  kind: "new" | "changed" | "same";
  serviceId: string;
  content: CardContent;
  changes: Record<string, { from: unknown; to: unknown }>;
};

const importColumns = `i.id, i.agency_id as "agencyId", a.name as "agencyName", i.source, i.state,
  i.created_at as "createdAt", i.ended_at as "endedAt", p.display_name as "personName",
  (select jsonb_build_object('new', count(*) filter (where r.kind = 'new'),
    'changed', count(*) filter (where r.kind = 'changed'), 'same', count(*) filter (where r.kind = 'same'))
    from card_import_rows r where r.import_id = i.id) as counts`;

export async function readImport(db: Queryable, id: string, lock = false): Promise<CardImport | null> {
  const { rows } = await db.query<CardImport>(
    `select ${importColumns} from card_imports i join agencies a on a.id = i.agency_id
      join people p on p.id = i.person_id where i.id = $1 ${lock ? "for update of i" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** The rows that would change something, in the order of the delivery. */
export async function listImportRows(db: Queryable, id: string, after: number, limit: number): Promise<ImportRow[]> {
  const { rows } = await db.query<ImportRow>(
    `select place, external_id as "externalId", card_id as "cardId", card_version as "cardVersion", kind,
      service_id as "serviceId", content, changes from card_import_rows
    where import_id = $1 and kind <> 'same' and place > $2 order by place limit $3`,
    [id, after, limit],
  );
  return rows;
}

export async function servicesOfImport(db: Queryable, id: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    "select distinct service_id as id from card_import_rows where import_id = $1",
    [id],
  );
  return rows.map((row) => row.id);
}

/** The agency's services in use by its own codes. */
export async function servicesByCode(db: Queryable, agencyId: string): Promise<Map<string, string>> {
  const { rows } = await db.query<{ code: string; id: string }>(
    "select external_id as code, id from services where agency_id = $1 and external_id is not null and disabled_at is null",
    [agencyId],
  );
  return new Map(rows.map((row) => [row.code, row.id]));
}

export type KnownCard = CardContent & {
  id: string;
  externalId: string;
  serviceId: string;
  version: number;
  published: boolean;
};

export async function cardsByExternalId(db: Queryable, agencyId: string, ids: string[]): Promise<KnownCard[]> {
  const { rows } = await db.query<KnownCard>(
    `select c.id, c.external_id as "externalId", c.service_id as "serviceId", c.version,
      c.published_version is not distinct from c.version as published, ${contentColumns}
    from cards c join card_versions v on v.card_id = c.id and v.version = c.version
    where c.agency_id = $1 and c.external_id = any($2::text[])`,
    [agencyId, ids],
  );
  return rows;
}

export async function insertImport(
  db: Queryable,
  delivery: { agencyId: string; personId: string; source: "json" | "csv" },
  rows: ImportRow[],
): Promise<string> {
  const inserted = await db.query<{ id: string }>(
    "insert into card_imports (agency_id, person_id, source) values ($1, $2, $3) returning id",
    [delivery.agencyId, delivery.personId, delivery.source],
  );
  const id = inserted.rows[0]!.id;
  for (let from = 0; from < rows.length; from += 500) {
    await db.query(
      `insert into card_import_rows (import_id, place, external_id, card_id, card_version, kind, service_id, content,
        changes)
      select $1, place, "externalId", "cardId", "cardVersion", kind, "serviceId", content, changes
      from jsonb_to_recordset($2::jsonb) as r (place int, "externalId" text, "cardId" uuid, "cardVersion" int, kind text,
        "serviceId" uuid, content jsonb, changes jsonb)`,
      [id, JSON.stringify(rows.slice(from, from + 500))],
    );
  }
  return id;
}

/** Locks the cards that would change; the ones that changed since the comparison. */
export async function outdatedRows(db: Queryable, id: string): Promise<string[]> {
  await db.query(
    `select from cards c join card_import_rows r on r.card_id = c.id where r.import_id = $1 order by c.id
      for no key update of c`,
    [id],
  );
  const { rows } = await db.query<{ externalId: string }>(
    `select r.external_id as "externalId" from card_import_rows r join card_imports i on i.id = r.import_id
      left join cards c on c.agency_id = i.agency_id and c.external_id = r.external_id
    where r.import_id = $1 and c.version is distinct from r.card_version order by r.place limit 100`,
    [id],
  );
  return rows.map((row) => row.externalId);
}

/** New cards and next versions as the rows say; what differs by being unpublished only keeps its version. */
export async function writeImport(
  db: Queryable,
  id: string,
  by: { personId: string; actor: string },
): Promise<{ id: string; version: number }[]> {
  await db.query(
    `insert into cards (agency_id, service_id, external_id)
    select i.agency_id, r.service_id, r.external_id from card_import_rows r join card_imports i on i.id = r.import_id
    where i.id = $1 and r.kind = 'new' order by r.place`,
    [id],
  );
  await db.query(
    `with written as (
      insert into card_versions (card_id, version, title, keywords, who, where_text, when_text, how, sms_text,
        work_done_text, answers, valid_until, note, created_by_id, actor)
      select c.id, coalesce(r.card_version, 0) + 1, t.title, t.keywords, t.who, t."where", t."when", t.how, t."smsText",
        t."workDoneText", t.answers, t."validUntil", 'Sincronizzazione', $2, $3
      from card_import_rows r join card_imports i on i.id = r.import_id
        join cards c on c.agency_id = i.agency_id and c.external_id = r.external_id,
        jsonb_to_record(r.content) as t (title text, keywords text, who text, "where" text, "when" text, how text,
          "smsText" text, "workDoneText" text, answers jsonb, "validUntil" date)
      where i.id = $1 and (r.kind = 'new' or (r.kind = 'changed' and r.changes - 'published' <> '{}'))
      returning card_id, version)
    update cards c set version = w.version from written w where c.id = w.card_id`,
    [id, by.personId, by.actor],
  );
  const { rows } = await db.query<{ id: string; version: number }>(
    `select c.id, c.version from card_import_rows r join card_imports i on i.id = r.import_id
      join cards c on c.agency_id = i.agency_id and c.external_id = r.external_id
    where i.id = $1 and r.kind <> 'same' order by c.id`,
    [id],
  );
  return rows;
}

export async function endImport(
  db: Queryable,
  id: string,
  state: "applied" | "discarded",
  personId: string,
): Promise<void> {
  await db.query("update card_imports set state = $2, ended_at = clock_timestamp(), ended_by_id = $3 where id = $1", [
    id,
    state,
    personId,
  ]);
}
