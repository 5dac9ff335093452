import type { Queryable } from "../../database/pool.ts";
import type { CardContent } from "./card.ts";

/** A card with one of its versions, the names of its triple, and what of its documents may be sent. */
export type StoredCard = CardContent & {
  id: string;
  code: string;
  agencyId: string;
  serviceId: string;
  serviceName: string;
  agencyName: string;
  departmentName: string;
  externalId: string | null;
  owner: { id: string; name: string } | null;
  /** The version whose content this is. */
  version: number;
  latestVersion: number;
  publishedVersion: number | null;
  withdrawn: boolean;
  /** Its last day is over (Europe/Rome). */
  expired: boolean;
  note: string;
  documents: { id: string; name: string; mediaType: string; sizeBytes: number; released: boolean }[];
};

export const contentColumns = `v.title, v.keywords, v.who, v.where_text as "where", v.when_text as "when", v.how,
  v.sms_text as "smsText", v.work_done_text as "workDoneText", v.answers,
  to_char(v.valid_until, 'YYYY-MM-DD') as "validUntil"`;

const cardColumns = `c.id, c.code, c.agency_id as "agencyId", c.service_id as "serviceId", s.name as "serviceName",
  a.name as "agencyName", d.name as "departmentName", c.external_id as "externalId", v.version,
  case when o.id is not null then jsonb_build_object('id', o.id, 'name', o.display_name) end as owner,
  c.version as "latestVersion", c.published_version as "publishedVersion", c.withdrawn_at is not null as withdrawn,
  coalesce(v.valid_until < (now() at time zone 'Europe/Rome')::date, false) as expired, v.note, ${contentColumns},
  coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'mediaType', f.media_type,
      'sizeBytes', f.size_bytes, 'released', f.released_at is not null) order by f.name, f.id)
    from card_documents f where f.card_id = c.id), '[]') as documents`;

const cardTables = `cards c join services s on s.id = c.service_id join departments d on d.id = s.department_id
  join agencies a on a.id = c.agency_id left join people o on o.id = c.owner_id`;

export type WhichVersion = "published" | "latest" | number;

/** @returns null when there is no such card, or it has no such version (nothing published). */
export async function readCard(db: Queryable, id: string, which: WhichVersion): Promise<StoredCard | null> {
  const wanted =
    which === "published" ? "c.published_version" : which === "latest" ? "c.version" : `${Math.trunc(which)}`;
  const { rows } = await db.query<StoredCard>(
    `select ${cardColumns} from ${cardTables} join card_versions v on v.card_id = c.id and v.version = ${wanted}
    where c.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Takes the card's lock until the transaction ends. */
export async function lockCard(db: Queryable, id: string): Promise<StoredCard | null> {
  await db.query("select from cards where id = $1 for no key update", [id]);
  return readCard(db, id, "latest");
}

export type CardFilter = {
  /** Null: all that there are; else only cards of these services. */
  serviceIds: readonly string[] | null;
  agencyId?: string | undefined;
  serviceId?: string | undefined;
  ownerId?: string | undefined;
  state?: "draft" | "published" | "changed" | "withdrawn" | undefined;
  /** Cards whose last day is at most so many days ahead, or over. */
  expiringDays?: number | undefined;
  text?: string | undefined;
};

export type ListedCard = Pick<
  StoredCard,
  | "id"
  | "code"
  | "title"
  | "agencyId"
  | "serviceId"
  | "serviceName"
  | "agencyName"
  | "departmentName"
  | "externalId"
  | "owner"
  | "version"
  | "latestVersion"
  | "publishedVersion"
  | "withdrawn"
  | "validUntil"
  | "expired"
>;

/** For those who write cards: with drafts, newest change first. `after` is the last id of the page before. */
export async function listCards(
  db: Queryable,
  filter: CardFilter,
  limit: number,
  after: string | null,
): Promise<ListedCard[]> {
  const { rows } = await db.query<ListedCard>(
    `select ${cardColumns} from ${cardTables} join card_versions v on v.card_id = c.id and v.version = c.version
    where ($1::uuid[] is null or c.service_id = any($1)) and ($2::uuid is null or c.agency_id = $2)
      and ($3::uuid is null or c.service_id = $3) and ($4::uuid is null or c.owner_id = $4)
      and ($5::text is null or $5 = case
        when c.published_version is null then case when c.withdrawn_at is null then 'draft' else 'withdrawn' end
        when c.published_version = c.version then 'published' else 'changed' end)
      and ($6::int is null or v.valid_until <= (now() at time zone 'Europe/Rome')::date + $6)
      and ($7::text is null or search_text(v.title) like '%' || search_text($7) || '%')
      and ($8::uuid is null or c.id < $8)
    order by c.id desc limit $9`,
    [
      filter.serviceIds,
      filter.agencyId ?? null,
      filter.serviceId ?? null,
      filter.ownerId ?? null,
      filter.state ?? null,
      filter.expiringDays ?? null,
      filter.text ?? null,
      after,
      limit,
    ],
  );
  return rows;
}

export type NewCard = { agencyId: string; serviceId: string; externalId: string | null; ownerId: string | null };
export type Writer = { personId: string | null; actor: string };

/** A card with its first version, nothing of it published. */
export async function insertCard(
  db: Queryable,
  card: NewCard,
  content: CardContent,
  note: string,
  by: Writer,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into cards (agency_id, service_id, external_id, owner_id) values ($1, $2, $3, $4) returning id`,
    [card.agencyId, card.serviceId, card.externalId, card.ownerId],
  );
  const id = rows[0]!.id;
  await insertVersion(db, id, 1, content, note, by);
  return id;
}

/** The next version of a card that the caller holds locked. */
export async function addVersion(
  db: Queryable,
  card: { id: string; latestVersion: number },
  content: CardContent,
  note: string,
  by: Writer,
): Promise<number> {
  const version = card.latestVersion + 1;
  await insertVersion(db, card.id, version, content, note, by);
  await db.query("update cards set version = $2 where id = $1", [card.id, version]);
  return version;
}

async function insertVersion(
  db: Queryable,
  id: string,
  version: number,
  content: CardContent,
  note: string,
  by: Writer,
): Promise<void> {
  await db.query(
    `insert into card_versions (card_id, version, title, keywords, who, where_text, when_text, how, sms_text,
      work_done_text, answers, valid_until, note, created_by_id, actor)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      id,
      version,
      content.title,
      content.keywords,
      content.who,
      content.where,
      content.when,
      content.how,
      content.smsText,
      content.workDoneText,
      JSON.stringify(content.answers),
      content.validUntil,
      note,
      by.personId,
      by.actor,
    ],
  );
}

/** Who answers for the card, and how the agency's own system calls it. */
export async function setCardLabels(
  db: Queryable,
  id: string,
  labels: { ownerId: string | null; externalId: string | null },
): Promise<void> {
  await db.query("update cards set owner_id = $2, external_id = $3 where id = $1", [
    id,
    labels.ownerId,
    labels.externalId,
  ]);
}

/** Makes a version the one that is searched and read. Several at once, for an import. */
export async function publishVersions(
  db: Queryable,
  cards: { id: string; version: number }[],
  personId: string | null,
): Promise<void> {
  await db.query(
    `with wanted as (select * from unnest($1::uuid[], $2::int[]) as w (card_id, version)),
    told as (update card_versions v set published_at = clock_timestamp(), published_by_id = $3 from wanted w
      where v.card_id = w.card_id and v.version = w.version)
    update cards c set published_version = v.version, withdrawn_at = null, title = v.title, valid_until = v.valid_until,
      search = card_search(v.title, v.keywords, s.name, concat_ws(' ', v.who, v.where_text, v.when_text, v.how)),
      title_search = card_vector(v.title || ' ' || v.keywords)
    from wanted w join card_versions v on v.card_id = w.card_id and v.version = w.version, services s
    where c.id = w.card_id and s.id = c.service_id`,
    [cards.map((card) => card.id), cards.map((card) => card.version), personId],
  );
}

export async function withdrawVersion(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update cards set published_version = null, withdrawn_at = clock_timestamp(), title = null, valid_until = null,
      search = null, title_search = null where id = $1`,
    [id],
  );
}

export type CardVersion = {
  version: number;
  note: string;
  actor: string;
  createdAt: Date;
  createdBy: { id: string; name: string } | null;
  publishedAt: Date | null;
};

/** Newest first, below `before` when given. */
export async function listVersions(
  db: Queryable,
  id: string,
  limit: number,
  before: number | null,
): Promise<CardVersion[]> {
  const { rows } = await db.query<CardVersion>(
    `select v.version, v.note, v.actor, v.created_at as "createdAt", v.published_at as "publishedAt",
      case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.display_name) end as "createdBy"
    from card_versions v left join people p on p.id = v.created_by_id
    where v.card_id = $1 and ($3::int is null or v.version < $3) order by v.version desc limit $2`,
    [id, limit, before],
  );
  return rows;
}

/** The agency of a service in use; null when there is none. */
export async function agencyOfService(db: Queryable, serviceId: string): Promise<string | null> {
  const { rows } = await db.query<{ agencyId: string }>(
    `select agency_id as "agencyId" from services where id = $1 and disabled_at is null`,
    [serviceId],
  );
  return rows[0]?.agencyId ?? null;
}
