import type { Queryable } from "../../database/pool.ts";

export type EmailTemplate = {
  id: string;
  code: string;
  language: "it" | "en";
  name: string;
  reasons: string[];
  subject: string;
  body: string;
  version: number;
};

const columns = "t.id, t.code, t.language, t.name, t.reasons, t.subject, t.body, t.version";

/** The prepared ones: no e-mail leaves without (REQ 6.1). */
export async function listTemplates(db: Queryable, reason: string | null): Promise<EmailTemplate[]> {
  const { rows } = await db.query<EmailTemplate>(
    `select ${columns} from email_templates t where t.disabled_at is null and ($1::text is null or $1 = any(t.reasons))
    order by t.language desc, t.name, t.id`,
    [reason],
  );
  return rows;
}

export async function readTemplate(db: Queryable, id: string): Promise<EmailTemplate | null> {
  const { rows } = await db.query<EmailTemplate>(
    `select ${columns} from email_templates t where t.id = $1 and t.disabled_at is null`,
    [id],
  );
  return rows[0] ?? null;
}

export type CardTexts = {
  id: string;
  version: number;
  who: string;
  where: string;
  when: string;
  how: string;
  smsText: string;
  workDoneText: string;
  answers: { reason: string; language: string; text: string }[];
  title: string;
};

/**
 * The published card that speaks for this case: the one chosen in it, else one read in it, else one of its service
 * (a case that was assigned because no card answered). `needs` names the text that must be there.
 */
export async function cardForCase(
  db: Queryable,
  caseId: string,
  needs: "sms_text" | "work_done_text" | "title" = "title",
): Promise<CardTexts | null> {
  const { rows } = await db.query<CardTexts>(
    `select c.id, v.version, v.title, v.who, v.where_text as "where", v.when_text as "when", v.how,
      v.sms_text as "smsText", v.work_done_text as "workDoneText", v.answers
    from cases s join cards c on c.service_id = s.service_id
      join card_versions v on v.card_id = c.id and v.version = c.published_version
      left join case_cards k on k.case_id = s.id and k.card_id = c.id
    where s.id = $1 and btrim(v.${needs}) <> ''
    order by coalesce(k.chosen, false) desc, k.at desc nulls last, c.code, v.version limit 1`,
    [caseId],
  );
  return rows[0] ?? null;
}

export type CaseWords = {
  number: number;
  agency: string | null;
  service: string | null;
  firstName: string | null;
  lastName: string | null;
  calledAt: Date;
};

export async function caseWords(db: Queryable, caseId: string): Promise<CaseWords> {
  const { rows } = await db.query<CaseWords>(
    `select s.number, a.name as agency, v.name as service, z.first_name as "firstName", z.last_name as "lastName",
      s.opened_at as "calledAt"
    from cases s left join agencies a on a.id = s.agency_id left join services v on v.id = s.service_id
      left join citizens z on z.id = s.citizen_id
    where s.id = $1`,
    [caseId],
  );
  return rows[0]!;
}

export async function generalAnswer(db: Queryable, reason: string, language: string): Promise<string | null> {
  const { rows } = await db.query<{ text: string }>(
    "select text from standard_answers where reason = $1 and language = $2",
    [reason, language],
  );
  return rows[0]?.text ?? null;
}
