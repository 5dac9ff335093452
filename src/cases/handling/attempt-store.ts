import type { Queryable } from "../../database/pool.ts";
import type { Actor } from "../case-record.ts";

export const ATTEMPT_OUTCOMES = [
  "reached",
  "no_answer",
  "busy",
  "unreachable",
  "wrong_number",
  "refused",
  "undelivered",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export type AttemptInput = {
  channel: "phone" | "email" | "sms";
  outcome: AttemptOutcome;
  note: string | null;
  nextAttemptAt: Date | null;
  callId: string | null;
};

export type ContactAttempt = AttemptInput & { id: string; at: Date; afterAnswer: boolean };

/** One try to reach the citizen; whether it came after the stored answer is kept with it (REQ 4). */
export async function insertAttempt(
  db: Queryable,
  caseId: string,
  actor: Actor,
  attempt: AttemptInput,
): Promise<ContactAttempt> {
  const { rows } = await db.query<ContactAttempt>(
    `insert into contact_attempts (case_id, person_id, actor, channel, outcome, after_answer, note, next_attempt_at,
      call_id)
    select $1, $2, $3, $4, $5, s.answered_at is not null and s.answered_at <= clock_timestamp(), $6, $7, $8
    from cases s where s.id = $1
    returning id, at, channel, outcome, after_answer as "afterAnswer", note, next_attempt_at as "nextAttemptAt",
      call_id as "callId"`,
    [
      caseId,
      actor.personId,
      actor.name,
      attempt.channel,
      attempt.outcome,
      attempt.note,
      attempt.nextAttemptAt,
      attempt.callId,
    ],
  );
  return rows[0]!;
}
