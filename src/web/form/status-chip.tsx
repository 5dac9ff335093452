import type { CaseStatus, CommunicationAttribute } from "../../cases/case.ts";
import { useTexts } from "../texts/texts.tsx";

const tone: Record<CaseStatus, string> = {
  draft: "draft",
  resolved_l1: "done",
  resolved_l2: "answered",
  assigned: "office",
  transferred: "office",
  assigned_resolved: "done",
  rejected: "back",
  suspended: "paused",
  cancelled: "void",
  unresolvable: "void",
};

/** Status and attribute of a case as one chip: colour for the eye, words for everybody. */
export function StatusChip({ status, attribute }: { status: CaseStatus; attribute?: CommunicationAttribute | null }) {
  const { cases } = useTexts();
  return (
    <span className={`status-chip status-${tone[status]}`}>
      {cases.status[status]}
      {attribute && ` · ${cases.attribute[attribute]}`}
    </span>
  );
}
