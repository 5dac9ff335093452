import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import { hasRole, type SignedInPerson } from "../../people/person.ts";
import { writeAudit } from "../../people/person-store.ts";
import { refuseOutOfScope } from "../cards/card.ts";
import { type GeneralAnswer, listGeneralAnswers, updateGeneralAnswer } from "./standard-answer-store.ts";

/** The knowledge editor's new words for a reason (REQ 2). @throws stale_version with the text as it is now, out_of_scope */
export async function changeGeneralAnswer(
  pool: Pool,
  person: SignedInPerson,
  answer: GeneralAnswer,
): Promise<GeneralAnswer> {
  refuseOutOfScope(hasRole(person, "knowledge_editor"));
  const { reason, language } = answer;
  return inTransaction(pool, async (client) => {
    const changed = await updateGeneralAnswer(client, answer);
    if (!changed) {
      const all = await listGeneralAnswers(client);
      const current = all.find((one) => one.reason === reason && one.language === language);
      throw new AppError("stale_version", "The text was changed meanwhile", {
        it: "Il testo è stato modificato nel frattempo.",
        insteadIt: "Confrontarlo e salvare di nuovo.",
        extra: { currentVersion: current?.version, current },
      });
    }
    await writeAudit(client, {
      personId: person.id,
      actor: person.login,
      action: "standard_answer.edit",
      subjectKind: "standard_answer",
      subjectId: `${reason}/${language}`,
    });
    return changed;
  });
}
