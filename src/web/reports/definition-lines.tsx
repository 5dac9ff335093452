import type { ReportKind } from "../../reports/report.ts";
import { definitions } from "../../reports/report-texts.ts";
import { useReportTexts } from "../texts/reports-catalogue.ts";
import { useSpeech } from "../texts/texts.tsx";

/** What a report counts, in the words that stand at the head of its files. */
export function DefinitionLines({ kind }: { kind: ReportKind }) {
  const t = useReportTexts();
  const { language } = useSpeech();
  return (
    <section className="screen-part" aria-labelledby="report-definition">
      <h3 id="report-definition">{t.definition}</h3>
      <ul>
        {definitions[kind][language].lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
