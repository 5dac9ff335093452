import { noSuchCase, refuse } from "../../cases/case-errors.ts";
import { type CaseNews, tellDesks } from "../../cases/case-news-store.ts";
import type { LockedFamily } from "../../cases/case-store.ts";
import { moveLocked, moverOf } from "../../cases/moves/move-case.ts";
import { MAX_SENDINGS } from "../../cases/rules/case-conditions.ts";
import { lockVisibleFamily } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { AddressSource } from "../message.ts";
import { refuseMessage } from "../message-errors.ts";
import { type MessageView, messageView } from "../message-store.ts";
import { type AddressWish, settleAddress } from "./email-address.ts";
import { addressesOfCitizen, caseOfMessage, countSending, lockEmail, type StoredEmail } from "./email-store.ts";
import { endUndeliverableTask } from "./fail-sending.ts";
import { queueSending } from "./send-email.ts";

/**
 * Sends the same e-mail again, as a rule after its address was corrected in the citizen record (REQ 6.3-6.5). At most
 * three sendings by people, counted under the message's lock: of any number at once exactly the missing ones leave.
 * Without `to` it goes where it went before if the record still has that address, else to the record's newest.
 * @throws rule_violated `sendings_exhausted` for the fourth
 */
export async function resendEmail(
  pool: Pool,
  person: SignedInPerson,
  messageId: string,
  to: AddressWish | null,
): Promise<MessageView> {
  return inTransaction(pool, async (client) => {
    const caseId = await caseOfMessage(client, messageId);
    if (!caseId) throw noSuchCase();
    const family = await lockVisibleFamily(client, person, caseId, null);
    const message = (await lockEmail(client, messageId))!;
    if (message.kind !== "email") throw refuseMessage("resend_only_email");
    if (message.sendings >= MAX_SENDINGS || !(await countSending(client, messageId, message.sendings))) {
      throw refuse("sendings_exhausted");
    }
    const citizenId = family.self.citizenId ?? family.parent?.citizenId ?? null;
    const wish = to ?? (await usualAddress(client, citizenId, message));
    const { address } = await settleAddress(client, person, family.self, citizenId, wish);
    const news = await toldAgain(client, person, family, message);
    await queueSending(client, person, {
      ...{ caseId, messageId, try: message.sendings + 1, toAddress: address, addressSource: wish.source },
    });
    const view = await messageView(client, messageId);
    await tellDesks(client, person.id, [...news, { kind: "case", caseId, what: "message" }]);
    return view!;
  });
}

async function usualAddress(db: Queryable, citizenId: string | null, message: StoredEmail): Promise<AddressWish> {
  const source: AddressSource = "citizen";
  const known = citizenId === null ? [] : await addressesOfCitizen(db, citizenId);
  const address = known.includes(message.lastAddress) ? message.lastAddress : known[0];
  if (!address) throw refuseMessage("address_not_in_record");
  return { source, address };
}

/** After a bounce the new sending makes the case Comunicato again and its task done (REQ 4). */
async function toldAgain(
  client: Queryable,
  person: SignedInPerson,
  family: LockedFamily,
  message: StoredEmail,
): Promise<CaseNews[]> {
  const mover = moverOf(person);
  const news = await endUndeliverableTask(client, family.self.id, mover);
  if (family.self.status !== "resolved_l1" || family.self.attribute !== "not_communicated") return news;
  const wish = { to: "resolved_l1", attribute: "communicated" } as const;
  const moved = await moveLocked(client, mover, family, wish, { resending: true, sendings: message.sendings });
  family.self = moved.record;
  return [...news, ...moved.news];
}
