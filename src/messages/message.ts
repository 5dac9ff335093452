/**
 * What leaves for a citizen (REQ 5, 6). A message has one to three sendings by people (SMS: one); the state is the
 * sending's, the message shows its last one's.
 *
 *             claim                    provider took it
 *   queued ──────────► sending ─────────────────────────► sent ──────► delivered   (SMS: told by the carrier)
 *     ▲  ▲                │ │                               │
 *     │  └── not taken ───┘ │ no answer                     ├─────────► undelivered (bounce, or told by the carrier)
 *     │      (429, 4xx)     ▼                               │
 *     └── proved absent ─ unknown ── found at the provider ─┴─────────► failed      (refused, or given up)
 *
 * Pure: no Node imports.
 */
export const SENDING_STATES = ["queued", "sending", "sent", "delivered", "undelivered", "failed", "unknown"] as const;
export type SendingState = (typeof SENDING_STATES)[number];

export const MESSAGE_KINDS = ["sms", "email"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const SMS_TEXTS = ["who-where-when", "work-done"] as const;
export type SmsText = (typeof SMS_TEXTS)[number];

/** Parts of a card that an e-mail may carry, and the standard answer for the other reasons (REQ 6.1). */
export const EMAIL_PARTS = ["who", "where", "when", "how", "standard_answer"] as const;
export type EmailPart = (typeof EMAIL_PARTS)[number];

export const ADDRESS_SOURCES = ["declared", "citizen"] as const;
export type AddressSource = (typeof ADDRESS_SOURCES)[number];

/** Attachments of one e-mail together; card_documents allows 5 MB each (REQ 6.1, size guard). */
export const MAX_ATTACHMENT_BYTES = 8_000_000;

const ranks: Record<SendingState, number> = {
  queued: 0,
  sending: 1,
  unknown: 1,
  sent: 2,
  delivered: 3,
  undelivered: 3,
  failed: 3,
};

/**
 * Whether news of a provider moves a sending on (REQ 5.4): news comes twice, late and in any order, so only a higher
 * rank counts and the first end stays.
 */
export function isLater(now: SendingState, told: SendingState): boolean {
  return ranks[told] > ranks[now];
}

export function hasEnded(state: SendingState): boolean {
  return ranks[state] === 3;
}

export type Sending = {
  id: string;
  messageId: string;
  caseId: string;
  kind: MessageKind;
  try: number;
  toAddress: string;
  addressSource: "typed" | AddressSource;
  state: SendingState;
  providerId: string | null;
  errorCode: string | null;
  attempts: number;
  claimId: string | null;
  createdAt: Date;
  claimedAt: Date | null;
};
