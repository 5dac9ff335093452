import type { CallCommands } from "../calls/call-commands.ts";
import type { CaseRecord } from "../cases/case-record.ts";
import { refuseForeignDraft } from "../cases/moves/move-case.ts";
import { lockVisibleFamily } from "../cases/visibility/visible-case.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { type Started, startTransfer } from "../transfers/start-transfer.ts";
import { type DirectoryTarget, directoryTarget } from "./directory-target.ts";
import { dialRefusal } from "./toll-fraud.ts";

/**
 * The switchboard's blind transfer (REQ 7.2): the case is registered first, no availability check, no case moves; it
 * is watched until a human answers, and whatever else happens brings the citizen back with the number to tell (7.3).
 * @throws AppError rule_violated (case not registered, entry closed, number not to be dialled), wrong_state, not_found
 */
export async function directTransfer(
  { pool, commands }: { pool: Pool; commands: CallCommands },
  person: SignedInPerson,
  callId: string,
  wish: { entryId: string; caseId: string },
): Promise<Started> {
  return startTransfer(pool, commands, person, callId, async (client) => {
    const { self } = await lockVisibleFamily(client, person, wish.caseId, null);
    refuseForeignDraft(self, person);
    const target = await directoryTarget(client, wish.entryId, new Date());
    refuseUnregistered(self, target);
    if (target.closedUntil) throw closed(target);
    return {
      ...{ callId, caseId: self.id, kind: "blind", operatorId: person.id, officeId: null, personId: null },
      ...{ entryId: target.entryId, checkId: null, checkAgeSeconds: null, endpoint: endpointOf(target) },
      ...{ targetName: target.name, numberToTell: spoken(target), voicemail: target.voicemailPolicy },
    };
  });
}

/** Case first: agency, the switchboard's mark, information (REQ 7.2). */
function refuseUnregistered(self: CaseRecord, target: DirectoryTarget): void {
  const ready = self.status === "draft" && self.switchboard && self.reason === "information";
  if (ready && self.agencyId === target.agencyId) return;
  throw new AppError("rule_violated", "The switchboard's case is registered before the transfer", {
    rule: "REQ 7.2 (§8)",
    refusal: "switchboard_case_first",
    it: "Prima del trasferimento va registrato il caso di centralino, con l'ente della voce di rubrica.",
    insteadIt: "Indicare l'ente e contrassegnare il caso come centralino, poi trasferire.",
  });
}

function endpointOf(target: DirectoryTarget): string {
  if ("account" in target.dial) return `PJSIP/${target.dial.account}`;
  const refused = dialRefusal(target.dial.e164);
  if (refused === null) return `PJSIP/${target.dial.e164}@trunk`;
  throw new AppError("rule_violated", "This number is not dialled", {
    rule: "REQ 7",
    refusal: `number_${refused}`,
    it: "Il numero di questa voce non può essere chiamato da qui.",
    insteadIt: "Segnalare la voce di rubrica come errata.",
  });
}

function closed(target: DirectoryTarget): AppError {
  return new AppError("rule_violated", "The directory's entry is out of hours", {
    rule: "REQ 7.3 (§8)",
    refusal: "entry_closed",
    it: "L'ufficio è chiuso in questo momento.",
    insteadIt: "Comunicare al cittadino il numero e l'orario.",
    extra: { until: target.closedUntil?.until ?? null, numberToTell: spoken(target) },
  });
}

function spoken({ told }: DirectoryTarget): string | null {
  if (!told) return null;
  return told.extension ? `${told.e164} int. ${told.extension}` : told.e164;
}
