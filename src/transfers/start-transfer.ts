import type { CallCommands } from "../calls/call-commands.ts";
import { notNow } from "../calls/call-commands.ts";
import { insertCommand } from "../calls/command-store.ts";
import { refusalError } from "../cases/case-errors.ts";
import { tripleOfService } from "../cases/case-store.ts";
import { checkTransferStart } from "../cases/check-move.ts";
import { gatherFacts } from "../cases/moves/case-facts-store.ts";
import { refuseForeignDraft } from "../cases/moves/move-case.ts";
import { lockVisibleFamily } from "../cases/visibility/visible-case.ts";
import { inTransaction, isUniqueViolation } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { usableCheck } from "./availability/check-availability.ts";
import { insertTransfer, liveTransferOf, type NewTransfer, nameOfOffice, withdrawTransfer } from "./transfer-store.ts";

export type OfficeWish = { officeId: string; checkId: string | null };
export type Started = { transferId: string; callId: string; caseId: string };

/**
 * The operator's command to ring an office: in a consultation the operator speaks first, in a contextual transfer the
 * citizen is joined at once. Both name a positive check of that office, at most 60 s old (REQ 3.3); the transfer also
 * needs a case that may become Trasferito (REQ 3.2, 3.4). The row and the command are written as one.
 * @throws AppError rule_violated, wrong_state (no such talk, or a transfer already), taken_by_other (phone in use)
 */
export async function ringOfficeFor(
  { pool, commands }: { pool: Pool; commands: CallCommands },
  person: SignedInPerson,
  callId: string,
  kind: "consult" | "contextual",
  wish: OfficeWish,
): Promise<Started> {
  return startTransfer(pool, commands, person, callId, async (client) => {
    const check = await usableCheck(client, wish.checkId, wish.officeId, callId);
    if (kind === "contextual") await refuseUnready(client, person, check.caseId, check.officeId, check.ageSeconds);
    return {
      ...{ callId, kind, caseId: check.caseId, operatorId: person.id, officeId: check.officeId },
      ...{ personId: check.personId, entryId: null, checkId: check.id, checkAgeSeconds: check.ageSeconds },
      ...{ endpoint: `PJSIP/${check.account}`, targetName: await nameOfOffice(client, check.officeId) },
      ...{ numberToTell: null, voicemail: "trust" },
    };
  });
}

/** What a complete would be refused for, told as the rule says; the machine checks again under lock. */
export async function checkComplete(pool: Pool, person: SignedInPerson, callId: string): Promise<void> {
  const transfer = await liveTransferOf(pool, callId);
  if (!transfer || transfer.operatorId !== person.id || transfer.officeId === null) throw notNow();
  const { caseId, officeId, checkAgeSeconds } = transfer;
  await inTransaction(pool, (client) => refuseUnready(client, person, caseId, officeId, checkAgeSeconds));
}

/** Shared with the switchboard: `prepare` checks and describes, in the transaction that writes row and command. */
export async function startTransfer(
  pool: Pool,
  commands: CallCommands,
  person: SignedInPerson,
  callId: string,
  prepare: (client: Queryable) => Promise<NewTransfer>,
): Promise<Started> {
  const { started, commandId } = await written(pool, person, callId, prepare);
  try {
    await commands.outcome(commandId);
  } catch (error) {
    // Nobody took it up: the wish must not block the next one.
    if (await withdrawTransfer(pool, started.transferId)) throw error;
  }
  return started;
}

async function written(
  pool: Pool,
  person: SignedInPerson,
  callId: string,
  prepare: (client: Queryable) => Promise<NewTransfer>,
): Promise<{ started: Started; commandId: string }> {
  try {
    return await inTransaction(pool, async (client) => {
      const wish = await prepare(client);
      const transferId = await insertTransfer(client, wish);
      if (!transferId) throw notNow();
      const kind = wish.kind === "consult" ? "consult" : "transfer";
      const commandId = await insertCommand(client, callId, person.id, kind, { transferId });
      if (!commandId) throw notNow();
      return { started: { transferId, callId, caseId: wish.caseId }, commandId };
    });
  } catch (error) {
    if (isUniqueViolation(error, "transfers_one_live_a_call")) throw alreadyPassedOn();
    if (isUniqueViolation(error, "transfers_one_live_a_phone")) throw phoneInUse();
    throw error;
  }
}

async function refuseUnready(
  client: Queryable,
  person: SignedInPerson,
  caseId: string,
  officeId: string,
  checkAgeSeconds: number | null,
): Promise<void> {
  const { self, parent } = await lockVisibleFamily(client, person, caseId, null);
  refuseForeignDraft(self, person);
  const asker = { personId: person.id, officeIds: person.officeIds };
  const around = { positiveAvailabilityCheckAgeSeconds: checkAgeSeconds };
  const facts = await gatherFacts(client, self, parent, asker, around);
  const refused = checkTransferStart({ ...facts, role: "operator" });
  if (refused) throw refusalError(refused);
  const competent = self.serviceId && (await tripleOfService(client, self.serviceId, self.reason));
  if (competent && competent.officeId === officeId) return;
  throw new AppError("rule_violated", "Another office answers for this service", {
    rule: "REQ 0, 3.2",
    refusal: "not_the_competent_office",
    it: "Per questo servizio è competente un altro ufficio.",
    insteadIt: "Controllare la disponibilità dell'ufficio competente, poi trasferire.",
  });
}

function alreadyPassedOn(): AppError {
  return new AppError("wrong_state", "The call is being passed on already", {
    refusal: "transfer_under_way",
    it: "La chiamata è già in fase di trasferimento.",
    insteadIt: "Riprenda il cittadino in linea, poi riprovi.",
  });
}

function phoneInUse(): AppError {
  return new AppError("taken_by_other", "Another transfer rings this phone", {
    refusal: "phone_in_use",
    it: "Un altro operatore sta già chiamando questo interno.",
    insteadIt: "Ripeta il controllo di disponibilità o assegni il caso.",
  });
}
