/**
 * The knowledge card (REQ 10): one service each. Its versions are never rewritten, since a case keeps the one that was
 * read; what operators see is the published one.
 *
 *   draft ──publish──► published ──edit──► changed (published, with a newer draft) ──publish──► published
 *                          └──────────────withdraw──► withdrawn ──publish──► published
 */
import { AppError } from "../../errors.ts";
import { hasRole, hasRoleIn, type SignedInPerson } from "../../people/person.ts";
import { DEFAULT_SEGMENT_LIMIT, smsLength } from "./sms-segments.ts";

export const ANSWER_REASONS = ["grievance", "issue_report", "reminder", "update_notice", "complaint"] as const;
export type AnswerReason = (typeof ANSWER_REASONS)[number];
export type StandardAnswer = { reason: AnswerReason; language: "it" | "en"; text: string };

/** What a version says; texts may be empty, the title may not. */
export type CardContent = {
  title: string;
  /** Other words for the same thing, for the search only. */
  keywords: string;
  who: string;
  where: string;
  when: string;
  how: string;
  /** Who, where and when as SMS; "" = none (REQ 5.1). */
  smsText: string;
  /** SMS once the second level has recorded the work as done. */
  workDoneText: string;
  answers: StandardAnswer[];
  /** Last day on which it holds, YYYY-MM-DD in Europe/Rome. */
  validUntil: string | null;
};

export const emptyContent: CardContent = {
  title: "",
  keywords: "",
  who: "",
  where: "",
  when: "",
  how: "",
  smsText: "",
  workDoneText: "",
  answers: [],
  validUntil: null,
};

export type CardState = "draft" | "published" | "changed" | "withdrawn";

export function cardState(card: {
  latestVersion: number;
  publishedVersion: number | null;
  withdrawn: boolean;
}): CardState {
  if (card.publishedVersion === null) return card.withdrawn ? "withdrawn" : "draft";
  return card.publishedVersion === card.latestVersion ? "published" : "changed";
}

/** The knowledge editors write every card, referents those of their services (REQ 0, 10). */
export function mayEditCard(person: SignedInPerson, card: { agencyId: string; serviceId: string }): boolean {
  return hasRole(person, "knowledge_editor") || isReferentOf(person, card);
}

/** The agency's own say: what it releases, what it has changed (REQ 6.1, 8). */
export function isReferentOf(person: SignedInPerson, of: { agencyId: string; serviceId: string }): boolean {
  return hasRoleIn(person, of.agencyId, "agency_referent") && person.serviceIds.includes(of.serviceId);
}

export function refuseOutOfScope(allowed: boolean): void {
  if (allowed) return;
  throw new AppError("role_missing", "The card belongs to a service of somebody else", {
    rule: "REQ 10",
    refusal: "out_of_scope",
    it: "La scheda non rientra nei servizi di cui lei è referente.",
    insteadIt: "Rivolgersi al referente del servizio o alla redazione.",
  });
}

export type ContentFault = { field: string; code: string; it: string; insteadIt: string };

/** What stands against saving the content; lengths in characters are the form's. */
export function contentFaults(content: CardContent, segmentLimit = DEFAULT_SEGMENT_LIMIT): ContentFault[] {
  return [...smsFaults(content, segmentLimit), ...answerFaults(content)];
}

function smsFaults(content: CardContent, limit: number): ContentFault[] {
  return (["smsText", "workDoneText"] as const).flatMap((field) => {
    const { segments, encoding, costly } = smsLength(content[field]);
    if (segments <= limit) return [];
    const signs = costly.map(({ sign }) => sign).join(" ");
    const insteadIt =
      encoding === "UCS-2"
        ? `Accorciarlo, oppure togliere i segni che ne dimezzano la capienza: ${signs}`
        : "Accorciare il testo.";
    return [{ field, code: "sms_too_long", it: `Il testo occupa ${segments} SMS, il limite è ${limit}.`, insteadIt }];
  });
}

function answerFaults(content: CardContent): ContentFault[] {
  const seen = new Set<string>();
  return content.answers.flatMap(({ reason, language }) => {
    const key = `${reason} ${language}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const it = "C'è più di una risposta standard per lo stesso motivo e la stessa lingua.";
    return [{ field: "answers", code: "answer_twice", it, insteadIt: "Lasciarne una sola." }];
  });
}

/** @throws rule_violated with every fault; `code` is the first one's. */
export function refuseContent(content: CardContent): void {
  const faults = contentFaults(content);
  const first = faults[0];
  if (!first) return;
  throw new AppError("rule_violated", "The content of the card can not be saved", {
    rule: first.code === "sms_too_long" ? "REQ 5.1" : "REQ 10",
    refusal: first.code,
    it: first.it,
    insteadIt: first.insteadIt,
    extra: { errors: faults.map(({ field, code, it }) => ({ path: field, code, it })) },
  });
}

const steps = [
  "0317598642",
  "7092154863",
  "4206871359",
  "1750983426",
  "6123045978",
  "3674209581",
  "5869720134",
  "8945362017",
  "9438617205",
  "2581436790",
];

/** Whether digits that were read aloud can be a card's code: the last is the check digit of the others (Damm). */
export function isCardCode(digits: string): boolean {
  if (!/^[0-9]{5,12}$/.test(digits)) return false;
  return [...digits].reduce((state, digit) => Number(steps[state]![Number(digit)]), 0) === 0;
}

/** Blanks and hyphens are how people group a code. */
export function readCardCode(q: string): string | null {
  const digits = q.replace(/[\s.-]/g, "");
  return isCardCode(digits) ? digits : null;
}

/** Names of the members that differ, with both values: a diff for people, and the test of "nothing changed". */
export function contentChanges(from: CardContent, to: CardContent): Record<string, { from: unknown; to: unknown }> {
  const names = Object.keys(emptyContent) as (keyof CardContent)[];
  return Object.fromEntries(
    names
      .filter((name) => JSON.stringify(comparable(from[name])) !== JSON.stringify(comparable(to[name])))
      .map((name) => [name, { from: from[name], to: to[name] }]),
  );
}

/** The order of the answers says nothing. */
function comparable(value: CardContent[keyof CardContent]): unknown {
  if (!Array.isArray(value)) return value;
  return value
    .map(({ reason, language, text }) => [reason, language, text])
    .sort((a, b) => a.join().localeCompare(b.join()));
}
