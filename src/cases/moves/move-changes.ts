import type { Queryable } from "../../database/pool.ts";
import { type AssignmentReason, closesCase } from "../case.ts";
import type { CaseRecord } from "../case-record.ts";
import { type CaseWrites, databaseNow, type LockedFamily, tripleOfService } from "../case-store.ts";
import type { MoveWish } from "./move-case.ts";
import type { MoveCauses } from "./move-causes.ts";

/** Everything that a legal move writes on the row besides its children, tasks and history (REQ 0, 3, 4). */
export async function changesOfMove(
  db: Queryable,
  { self, parent }: Pick<LockedFamily, "self" | "parent">,
  wish: MoveWish,
  causes: MoveCauses & { assignmentReason: AssignmentReason | null },
): Promise<CaseWrites> {
  const attribute = wish.attribute ?? null;
  const changes: CaseWrites = {
    status: wish.to,
    attribute,
    // A bounce keeps the day on which the case was closed: it opens a task, not the case (REQ 4).
    closedAt: closesCase(wish.to, attribute) ? (self.closedAt ?? databaseNow) : null,
  };
  if (self.status === "draft") Object.assign(changes, await copiedOnLeavingDraft(db, self, parent, wish));
  if (wish.to === "cancelled") changes.cancelReason = causes.surroundings.cancelReason ?? null;
  if (wish.to === "rejected") Object.assign(changes, rejection(wish, causes));
  if (wish.to === "assigned") Object.assign(changes, assignment(self, causes));
  if (wish.to === "resolved_l2" || wish.to === "resolved_l1") {
    changes.nextAttemptAt = nextAttempt(self, wish);
  }
  return changes;
}

/** Profile, contact-back switch and office are the service's of this moment; a child's are its parent's (REQ 0, 2). */
async function copiedOnLeavingDraft(
  db: Queryable,
  self: CaseRecord,
  parent: CaseRecord | null,
  wish: MoveWish,
): Promise<CaseWrites> {
  if (parent) {
    const born = wish.to !== "cancelled";
    const { profile, contactBackEnabled } = parent;
    return { profile, contactBackEnabled, officeId: born ? parent.officeId : null };
  }
  const source = self.serviceId === null ? null : await tripleOfService(db, self.serviceId, self.reason);
  if (!source) return {};
  return { profile: source.profile, contactBackEnabled: source.contactBackEnabled, officeId: source.officeId };
}

/** Rejection clears the take charge; the office stays on the row as the one that gave it back (REQ 3.7, 3.8). */
function rejection(wish: MoveWish, causes: MoveCauses): CaseWrites {
  return {
    rejectCause: causes.surroundings.rejectCause ?? null,
    rejectNote: wish.note ?? null,
    takenById: null,
    takenAt: null,
  };
}

function assignment(self: CaseRecord, causes: MoveCauses & { assignmentReason: AssignmentReason | null }): CaseWrites {
  if (self.status !== "rejected") return { assignmentReason: causes.assignmentReason };
  const target = causes.target!;
  return {
    agencyId: target.agencyId,
    departmentId: target.departmentId,
    serviceId: target.serviceId,
    officeId: target.officeId,
    profile: target.profile,
    contactBackEnabled: target.contactBackEnabled,
    rejectCause: null,
    rejectNote: null,
    takenById: null,
    takenAt: null,
  };
}

function nextAttempt(self: CaseRecord, wish: MoveWish): CaseWrites["nextAttemptAt"] {
  if (wish.attribute !== "not_communicated") return null;
  if (wish.to === "resolved_l1") return databaseNow;
  return wish.nextAttemptAt ?? self.nextAttemptAt;
}
