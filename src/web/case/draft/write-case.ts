import { isProblem, Problem } from "../../api/api-problem.ts";
import type { CaseRow } from "../../api/api-types.ts";
import type { CaseDraft } from "./case-draft.ts";

/** @throws Problem unsaved, when what is typed can not reach the server now or waits for a person's decision. */
export async function sendTyped(draft: CaseDraft): Promise<void> {
  if (await draft.flush()) return;
  throw draft.snapshot().problem ?? new Problem(0, { code: "unsaved" });
}

/**
 * A write of its own beside the autosave: what is typed goes first, then `write` at the stored version. A version that
 * moved on meanwhile is read again, once.
 */
export async function writeCase(
  draft: CaseDraft,
  write: (id: string, version: number) => Promise<CaseRow>,
): Promise<CaseRow> {
  await sendTyped(draft);
  const once = async (): Promise<CaseRow> => {
    const { id, version } = draft.snapshot().view;
    const row = await write(id, version);
    draft.adopt(row);
    return row;
  };
  try {
    return await once();
  } catch (error) {
    if (!isProblem(error) || error.status !== 412) throw error;
    await draft.refresh();
    return once();
  }
}
