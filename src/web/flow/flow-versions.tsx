import { screenApi } from "../api/screen-api.ts";
import type { FlowDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useAction } from "../form/use-action.ts";
import { useLoaded } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

type FlowVersionsProps = { flow: FlowDetail; onLoad: ((document: unknown, version: number) => void) | null };

/** Who published what when; an old version comes back by being published again. */
export function FlowVersions({ flow, onLoad }: FlowVersionsProps) {
  const { flow: t, knowledge } = useScreenTexts();
  const { language } = useSpeech();
  const { value } = useLoaded(`${flow.id} ${flow.version}`, () => screenApi.flowVersions(flow.id), "flows");
  const load = useAction(async (version: number) => {
    const { document } = await screenApi.flowVersion(flow.id, version);
    onLoad?.(document, version);
  });
  return (
    <details className="blocked-list">
      <summary>{t.versions}</summary>
      <ul className="plain-list">
        {(value?.items ?? []).map(({ version, createdAt, createdBy }) => (
          <li key={version}>
            <strong>{knowledge.versionLine(version)}</strong>
            <span>{sayWhen(createdAt, language)}</span>
            <span>{createdBy?.displayName}</span>
            {onLoad && version !== flow.version && (
              <button type="button" className="link-button" disabled={load.busy} onClick={() => void load.run(version)}>
                {t.load}
                <span className="visually-hidden"> {knowledge.versionLine(version)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <ProblemMessage problem={load.problem} />
    </details>
  );
}
