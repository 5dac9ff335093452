import { z } from "zod";
import { ANSWER_REASONS } from "./card.ts";

const day = z.iso.date();
const named = z.object({ id: z.uuid(), name: z.string() });
export const cardParams = z.object({ id: z.uuid() });

const answer = z.strictObject({
  reason: z.enum(ANSWER_REASONS),
  language: z.enum(["it", "en"]).default("it"),
  text: z.string().trim().min(1).max(2000),
});
const externalId = z.string().trim().min(1).max(64);

/** Texts of a version by their length in characters; segments of the SMS texts are a rule, not a form. */
export const contentShape = {
  title: z.string().trim().min(1).max(200),
  keywords: z.string().max(1000).optional(),
  who: z.string().max(8000).optional(),
  where: z.string().max(8000).optional(),
  when: z.string().max(8000).optional(),
  how: z.string().max(20_000).optional(),
  smsText: z.string().max(1600).optional(),
  workDoneText: z.string().max(1600).optional(),
  answers: z
    .array(answer)
    .max(ANSWER_REASONS.length * 2)
    .optional(),
  validUntil: day.nullable().optional(),
};

const labels = {
  externalId: externalId.nullable().optional(),
  ownerId: z.uuid().nullable().optional(),
  /** Why it was changed, for the list of versions. */
  note: z.string().max(500).optional(),
};
export const cardBody = z.strictObject({ serviceId: z.uuid(), ...contentShape, ...labels });
export const cardChanges = z.strictObject({ ...contentShape, title: contentShape.title.optional(), ...labels });

export const foundCard = z.object({
  id: z.uuid(),
  code: z.string(),
  title: z.string(),
  agencyId: z.uuid(),
  agencyName: z.string(),
  departmentName: z.string(),
  serviceId: z.uuid(),
  serviceName: z.string(),
  version: z.int(),
  excerpt: z.string(),
  validUntil: day.nullable(),
  expired: z.boolean(),
});

const segments = z.object({ encoding: z.enum(["GSM-7", "UCS-2"]), segments: z.int(), units: z.int(), left: z.int() });

export const card = z.object({
  ...foundCard.omit({ excerpt: true }).shape,
  externalId: z.string().nullable(),
  owner: named.nullable(),
  state: z.enum(["draft", "published", "changed", "withdrawn"]),
  /** The version whose content this is; `latestVersion` is what If-Match wants. */
  latestVersion: z.int(),
  publishedVersion: z.int().nullable(),
  note: z.string(),
  keywords: z.string(),
  who: z.string(),
  where: z.string(),
  when: z.string(),
  how: z.string(),
  smsText: z.string(),
  workDoneText: z.string(),
  sms: z.object({ smsText: segments, workDoneText: segments, limit: z.int() }),
  answers: z.array(z.object({ reason: z.enum(ANSWER_REASONS), language: z.enum(["it", "en"]), text: z.string() })),
  documents: z.array(
    z.object({ id: z.uuid(), name: z.string(), mediaType: z.string(), sizeBytes: z.int(), released: z.boolean() }),
  ),
  /** This person may write it. */
  editable: z.boolean(),
});

/** A card in the list of those who write cards. */
export const editableCard = card.omit({ sms: true, editable: true });

export const cardVersion = z.object({
  version: z.int(),
  note: z.string(),
  actor: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: named.nullable(),
  publishedAt: z.iso.datetime().nullable(),
});
