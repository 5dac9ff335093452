import type { CaseDraft } from "./case-draft.ts";

const drafts = new Set<CaseDraft>();

/** Drafts that lie open in this page, so that signing out can wait for their last words. */
export function keepOpen(draft: CaseDraft): () => void {
  drafts.add(draft);
  return () => drafts.delete(draft);
}

/** @returns true when the server has everything that was typed. */
export async function flushOpenDrafts(): Promise<boolean> {
  const sent = await Promise.all([...drafts].map((draft) => draft.flush()));
  return sent.every(Boolean);
}
