import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { appendHistory } from "./case-history-store.ts";
import type { CaseRecord } from "./case-record.ts";
import { type ContactChoice, insertDraft, ownContact } from "./case-store.ts";
import { actorOf } from "./visibility/visible-case.ts";

/**
 * A further draft in the same contact: two requests in one call are two cases (REQ 0). Without a choice it is
 * the call that the operator is in, or is winding up.
 * @throws rule_violated when the operator talked in no such call.
 */
export async function openCase(pool: Pool, person: SignedInPerson, choice: ContactChoice): Promise<CaseRecord> {
  return inTransaction(pool, async (client) => {
    const contact = await ownContact(client, person.id, choice);
    if (!contact) throw noContact();
    const record = await insertDraft(client, { ...contact, ownerId: person.id });
    await appendHistory(
      client,
      record.id,
      actorOf(person),
      "opened",
      { callId: contact.callId },
      { from: null, to: record },
    );
    return record;
  });
}

export function noContact(): AppError {
  return new AppError("rule_violated", "A case is opened in a contact of one's own", {
    rule: "REQ 0",
    refusal: "no_contact",
    it: "Un caso si apre durante un contatto con il cittadino.",
    insteadIt: "Aprire il caso durante la chiamata o nel post-chiamata.",
  });
}
