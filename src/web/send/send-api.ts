import type { EmailPart, MessageKind, SendingState, SmsText } from "../../messages/message.ts";
import { query } from "../api/api-client.ts";
import type { Language, Page } from "../api/api-types.ts";
import { client } from "../api/desk-api.ts";
import { onceKey } from "../api/once-key.ts";

/** Why something is not offered: the server's own rule, in both languages. */
export type SendRefusal = { code: string; rule: string; it: string; en: string; insteadIt: string };

export type SmsOption = { text: SmsText } & (
  | { refusal: SendRefusal }
  | { refusal: null; body: string; segments: number; limit: number; units: number; encoding: string }
);
export type SendableDocument = { id: string; name: string; sizeBytes: number };
export type EmailOption = {
  refusal: SendRefusal | null;
  templates: { id: string; name: string; language: Language }[];
  parts: EmailPart[];
  documents: SendableDocument[];
  addresses: string[];
  maxAttachmentBytes: number;
};
export type SendOptions = {
  sms: { texts: SmsOption[]; consent: { version: string; it: string; en: string } };
  email: EmailOption;
};

export type SentTry = {
  id: string;
  try: number;
  toAddress: string;
  addressSource: "typed" | "declared" | "citizen";
  state: SendingState;
  errorCode: string | null;
  errorDetail: string | null;
  errorIt: string | null;
  personName: string;
  createdAt: string;
};
export type SentMessage = {
  id: string;
  kind: MessageKind;
  state: SendingState;
  sendings: number;
  resendRefused: string | null;
  textKind: SmsText | null;
  subject: string | null;
  body: string;
  files: { documentId: string; name: string }[];
  list: SentTry[];
};

export type Address = { source: "citizen" | "declared"; address: string };
export type EmailChoice = { templateId: string; parts: EmailPart[]; documents: string[] };
export type EmailPreview = { subject: string; body: string; documents: SendableDocument[] };

export type OpenNotice = {
  id: string;
  receivedAt: string;
  verdict: string;
  recipient: string | null;
  diagnostic: string | null;
  subject: string | null;
  excerpt: string | null;
  guess: { messageId: string; try: number; caseNumber: number; toAddress: string } | null;
};

const send = <T>(path: string, body: unknown): Promise<T> =>
  client.call<T>(path, { method: "POST", body, idempotencyKey: onceKey() });

/** Requests of the tab "Invia". */
export const sendApi = {
  options: (caseId: string) => client.call<SendOptions>(`/cases/${caseId}/message-options`),
  sent: (caseId: string) => client.call<Page<SentMessage>>(`/cases/${caseId}/messages`),
  preview: (caseId: string, { templateId, parts, documents }: EmailChoice, signal: AbortSignal) =>
    client.call<EmailPreview>(
      `/cases/${caseId}/email-preview${query({ templateId, parts: parts.join(","), documents: documents.join(",") })}`,
      { signal },
    ),
  email: (caseId: string, choice: EmailChoice, to: Address) =>
    send<SentMessage>(`/cases/${caseId}/emails`, { ...choice, to }),
  sms: (caseId: string, text: SmsText, number: string, textVersion: string) =>
    send<SentMessage>(`/cases/${caseId}/sms`, { text, number, consent: { textVersion } }),
  resend: (messageId: string, to: Address) => send<SentMessage>(`/messages/${messageId}/resend`, { to }),
  notices: () => client.call<Page<OpenNotice>>(`/bounces${query({ limit: 20 })}`),
  assignNotice: (id: string, messageId: string, number: number) =>
    client.call<unknown>(`/bounces/${id}/assign`, { method: "POST", body: { messageId, try: number } }),
  dismissNotice: (id: string) => client.call<unknown>(`/bounces/${id}/dismiss`, { method: "POST" }),
};
