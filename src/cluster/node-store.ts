import type { Queryable } from "../database/pool.ts";

export type NodeRow = { id: string; name: string; epoch: number };

export type Heartbeat = {
  /** False when another copy declared this one dead: its lease is gone for good. */
  alive: boolean;
  /** Living copies that answer calls, this one included unless it drains, ordered by name. */
  callNodes: { id: string; name: string }[];
  /** Copies whose lease ran out, on PostgreSQL's clock. */
  expired: { id: string; name: string }[];
};

const leaseInterval = "interval '2 seconds'";

export async function insertNode(db: Queryable, id: string, name: string, roles: string[]): Promise<NodeRow> {
  const { rows } = await db.query("insert into nodes (id, name, roles) values ($1, $2, $3) returning id, name, epoch", [
    id,
    name,
    roles,
  ]);
  return rows[0];
}

/** Renews the lease and looks around, in one round trip. */
export async function renewLease(db: Queryable, id: string): Promise<Heartbeat> {
  const { rows } = await db.query({
    name: "renew-lease",
    text: `
      with mine as (
        update nodes set heartbeat_at = clock_timestamp()
        where id = $1 and state in ('alive', 'draining') returning id
      ), living as (
        select id, name, state, roles, id <> $1 and heartbeat_at < clock_timestamp() - ${leaseInterval} as expired
        from nodes where state in ('alive', 'draining')
      )
      select exists (select from mine) as alive,
        coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name) from living
          where state = 'alive' and not expired and 'calls' = any(roles)), '[]') as "callNodes",
        coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name)) from living where expired), '[]')
          as expired`,
    values: [id],
  });
  return rows[0];
}

export type Inheritance = { nodeId: string; calls: number; applications: string[]; jobWorkers: string[] };

/**
 * Declares a copy dead and takes its calls, in one statement: only one heir wins, and from here on no write of the
 * dead one matches, since its epoch is no longer in the rows. Null when another copy was quicker or the lease was
 * renewed after all.
 */
export async function inherit(db: Queryable, heir: NodeRow, deadId: string): Promise<Inheritance | null> {
  const { rows } = await db.query(
    `with dead as (
      update nodes set state = 'dead', ended_at = clock_timestamp(), heir_id = $1
      where id = $3 and id <> $1 and state in ('alive', 'draining')
        and heartbeat_at < clock_timestamp() - ${leaseInterval}
      returning id, name, job_workers
    ), taken as (
      update calls c set node_id = $1, epoch = $2 from dead d
      where c.node_id = d.id and c.state <> 'ended' returning c.application
    ), streams as (
      update operators o set stream_lost_at = coalesce(o.stream_lost_at, clock_timestamp()), stream_node_id = null,
        version = o.version + 1
      from dead d where o.stream_node_id = d.id returning o.person_id
    )
    select d.id as "nodeId", d.job_workers as "jobWorkers", (select count(*) from taken) as calls,
      (select count(*) from streams) as streams,
      array(select distinct application from taken where application is not null
        union select d.name) as applications
    from dead d`,
    [heir.id, heir.epoch, deadId],
  );
  return rows[0] ?? null;
}

export async function setDraining(db: Queryable, id: string): Promise<void> {
  await db.query("update nodes set state = 'draining' where id = $1 and state = 'alive'", [id]);
}

/** A clean end: what is still open is offered to the others at once, since no lease has to run out. */
export async function leaveCluster(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update nodes set heartbeat_at = '-infinity',
      state = case when exists (select from calls where node_id = $1 and state <> 'ended') then state else 'stopped' end,
      ended_at = clock_timestamp()
    where id = $1 and state in ('alive', 'draining')`,
    [id],
  );
}
