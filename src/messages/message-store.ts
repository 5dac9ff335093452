import type { Queryable } from "../database/pool.ts";
import type { MessageKind, SendingState } from "./message.ts";

export type SendingView = {
  id: string;
  try: number;
  toAddress: string;
  addressSource: string;
  state: SendingState;
  errorCode: string | null;
  errorDetail: string | null;
  personName: string;
  createdAt: Date;
  sentAt: Date | null;
  endedAt: Date | null;
};

export type MessageView = {
  id: string;
  kind: MessageKind;
  caseId: string;
  createdAt: Date;
  personName: string;
  language: string;
  textKind: string | null;
  segments: number | null;
  consentVersion: string | null;
  consentAt: Date | null;
  subject: string | null;
  body: string;
  parts: string[];
  files: { documentId: string; name: string; mediaType: string }[];
  state: SendingState;
  sendings: number;
  list: SendingView[];
};

const view = `m.id, m.kind, m.case_id as "caseId", m.created_at as "createdAt", p.display_name as "personName",
  m.language, m.text_kind as "textKind", m.segments, m.consent_version as "consentVersion",
  m.consent_at as "consentAt", m.subject, m.body, m.parts, m.state, m.sendings,
  coalesce((select jsonb_agg(jsonb_build_object('documentId', f.document_id, 'name', f.name,
    'mediaType', f.media_type) order by f.position) from message_files f where f.message_id = m.id), '[]') as files,
  (select jsonb_agg(jsonb_build_object('id', d.id, 'try', d.try, 'toAddress', d.to_address,
    'addressSource', d.address_source, 'state', d.state, 'errorCode', d.error_code, 'errorDetail', d.error_detail,
    'personName', w.display_name, 'createdAt', d.created_at, 'sentAt', d.sent_at, 'endedAt', d.ended_at) order by d.try)
    from message_sendings d join people w on w.id = d.person_id where d.message_id = m.id) as list`;

/** A message with all its sendings, as the case shows it. */
export async function messageView(db: Queryable, messageId: string): Promise<MessageView | null> {
  const { rows } = await db.query<MessageView>(
    `select ${view} from messages m join people p on p.id = m.created_by_id where m.id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}

export async function messagesOfCase(db: Queryable, caseId: string): Promise<MessageView[]> {
  const { rows } = await db.query<MessageView>(
    `select ${view} from messages m join people p on p.id = m.created_by_id where m.case_id = $1
    order by m.created_at, m.id limit 100`,
    [caseId],
  );
  return rows;
}
