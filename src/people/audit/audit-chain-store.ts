import type { Queryable } from "../../database/pool.ts";

export type ChainFault = { seq: number; auditId: number; what: "changed" | "missing" | "gap" | "unsealed" };
export type ChainEnd = { seq: number; hash: string };

/** Seals the newest lines; 0 when there is nothing new, or another copy is at it. */
export async function sealAudit(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ sealed: number }>("select seal_audit() as sealed");
  return rows[0]?.sealed ?? 0;
}

/** Faults of one stretch of the chain, at most 100: lines that say something else than when they were sealed, or are gone. */
export async function faultsOfChain(db: Queryable, after: number, length: number): Promise<ChainFault[]> {
  const { rows } = await db.query<ChainFault>(
    `select seq, audit_id as "auditId", what from (
      select c.seq, c.audit_id,
        case when c.seq <> coalesce(p.seq, 0) + 1 then 'gap' when a.id is null then 'missing'
          when c.hash <> audit_digest(coalesce(p.hash, ''), a) then 'changed' end as what
      from audit_chain c
        left join lateral (select seq, hash from audit_chain b where b.seq < c.seq order by b.seq desc limit 1) p on true
        left join audit a on a.id = c.audit_id
      where c.seq > $1 and c.seq <= $1 + $2::bigint) f
    where what is not null order by seq limit 100`,
    [after, length],
  );
  return rows;
}

/** Lines an hour old that were never sealed: put in behind the sealer's back. */
export async function unsealedLines(db: Queryable): Promise<ChainFault[]> {
  const { rows } = await db.query<ChainFault>(
    `select 0 as seq, a.id as "auditId", 'unsealed' as what from audit a
    where a.at < now() - interval '1 hour' and not exists (select from audit_chain c where c.audit_id = a.id)
    order by a.id limit 100`,
  );
  return rows;
}

/** The newest link: written down elsewhere, it shows later that the end was not cut off. Null: nothing is sealed. */
export async function chainEnd(db: Queryable): Promise<ChainEnd | null> {
  const { rows } = await db.query<ChainEnd>(
    "select seq, encode(hash, 'hex') as hash from audit_chain order by seq desc limit 1",
  );
  return rows[0] ?? null;
}

/** Whether the chain still has this link, e.g. the one of last month's backup. */
export async function hasLink(db: Queryable, { seq, hash }: ChainEnd): Promise<boolean> {
  const { rowCount } = await db.query("select from audit_chain where seq = $1 and encode(hash, 'hex') = $2", [
    seq,
    hash,
  ]);
  return rowCount === 1;
}
