import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { Citizen, CitizenFields } from "./citizen.ts";
import {
  closeMerge,
  emptyFilled,
  insertMerge,
  listMerges,
  lockCitizens,
  type MergeData,
  moveCases,
  moveContacts,
  readMerge,
  returnContacts,
  setMergedInto,
} from "./citizen-merge-store.ts";
import { auditCitizen, readCitizen, updateCitizen } from "./citizen-store.ts";
import { refuseMerged } from "./save-citizen.ts";

type Actor = { id: string; login: string };

/**
 * Makes two records of the same person one: the survivor gets the other's contacts, cases and missing fields; what was
 * moved is written down, so that `undoMerge` puts it back (issue B 6).
 * @throws stale_version when the survivor changed since it was read
 */
export async function mergeCitizens(
  pool: Pool,
  person: Actor,
  merge: { survivorId: string; mergedId: string; version: number },
): Promise<{ mergeId: string; citizen: Citizen }> {
  const { survivorId, mergedId } = merge;
  if (survivorId === mergedId) {
    throw new AppError("rule_violated", "A record can not be merged with itself", {
      refusal: "citizen_same",
      it: "Le due schede sono la stessa.",
      insteadIt: "Scegliere un'altra scheda.",
    });
  }
  return inTransaction(pool, async (client) => {
    await lockCitizens(client, [survivorId, mergedId]);
    const survivor = await readCitizen(client, survivorId);
    const merged = await readCitizen(client, mergedId);
    if (!survivor || !merged) throw new AppError("not_found", "There is no such citizen record");
    refuseMerged(survivor);
    refuseMerged(merged);
    if (survivor.version !== merge.version) {
      throw new AppError("stale_version", "The citizen record was changed meanwhile", {
        it: "La scheda anagrafica è stata modificata da un'altra persona.",
        insteadIt: "Rivedere la scheda e ripetere l'unione.",
        extra: { currentVersion: survivor.version, current: survivor },
      });
    }
    const filled = missingFields(survivor, merged);
    await updateCitizen(client, survivorId, filled);
    const contacts = await moveContacts(client, mergedId, survivorId);
    const caseIds = await moveCases(client, {
      from: mergedId,
      to: survivorId,
      only: null,
      person,
      cause: "citizen_merged",
    });
    await setMergedInto(client, mergedId, survivorId);
    const data: MergeData = { ...contacts, caseIds, filled };
    const mergeId = await insertMerge(client, { survivorId, mergedId, personId: person.id, data });
    await auditCitizen(client, person, "citizen.merge", survivorId, { mergedId, mergeId });
    return { mergeId, citizen: (await readCitizen(client, survivorId))! };
  });
}

/** Puts back what one merge moved; what was written on the survivor since stays there. Newer merges are undone first. */
export async function undoMerge(pool: Pool, person: Actor, mergeId: string): Promise<{ citizen: Citizen }> {
  return inTransaction(pool, async (client) => {
    const merge = await readMerge(client, mergeId);
    if (!merge) throw new AppError("not_found", "There is no such merge");
    await lockCitizens(client, [merge.survivorId, merge.mergedId]);
    if (merge.undoneAt) {
      throw new AppError("wrong_state", "The merge was undone already", {
        refusal: "merge_undone",
        it: "L'unione è già stata annullata.",
        insteadIt: "Ricaricare la scheda.",
      });
    }
    const newest = (await listMerges(client, merge.survivorId))[0];
    if (newest && newest.id !== merge.id) {
      throw new AppError("wrong_state", "A newer merge stands on this one", {
        refusal: "merge_not_newest",
        it: "Dopo questa unione ce n'è stata un'altra sulla stessa scheda.",
        insteadIt: "Annullare prima l'unione più recente.",
        extra: { mergeId: newest.id },
      });
    }
    await setMergedInto(client, merge.mergedId, null);
    await returnContacts(client, merge);
    await moveCases(client, {
      from: merge.survivorId,
      to: merge.mergedId,
      only: merge.data.caseIds,
      person,
      cause: "citizen_unmerged",
    });
    await emptyFilled(client, merge.survivorId, merge.data.filled);
    await closeMerge(client, mergeId, person.id);
    await auditCitizen(client, person, "citizen.unmerge", merge.survivorId, { mergedId: merge.mergedId, mergeId });
    return { citizen: (await readCitizen(client, merge.mergedId))! };
  });
}

function missingFields(survivor: Citizen, merged: Citizen): Partial<CitizenFields> {
  const filled: Partial<CitizenFields> = {};
  for (const name of ["firstName", "lastName", "taxCode", "note"] as const) {
    if (survivor[name] === null && merged[name] !== null) filled[name] = merged[name];
  }
  return filled;
}
