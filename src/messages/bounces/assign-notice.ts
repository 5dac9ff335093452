import { tellDesks } from "../../cases/case-news-store.ts";
import { moverOf } from "../../cases/moves/move-case.ts";
import { lockVisibleFamily } from "../../cases/visibility/visible-case.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { failSending } from "../email/fail-sending.ts";
import { readSending } from "../outbox/outbox-store.ts";
import { handleNotice, lockNotice, sendingOfMark } from "./bounce-store.ts";

/** A person says which sending an open notice is about (REQ 6.4); the case follows as with a matched one. */
export async function assignNotice(
  pool: Pool,
  person: SignedInPerson,
  noticeId: string,
  to: { messageId: string; try: number },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const sendingId = await sendingOfMark(client, to.messageId, to.try);
    const sending = sendingId === null ? null : await readSending(client, sendingId);
    if (sending?.kind !== "email") throw noSuchNotice();
    await lockVisibleFamily(client, person, sending.caseId, null);
    const notice = await openNotice(client, noticeId);
    await handleNotice(client, noticeId, { state: "assigned", sendingId: sending.id, personId: person.id });
    const failure = {
      state: "undelivered" as const,
      code: notice.statusCode ?? "bounce",
      detail: notice.diagnostic ?? notice.subject ?? "returned",
    };
    await tellDesks(client, person.id, await failSending(client, sending.id, failure, "by_hand", moverOf(person)));
  });
}

/** Nothing of ours: the box is tidied, no case is touched. */
export async function dismissNotice(pool: Pool, person: SignedInPerson, noticeId: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await openNotice(client, noticeId);
    await handleNotice(client, noticeId, { state: "dismissed", sendingId: null, personId: person.id });
  });
}

async function openNotice(client: Queryable, noticeId: string) {
  const notice = await lockNotice(client, noticeId);
  if (!notice) throw noSuchNotice();
  if (notice.state === "open") return notice;
  throw new AppError("taken_by_other", "The notice was handled already", {
    it: "Un'altra persona ha già trattato questo avviso.",
  });
}

function noSuchNotice(): AppError {
  return new AppError("not_found", "There is no such notice or sending", { it: "Avviso o invio inesistente." });
}
