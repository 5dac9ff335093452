import { z } from "zod";
import {
  ATTRIBUTES,
  CANCEL_REASONS,
  CONTACT_REASONS,
  INFORMATION_KINDS,
  NOTICE_CONTENTS,
  PROFILES,
  REJECT_CAUSES,
  STATUSES,
} from "./case.ts";

const text = z.string().max(20_000);
const time = z.iso.datetime();
const named = z.object({ id: z.uuid(), name: z.string() });

export const caseParams = z.object({ id: z.uuid() });

/** PATCH /cases/{id}: what is absent stays. */
export const caseEditBody = z.strictObject({
  reason: z.enum(CONTACT_REASONS).nullable().optional(),
  informationKinds: z.array(z.enum(INFORMATION_KINDS)).max(INFORMATION_KINDS.length).optional(),
  switchboard: z.boolean().optional(),
  agencyId: z.uuid().nullable().optional(),
  serviceId: z.uuid().nullable().optional(),
  request: text.nullable().optional(),
  answer: text.nullable().optional(),
  note: text.nullable().optional(),
  citizenId: z.uuid().nullable().optional(),
  phoneConfirmed: z.boolean().optional(),
  missingKnowledge: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("no_card"), search: z.string().trim().min(1).max(400) }),
      z.strictObject({ kind: z.literal("card_does_not_answer"), cardId: z.uuid(), cardVersion: z.int().min(1) }),
    ])
    .nullable()
    .optional(),
  noticeContent: z.enum(NOTICE_CONTENTS).nullable().optional(),
  relatedCaseId: z.uuid().nullable().optional(),
  parentId: z.null().optional(),
  language: z.enum(["it", "en"]).optional(),
});

export const moveBody = z.strictObject({
  to: z.enum(STATUSES),
  attribute: z.enum(ATTRIBUTES).nullable().optional(),
  cause: z.string().max(40).nullable().optional(),
  note: z.string().max(2_000).nullable().optional(),
  serviceId: z.uuid().nullable().optional(),
  officeId: z.uuid().nullable().optional(),
  nextAttemptAt: time
    .transform((at) => new Date(at))
    .nullable()
    .optional(),
  confirmedByCitizen: z.boolean().optional(),
});

export const caseView = z.looseObject({
  id: z.uuid(),
  number: z.int(),
  version: z.int(),
  status: z.enum(STATUSES),
  attribute: z.enum(ATTRIBUTES).nullable(),
  cancelReason: z.enum(CANCEL_REASONS).nullable(),
  rejectCause: z.enum(REJECT_CAUSES).nullable(),
  reason: z.enum(CONTACT_REASONS).nullable(),
  informationKinds: z.array(z.enum(INFORMATION_KINDS)),
  switchboard: z.boolean(),
  agencyId: z.uuid().nullable(),
  departmentId: z.uuid().nullable(),
  serviceId: z.uuid().nullable(),
  service: z.looseObject({ id: z.uuid(), name: z.string() }).nullable(),
  profile: z.enum(PROFILES).nullable(),
  contactBackEnabled: z.boolean(),
  officeId: z.uuid().nullable(),
  officeName: z.string().nullable(),
  request: z.string().nullable(),
  answer: z.string().nullable(),
  note: z.string().nullable(),
  citizenId: z.uuid().nullable(),
  phoneConfirmed: z.boolean(),
  ownerId: z.uuid().nullable(),
  takenBy: named.nullable(),
  takenAt: time.nullable(),
  parentId: z.uuid().nullable(),
  nextAttemptAt: time.nullable(),
  openedAt: time,
  closedAt: time.nullable(),
  /** What this person may write now. */
  editable: z.array(z.string()),
});

export const caseSummary = z.object({
  id: z.uuid(),
  number: z.int(),
  status: z.enum(STATUSES),
  attribute: z.enum(ATTRIBUTES).nullable(),
  reason: z.enum(CONTACT_REASONS).nullable(),
  noticeContent: z.enum(NOTICE_CONTENTS).nullable(),
  parentId: z.uuid().nullable(),
  openedByCallId: z.uuid().nullable(),
  agencyId: z.uuid().nullable(),
  agencyName: z.string().nullable(),
  serviceName: z.string().nullable(),
  officeId: z.uuid().nullable(),
  officeName: z.string().nullable(),
  citizenName: z.string().nullable(),
  request: z.string().nullable(),
  takenBy: named.nullable(),
  openedAt: time,
  closedAt: time.nullable(),
  nextAttemptAt: time.nullable(),
  version: z.int(),
});

const refusal = z.object({
  code: z.string(),
  rule: z.string(),
  it: z.string(),
  en: z.string(),
  insteadIt: z.string(),
  insteadEn: z.string(),
});

export const historyRow = z.looseObject({ seq: z.int(), at: time, actor: z.string(), kind: z.string() });

export const fullCase = caseView.extend({ family: z.array(caseSummary), history: z.array(historyRow) });
export const casePage = z.object({ items: z.array(caseSummary), nextCursor: z.string().nullable() });

export const offeredMoves = z.object({
  version: z.int(),
  moves: z.array(
    z.object({
      to: z.enum(STATUSES),
      attribute: z.enum(ATTRIBUTES).nullable(),
      refusal: refusal.nullable(),
      asks: z.array(z.string()),
      cancelReasons: z.array(z.enum(CANCEL_REASONS)),
    }),
  ),
  reasons: z.array(z.object({ reason: z.enum(CONTACT_REASONS), refusal: refusal.nullable() })),
  gaps: z.array(refusal),
  children: z.array(z.object({ reason: z.enum(CONTACT_REASONS), refusal: refusal.nullable() })),
});

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(200).optional(),
});
