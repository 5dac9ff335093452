import type { CardDetail } from "../api/screen-types.ts";

const textFields = ["title", "keywords", "who", "where", "when", "how", "smsText", "workDoneText"] as const;

/** What the editor of a card holds. */
export type CardText = Record<(typeof textFields)[number], string> & {
  /** Empty: no end. */
  validUntil: string;
  answers: CardDetail["answers"];
  note: string;
};

export function cardTextOf(card: CardDetail): CardText {
  const { title, keywords, who, where, when, how, smsText, workDoneText, answers } = card;
  const texts = { title, keywords, who, where, when, how, smsText, workDoneText };
  return { ...texts, answers, validUntil: card.validUntil ?? "", note: "" };
}

/** Only what differs from the stored version is sent; answers without text are none. */
export function changesOf(card: CardDetail, text: CardText): Record<string, unknown> {
  const before = cardTextOf(card);
  const changes: Record<string, unknown> = {};
  for (const field of textFields) if (text[field] !== before[field]) changes[field] = text[field];
  if (text.validUntil !== before.validUntil) changes.validUntil = text.validUntil || null;
  const answers = text.answers.filter((answer) => answer.text.trim() !== "");
  if (JSON.stringify(answers) !== JSON.stringify(before.answers)) changes.answers = answers;
  return changes;
}
