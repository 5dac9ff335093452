import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { readFlowSurroundings, switchAgencyEmergency } from "../ivr-store.ts";
import type { AgencyEmergency } from "../run-flow.ts";

/**
 * Turns an agency's emergency announcement on or off, heard from the next call on (REQ 1.1). It asks for no version:
 * in an emergency the switch must work at the first try.
 * @throws AppError not_found, rule_violated when the prompt does not exist in both languages.
 */
export async function switchEmergency(
  pool: Pool,
  change: { agencyId: string; on: boolean; prompt: string | null },
  person: Pick<SignedInPerson, "id" | "login">,
): Promise<AgencyEmergency & { version: number }> {
  if (change.prompt !== null) await refuseUnknownPrompt(pool, change.prompt);
  const changed = await switchAgencyEmergency(pool, { ...change, personId: person.id, actor: person.login });
  if (!changed) throw new AppError("not_found", "There is no such agency");
  return changed;
}

async function refuseUnknownPrompt(pool: Pool, prompt: string): Promise<void> {
  const { promptNames } = await readFlowSurroundings(pool);
  if (promptNames.it.has(prompt) && promptNames.en.has(prompt)) return;
  throw new AppError("rule_violated", "The prompt does not exist in both languages", {
    rule: "REQ 1.1",
    it: "L'annuncio indicato non esiste in italiano e in inglese.",
    insteadIt: "Creare prima l'annuncio nelle due lingue, oppure lasciare l'annuncio generale.",
  });
}
