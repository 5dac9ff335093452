import type { Queryable } from "../database/pool.ts";
import type { CallCommand, CommandKind } from "./live-call.ts";

export type CommandResult = "pending" | "done" | "failed";

/**
 * Writes a page's command for the copy that owns the call. Null when the person has no such live call now, the
 * call's own answer to "may I": operator of the talk, or of the ringing offer; for a page that is reloaded also the
 * person of the office that the call is passed to.
 */
export async function insertCommand(
  db: Queryable,
  callId: string,
  personId: string,
  kind: CommandKind,
  args: CallCommand["args"] = {},
): Promise<string | null> {
  const { rows } = await db.query(
    `with c as (
      select id, node_id from calls c where id = $1 and state in ('offered', 'talking')
        and (person_id = $2 or ($3 in ('away', 'rejoin') and exists (select from transfers t
          where t.call_id = c.id and t.person_id = $2 and t.state <> 'ended')))
    ), k as (
      insert into call_commands (call_id, person_id, kind, args) select id, $2, $3, $4 from c returning id
    )
    select k.id, pg_notify('call_command', c.node_id::text) from k, c`,
    [callId, personId, kind, JSON.stringify(args)],
  );
  return rows[0]?.id ?? null;
}

export async function commandResult(db: Queryable, id: string): Promise<CommandResult> {
  const { rows } = await db.query("select state from call_commands where id = $1", [id]);
  return rows[0]?.state ?? "failed";
}

export async function settleCommand(db: Queryable, id: string, ok: boolean): Promise<void> {
  await db.query(
    `with k as (update call_commands set state = $2 where id = $1 and state = 'pending' returning id)
    select pg_notify('call_command_done', id::text) from k`,
    [id, ok ? "done" : "failed"],
  );
}

/** Commands not yet carried out for the calls of a copy; older than 30 s nobody waits for them any more. */
export async function pendingCommands(db: Queryable, nodeId: string): Promise<(CallCommand & { callId: string })[]> {
  const { rows } = await db.query(
    `select k.id, k.call_id as "callId", k.person_id as "personId", k.kind, k.args
    from call_commands k join calls c on c.id = k.call_id
    where k.state = 'pending' and c.node_id = $1 and c.state <> 'ended'
      and k.created_at > clock_timestamp() - interval '30 seconds'
    order by k.created_at`,
    [nodeId],
  );
  return rows;
}
