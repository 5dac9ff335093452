import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { CHILD_REASONS, type ContactReason, type Role } from "../case.ts";
import type { CaseFacts } from "../case-facts.ts";
import type { CaseRecord } from "../case-record.ts";
import { checkChild } from "../child-case.ts";
import { draftGaps, type LegalReason, legalReasons } from "../draft-case.ts";
import { type LegalMove, legalMoves } from "../legal-moves.ts";
import type { Refusal } from "../refusal-texts.ts";
import { lockVisibleFamily } from "../visibility/visible-case.ts";
import { gatherFacts } from "./case-facts-store.ts";

export type OfferedMoves = {
  version: number;
  moves: LegalMove[];
  /** For a draft: each reason with its refusal, and what is still missing. */
  reasons: LegalReason[];
  gaps: Refusal[];
  /** Which children the case may have now. */
  children: { reason: ContactReason; refusal: Refusal | null }[];
};

/** What this person may do with the case now, so that the page offers only what is legal (issue B.2). */
export async function listLegalMoves(pool: Pool, person: SignedInPerson, caseId: string): Promise<OfferedMoves> {
  return inTransaction(pool, async (client) => {
    const { self, parent } = await lockVisibleFamily(client, person, caseId, null);
    const facts = await gatherFacts(client, self, parent, { personId: person.id, officeIds: person.officeIds });
    const draft = self.status === "draft" && self.ownerId === person.id;
    const roles: Role[] = person.roles.map((held) => held.role);
    return {
      version: self.version,
      moves: mayActOn(self, person) ? bestOf(roles.map((role) => legalMoves({ ...facts, role }))) : [],
      reasons: draft ? legalReasons({ ...facts, role: "operator" }) : [],
      gaps: draft ? draftGaps({ ...facts, role: "operator" }) : [],
      children: CHILD_REASONS.map((reason) => ({ reason, refusal: checkChild(reason, asParent(self, facts)) })),
    };
  });
}

function mayActOn(self: CaseRecord, person: SignedInPerson): boolean {
  return self.status !== "draft" || self.ownerId === person.id;
}

/** For several roles: the offer of the role that may, else the refusal that is about the case rather than the role. */
function bestOf(byRole: LegalMove[][]): LegalMove[] {
  const first = byRole[0] ?? [];
  return first.map((_, index) => {
    const same = byRole.map((moves) => moves[index]!);
    return (
      same.find((move) => move.refusal === null) ?? same.find((move) => !ABOUT_ROLE.has(move.refusal!.code)) ?? same[0]!
    );
  });
}

const ABOUT_ROLE = new Set<string>(["specialist_only_notes", "role_never_moves", "role_not_allowed"]);

function asParent(self: CaseRecord, facts: Omit<CaseFacts, "role">) {
  const { reason, status, attribute } = self;
  return { reason, status, attribute, profile: facts.profile, isChild: self.parentId !== null };
}
