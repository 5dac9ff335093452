import type { Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import { nextOpening } from "../ivr/hours/opening-hours.ts";
import { numberToTell, type ToldNumber, type VoicemailPolicy } from "./directory.ts";
import { calendarsOfEntries, readEntry } from "./directory-store.ts";

/** What a direct transfer needs of an entry; never sent to a page, since the number may be confidential. */
export type DirectoryTarget = {
  entryId: string;
  agencyId: string;
  name: string;
  /** A phone of this Asterisk, or a number over the trunk; the extension is not dialled, it is told. */
  dial: { account: string } | { e164: string };
  voicemailPolicy: VoicemailPolicy;
  /** What the operator may tell the citizen when nobody answers. */
  told: ToldNumber | null;
  /** Out of hours: when it opens, or that no hours come; null when open or when no hours are known. */
  closedUntil: { until: Date | null } | null;
};

/**
 * Whom a direct transfer calls (REQ 7.2, 7.3).
 * @throws AppError not_found (no such entry in use, or its agency does not subscribe)
 */
export async function directoryTarget(db: Queryable, entryId: string, now: Date): Promise<DirectoryTarget> {
  const entry = await readEntry(db, entryId);
  if (!entry) {
    throw new AppError("not_found", "There is no such directory entry", { it: "Voce di rubrica inesistente." });
  }
  const calendar = (await calendarsOfEntries(db, [entry])).get(entry.calendarId ?? "");
  const opens = calendar ? nextOpening(calendar, now) : now;
  const dial = entry.account === null ? { e164: entry.phone ?? "" } : { account: entry.account };
  return {
    entryId,
    agencyId: entry.agencyId,
    name: entry.name,
    dial,
    voicemailPolicy: entry.voicemailPolicy,
    told: numberToTell(entry),
    closedUntil: opens?.getTime() === now.getTime() ? null : { until: opens },
  };
}
