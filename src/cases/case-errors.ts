import { AppError } from "../errors.ts";
import type { HistoryRow } from "./case-history-store.ts";
import type { CaseRecord } from "./case-record.ts";
import { type Refusal, type RefusalCode, refusal } from "./refusal-texts.ts";

/** A refusal of the rules as the API's 422: which rule blocks and what to do instead, in both languages. */
export function refusalError(refused: Refusal): AppError {
  return new AppError("rule_violated", refused.en, {
    rule: refused.rule,
    refusal: refused.code,
    it: refused.it,
    insteadIt: refused.insteadIt,
    extra: { en: refused.en, insteadEn: refused.insteadEn },
  });
}

export function refuse(code: RefusalCode): AppError {
  return refusalError(refusal(code));
}

/** Not there and not visible are one answer (INTERFACE). */
export function noSuchCase(): AppError {
  return new AppError("not_found", "There is no such case", { it: "Caso inesistente o non visibile." });
}

/** 412 with what the reader of an older version has not seen. */
export function staleCase(current: CaseRecord, changes: HistoryRow[]): AppError {
  return new AppError("stale_version", "The case was changed meanwhile", {
    it: "Il caso è stato modificato nel frattempo.",
    insteadIt: "Confrontare le modifiche e salvare di nuovo.",
    extra: { currentVersion: current.version, current, changes },
  });
}

/** 409 that names who was faster. */
export function takenByOther(taker: { id: string; name: string } | null, at: Date | null): AppError {
  return new AppError("taken_by_other", "Another person has taken it", {
    it: taker ? `Già in carico a ${taker.name}.` : "Già in carico a un'altra persona.",
    extra: { takenBy: taker, takenAt: at },
  });
}

/** A word that the move's own list does not have, with the list (FAULTS I34). */
export function unknownWord(path: string, allowed: readonly string[]): AppError {
  return new AppError("rule_violated", `The value of ${path} is not in the list`, {
    it: `${path}: valore non ammesso (ammessi: ${allowed.join(", ")})`,
    extra: { errors: [{ path, code: "invalid_value", it: "valore non ammesso", allowed }] },
  });
}
