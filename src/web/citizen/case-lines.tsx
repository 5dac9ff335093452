import type { ReactNode } from "react";
import type { CaseLine } from "../api/api-types.ts";
import { StatusChip } from "../form/status-chip.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

type CaseLinesProps = { lines: CaseLine[]; empty: string; actions?: (line: CaseLine) => ReactNode };

/** Earlier cases, one line each: number, when, reason, where it stands; below it what can be done with it. */
export function CaseLines({ lines, empty, actions }: CaseLinesProps) {
  const { texts: t, language } = useSpeech();
  if (lines.length === 0) return <p className="empty-line">{empty}</p>;
  return (
    <ul className="case-lines">
      {lines.map((line) => (
        <li key={line.id}>
          <p className="case-line-top">
            <strong>{line.number}</strong>
            <span>{sayWhen(line.openedAt, language)}</span>
          </p>
          <p className="case-line-words">
            {line.reason ? t.cases.reason[line.reason] : "—"}
            {line.serviceName && <span> · {line.serviceName}</span>}
          </p>
          <StatusChip status={line.status} attribute={line.attribute} />
          {actions?.(line)}
        </li>
      ))}
    </ul>
  );
}
