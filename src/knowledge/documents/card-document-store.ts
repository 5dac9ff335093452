import type { Queryable } from "../../database/pool.ts";

export type CardDocument = {
  id: string;
  cardId: string;
  agencyId: string;
  serviceId: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
  released: boolean;
};

const columns = `f.id, f.card_id as "cardId", c.agency_id as "agencyId", c.service_id as "serviceId", f.name,
  f.media_type as "mediaType", f.size_bytes as "sizeBytes", f.released_at is not null as released`;

/** The same bytes again are the document that is there already. */
export async function insertDocument(
  db: Queryable,
  document: { cardId: string; name: string; mediaType: string; sha256: string; content: Buffer; personId: string },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into card_documents (card_id, name, media_type, size_bytes, sha256, content, created_by_id)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (card_id, sha256) do update set name = excluded.name returning id`,
    [
      document.cardId,
      document.name,
      document.mediaType,
      document.content.length,
      document.sha256,
      document.content,
      document.personId,
    ],
  );
  return rows[0]!.id;
}

export async function readDocument(db: Queryable, id: string): Promise<CardDocument | null> {
  const { rows } = await db.query<CardDocument>(
    `select ${columns} from card_documents f join cards c on c.id = f.card_id where f.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Sum of the sizes of a card's documents, in bytes. */
export async function sizeOfDocuments(db: Queryable, cardId: string): Promise<number> {
  const { rows } = await db.query<{ size: number }>(
    "select coalesce(sum(size_bytes), 0)::bigint as size from card_documents where card_id = $1",
    [cardId],
  );
  return rows[0]!.size;
}

export async function setReleased(db: Queryable, id: string, personId: string | null): Promise<void> {
  await db.query(
    `update card_documents set released_by_id = $2, released_at = case when $2::uuid is not null then clock_timestamp() end
    where id = $1`,
    [id, personId],
  );
}

export async function deleteDocument(db: Queryable, id: string): Promise<void> {
  await db.query("delete from card_documents where id = $1", [id]);
}

export async function readContent(db: Queryable, id: string): Promise<Buffer | null> {
  const { rows } = await db.query<{ content: Buffer }>("select content from card_documents where id = $1", [id]);
  return rows[0]?.content ?? null;
}

/** What an e-mail about this service may carry (REQ 6.1): released documents of its published cards. */
export async function releasedDocuments(db: Queryable, serviceId: string): Promise<CardDocument[]> {
  const { rows } = await db.query<CardDocument>(
    `select ${columns} from card_documents f join cards c on c.id = f.card_id
    where c.service_id = $1 and c.published_version is not null and f.released_at is not null order by f.name, f.id`,
    [serviceId],
  );
  return rows;
}
