import type { CaseFacts } from "../../cases/case-facts.ts";
import type { CaseRecord } from "../../cases/case-record.ts";
import { checkMobile, type NotMobile } from "../../citizens/phone-number.ts";
import { AppError } from "../../errors.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import type { SmsText } from "../message.ts";
import { type MessageRefusal, refuseMessage } from "../message-errors.ts";

export const SMS_PER_PERSON_AND_HOUR = 10;
export const SMS_PER_NUMBER_AND_DAY = 3;

export type SmsFacts = Pick<
  CaseFacts,
  "hasAnswer" | "spokeWithCitizen" | "sameCall" | "ownOffice" | "informationKinds"
> & { hasPhoneContact: boolean };

/**
 * Whether this person may send this text on this case now (REQ 5.1, 5.2), asked by the sending and by the page alike.
 * The who-where-when text sums up an answer that was spoken: on the draft, or within the wrap-up of the closed case;
 * the work-done text follows the second level's Risolto.
 */
export function smsRefusal(
  person: SignedInPerson,
  record: CaseRecord,
  facts: SmsFacts,
  text: SmsText,
): MessageRefusal | null {
  const ofOffice = hasRole(person, "office_agent") && facts.ownOffice;
  if (!ofOffice && !hasRole(person, "operator")) return "sms_only_own_case";
  if (!ofOffice && !facts.hasPhoneContact) return "no_phone_contact";
  if (text === "work-done") return record.status === "resolved_l2" ? null : "sms_work_not_done";
  const asksWhoWhereWhen = facts.informationKinds.includes("who_where_when");
  if (record.reason !== "information" || record.switchboard || !asksWhoWhereWhen) return "sms_only_information";
  if (!facts.hasAnswer) return "sms_after_spoken_answer";
  if (ofOffice) return null;
  if (!facts.spokeWithCitizen) return "sms_after_spoken_answer";
  if (record.status === "draft") return null;
  if (record.status !== "resolved_l1") return "sms_after_spoken_answer";
  return facts.sameCall ? null : "sms_too_late";
}

/** REQ 5.2: the number is typed each time and must be a mobile one. @throws rule_violated with which kind it is */
export function mobileNumber(raw: string): string {
  const checked = checkMobile(raw);
  if ("e164" in checked) return checked.e164;
  const refused: NotMobile = checked.refused;
  throw refuseMessage(refused);
}

/** @throws too_many_requests */
export function refuseTooMany(recent: { byPerson: number; toNumber: number }): void {
  if (recent.byPerson >= SMS_PER_PERSON_AND_HOUR) {
    throw tooMany(3_600, `Ha già inviato ${SMS_PER_PERSON_AND_HOUR} SMS in un'ora.`, "sms_rate_person");
  }
  if (recent.toNumber >= SMS_PER_NUMBER_AND_DAY) {
    const it = `A questo numero sono già stati inviati ${SMS_PER_NUMBER_AND_DAY} SMS in un giorno.`;
    throw tooMany(86_400, it, "sms_rate_number");
  }
}

function tooMany(retryAfterSeconds: number, it: string, refusal: string): AppError {
  return new AppError("too_many_requests", "Too many SMS", {
    ...{ rule: "REQ 5.3", refusal, it, insteadIt: "Comunicare le informazioni a voce.", retryAfterSeconds },
  });
}
