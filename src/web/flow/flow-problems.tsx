import type { Problem } from "../api/api-problem.ts";
import { Icon } from "../shell/icon.tsx";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

export type FlowFault = { node: string; it: string; en: string };

/** What keeps the flow from being published: rules name their node, wrong members tell it by their path. */
export function faultsOf(problem: Problem | null): FlowFault[] {
  const { problems, errors } = problem?.body ?? {};
  if (Array.isArray(problems)) return problems as FlowFault[];
  if (!Array.isArray(errors)) return [];
  return (errors as { path?: string; it?: string }[]).map(({ path = "", it = "" }) => {
    const [, node = "", member = ""] = /^document\.nodes\.([^.[]+)\.?(.*)$/.exec(path) ?? [];
    const words = node ? `«${node}» ${member}: ${it}` : `${path}: ${it}`;
    return { node, it: words, en: words };
  });
}

type FlowProblemsProps = { faults: FlowFault[]; onShow: (node: string) => void };

export function FlowProblems({ faults, onShow }: FlowProblemsProps) {
  const { flow: t } = useScreenTexts();
  const { language } = useSpeech();
  return (
    <div role="alert" className="notice notice-danger flow-problems">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{t.problems}</strong>
        </p>
        <ul>
          {faults.map((fault, index) => (
            <li key={index}>
              {language === "it" ? fault.it : fault.en}{" "}
              {fault.node && (
                <button type="button" className="link-button" onClick={() => onShow(fault.node)}>
                  {t.goToNode(fault.node)}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
