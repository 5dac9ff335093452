import type { Queryable } from "../database/pool.ts";
import { insertNeed, type NeedActor } from "./information-need-store.ts";

/**
 * What an office's rejection for missing knowledge leaves behind: a draft that the office completes or drops
 * (REQ 3.8). Inside the caller's transaction.
 */
export async function openDraftNeed(
  db: Queryable,
  of: { caseId: string; agencyId: string; serviceId: string | null },
  by: NeedActor,
): Promise<string> {
  const about = { about: "missing", cardId: null, cardVersion: null, directoryEntryId: null } as const;
  return insertNeed(db, { ...about, ...of, state: "draft", text: "" }, by);
}
