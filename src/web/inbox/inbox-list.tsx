import type { CaseLine } from "../api/api-types.ts";
import { StatusChip } from "../form/status-chip.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useSpeech } from "../texts/texts.tsx";

type InboxListProps = { place: string; lines: CaseLine[]; shownId: string | null };

export function InboxList({ place, lines, shownId }: InboxListProps) {
  const { texts: t, language } = useSpeech();
  return (
    <ul className="inbox-list">
      {lines.map((line) => (
        <li key={line.id}>
          <a href={hashOf(place, line.id)} aria-current={line.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{line.number}</strong>
              <span>{line.reason ? t.cases.reason[line.reason] : "—"}</span>
              <time dateTime={line.openedAt}>{sayWhen(line.openedAt, language)}</time>
            </span>
            <span className="inbox-line-request">{line.request || line.serviceName || ""}</span>
            <span className="inbox-line-end">
              <StatusChip status={line.status} attribute={line.attribute} />
              <small>
                {line.takenBy
                  ? `${t.cases.inbox.takenBy}: ${line.takenBy.name}`
                  : (line.citizenName ?? line.serviceName)}
              </small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
