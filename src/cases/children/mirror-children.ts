import type { Queryable } from "../../database/pool.ts";
import { appendHistory } from "../case-history-store.ts";
import type { Actor, CaseRecord } from "../case-record.ts";
import { type CaseWrites, updateCase } from "../case-store.ts";
import { mirrored, mirrorsParent } from "../child-case.ts";

/**
 * Children follow their parent's change of status, attribute, office and triple in the same transaction (REQ 2). A
 * draft is not born yet: it takes the new triple only. One cancelled as a draft never was.
 */
export async function mirrorChildren(
  db: Queryable,
  actor: Actor,
  parent: CaseRecord,
  children: readonly CaseRecord[],
): Promise<void> {
  for (const child of children) {
    if (child.status === "draft") await follow(db, actor, child, movedTriple(child, parent));
    else if (mirrorsParent(child.reason) && child.status !== "cancelled") await mirrorOne(db, actor, parent, child);
  }
}

async function mirrorOne(db: Queryable, actor: Actor, parent: CaseRecord, child: CaseRecord): Promise<void> {
  const place = mirrored(child.reason!, child, parent);
  const writes: CaseWrites = { ...movedTriple(child, parent) };
  if (child.officeId !== parent.officeId) writes.officeId = parent.officeId;
  if (child.contactBackEnabled !== parent.contactBackEnabled) writes.contactBackEnabled = parent.contactBackEnabled;
  if (place) Object.assign(writes, place, { closedAt: parent.closedAt, cancelReason: parent.cancelReason });
  await follow(db, actor, child, writes);
}

function movedTriple(child: CaseRecord, parent: CaseRecord): CaseWrites {
  if (child.serviceId === parent.serviceId && child.profile === parent.profile) return {};
  const { agencyId, departmentId, serviceId, profile } = parent;
  return { agencyId, departmentId, serviceId, profile };
}

async function follow(db: Queryable, actor: Actor, child: CaseRecord, writes: CaseWrites): Promise<void> {
  if (Object.keys(writes).length === 0) return;
  const after = await updateCase(db, child.id, writes);
  const moved = after.status !== child.status || after.attribute !== child.attribute;
  const data: Record<string, unknown> = { parentId: child.parentId };
  if (after.officeId !== child.officeId) data.office = { from: child.officeId, to: after.officeId };
  if (after.serviceId !== child.serviceId) data.service = { from: child.serviceId, to: after.serviceId };
  await appendHistory(db, child.id, actor, "mirrored", data, moved ? { from: child, to: after } : null);
}
