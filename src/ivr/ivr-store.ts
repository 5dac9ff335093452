import type { Queryable } from "../database/pool.ts";
import type { FlowSurroundings } from "./editor/validate-flow.ts";
import { shippedPrompts } from "./prompts.ts";
import type { AgencyEmergency } from "./run-flow.ts";

export type FlowSummary = { id: string; name: string; version: number; numbers: string[] };
export type StoredFlow = FlowSummary & { document: unknown };
export type FlowVersion = { version: number; createdAt: Date; createdBy: { id: string; displayName: string } | null };
/** What a served number leads to now; the document is as stored, to be parsed by whoever reads it. */
export type ServedFlow = { number: string; flowId: string; version: number; document: unknown };

const flowColumns = `f.id, f.name, f.published_version as version,
  coalesce((select json_agg(s.number order by s.number) from served_numbers s where s.flow_id = f.id), '[]') as numbers`;

export async function listFlows(db: Queryable, limit: number, afterId: string | null): Promise<FlowSummary[]> {
  const { rows } = await db.query<FlowSummary>(
    `select ${flowColumns} from ivr_flows f where $2::uuid is null or f.id > $2 order by f.id limit $1`,
    [limit, afterId],
  );
  return rows;
}

export async function readFlow(db: Queryable, id: string): Promise<StoredFlow | null> {
  const { rows } = await db.query<StoredFlow>(
    `select ${flowColumns}, v.document
     from ivr_flows f join ivr_flow_versions v on v.flow_id = f.id and v.version = f.published_version
     where f.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** Newest first, below `beforeVersion` when given. */
export async function listFlowVersions(
  db: Queryable,
  flowId: string,
  limit: number,
  beforeVersion: number | null,
): Promise<FlowVersion[]> {
  const { rows } = await db.query<FlowVersion>(
    `select v.version, v.created_at as "createdAt",
            case when p.id is not null then json_build_object('id', p.id, 'displayName', p.display_name) end as "createdBy"
     from ivr_flow_versions v left join people p on p.id = v.created_by
     where v.flow_id = $1 and ($3::int is null or v.version < $3) order by v.version desc limit $2`,
    [flowId, limit, beforeVersion],
  );
  return rows;
}

export async function readFlowVersion(db: Queryable, flowId: string, version: number): Promise<unknown> {
  const { rows } = await db.query<{ document: unknown }>(
    `select document from ivr_flow_versions where flow_id = $1 and version = $2`,
    [flowId, version],
  );
  return rows[0]?.document ?? null;
}

/** The published version under lock, so that two editors can not both publish over the same one. */
export async function lockFlow(client: Queryable, id: string): Promise<number | null> {
  const { rows } = await client.query<{ version: number }>(
    `select published_version as version from ivr_flows where id = $1 for update`,
    [id],
  );
  return rows[0]?.version ?? null;
}

/** Stores and publishes the next version; every copy hears of it at the commit. */
export async function addFlowVersion(
  client: Queryable,
  flow: { id: string; version: number; document: unknown; personId: string },
): Promise<void> {
  await client.query(
    `with added as (
       insert into ivr_flow_versions (flow_id, version, document, created_by) values ($1, $2, $3, $4)
     ), published as (
       update ivr_flows set published_version = $2 where id = $1
     )
     select pg_notify('flows', $1::text)`,
    [flow.id, flow.version, JSON.stringify(flow.document), flow.personId],
  );
}

/** What a flow may name: queues, calendars, agencies in use, prompts that came with the program or were added. */
export async function readFlowSurroundings(db: Queryable): Promise<FlowSurroundings> {
  const { rows } = await db.query<{
    queues: string[];
    calendars: string[];
    agencies: string[];
    it: string[];
    en: string[];
  }>(
    `select array(select name from queues) as queues, array(select id::text from calendars) as calendars,
            array(select id::text from agencies where disabled_at is null) as agencies,
            array(select name from prompts where language = 'it') as it,
            array(select name from prompts where language = 'en') as en`,
  );
  const found = rows[0];
  return {
    queueNames: new Set(found?.queues),
    calendarIds: new Set(found?.calendars),
    agencyIds: new Set(found?.agencies),
    promptNames: {
      it: new Set([...shippedPrompts.it, ...(found?.it ?? [])]),
      en: new Set([...shippedPrompts.en, ...(found?.en ?? [])]),
    },
  };
}

export async function readServedFlows(db: Queryable): Promise<ServedFlow[]> {
  const { rows } = await db.query<ServedFlow>(
    `select s.number, f.id as "flowId", f.published_version as version, v.document
     from served_numbers s join ivr_flows f on f.id = s.flow_id
     join ivr_flow_versions v on v.flow_id = f.id and v.version = f.published_version`,
  );
  return rows;
}

export async function readAgencyEmergencies(db: Queryable): Promise<AgencyEmergency[]> {
  const { rows } = await db.query<AgencyEmergency>(
    `select id, emergency_on as "emergencyOn", emergency_prompt as "emergencyPrompt"
     from agencies where disabled_at is null order by name`,
  );
  return rows;
}

/** @returns the agency after the change, or null when there is none. */
export async function switchAgencyEmergency(
  client: Queryable,
  change: { agencyId: string; on: boolean; prompt: string | null; personId: string; actor: string },
): Promise<(AgencyEmergency & { version: number }) | null> {
  const { rows } = await client.query<AgencyEmergency & { version: number }>(
    `with changed as (
       update agencies set emergency_on = $2, emergency_prompt = $3, version = version + 1
       where id = $1 and disabled_at is null
       returning id, emergency_on, emergency_prompt, version
     ), audited as (
       insert into audit (person_id, actor, action, subject_kind, subject_id, data)
       select $4, $5, 'agency.emergency', 'agency', id::text,
              jsonb_build_object('on', emergency_on, 'prompt', emergency_prompt) from changed
     ), told as (
       select pg_notify('flows', '') from changed
     )
     select id, emergency_on as "emergencyOn", emergency_prompt as "emergencyPrompt", version
     from changed, told`,
    [change.agencyId, change.on, change.prompt, change.personId, change.actor],
  );
  return rows[0] ?? null;
}
