import { api } from "../../api/desk-api.ts";
import type { MissingKnowledge } from "../../api/work-types.ts";
import { ProblemMessage } from "../../form/problem-message.tsx";
import { useAction } from "../../form/use-action.ts";
import { useTexts } from "../../texts/texts.tsx";
import type { CaseDraft } from "../draft/case-draft.ts";
import type { OpenedCase } from "../draft/use-case.ts";
import { writeCase } from "../draft/write-case.ts";

/** The refusals of Non risolvibile under which a declaration still makes sense; the others forbid it altogether. */
const stillPossible = new Set(["missing_knowledge_not_declared", "request_missing", "information_kind_missing"]);

/** Whether the cards' lack is to be declared here: an information that may end as Non risolvibile (REQ 3.1). */
export function mayDeclare({ snapshot, legal }: OpenedCase): boolean {
  const { view, text } = snapshot;
  if (view.status !== "draft" || text.reason !== "information" || text.switchboard) return false;
  if (!view.editable.includes("missingKnowledge") || view.missingKnowledge !== null) return false;
  const end = legal?.moves.find(({ to }) => to === "unresolvable");
  return end !== undefined && (end.refusal === null || stillPossible.has(end.refusal.code));
}

/** Stores, or with null takes back, what the knowledge lacks. */
export function declareMissing(draft: CaseDraft, missing: MissingKnowledge | null): Promise<unknown> {
  return writeCase(draft, (id, version) => api.patchCase(id, version, { missingKnowledge: missing }));
}

/** The declaration from where the lack was met: the search without result, or the card that does not answer. */
export function DeclareButton({ opened, missing }: { opened: OpenedCase; missing: MissingKnowledge }) {
  const t = useTexts();
  const declare = useAction(() => declareMissing(opened.draft, missing));
  return (
    <>
      <button
        type="button"
        className="btn btn-outline-primary btn-sm"
        disabled={declare.busy}
        onClick={() => void declare.run()}
      >
        {missing.kind === "no_card" ? t.work.cards.noCard : t.work.cards.doesNotAnswer}
      </button>
      <ProblemMessage problem={declare.problem} />
    </>
  );
}
