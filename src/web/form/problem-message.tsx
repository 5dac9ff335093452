import type { Problem } from "../api/api-problem.ts";
import { Icon } from "../shell/icon.tsx";
import { type Texts, useSpeech } from "../texts/texts.tsx";

/** The sentence for people: the server's own where it wrote one for this language, otherwise the catalogue's. */
export function problemSentence(problem: Problem, texts: Texts, language: "it" | "en"): string {
  const known = texts.problem[problem.code as keyof Texts["problem"]];
  if (language === "it" && problem.it) return problem.it;
  return typeof known === "string" ? known : texts.problem[problem.status >= 500 ? "internal" : "rule_violated"];
}

/** An error beside what caused it, read out at once: what happened, which rule, what to do instead. */
export function ProblemMessage({ problem }: { problem: Problem | null }) {
  const { texts, language } = useSpeech();
  return (
    <div role="alert" className="problem-slot">
      {problem && (
        <div className="notice notice-danger">
          <Icon name="warning" />
          <p>
            {problemSentence(problem, texts, language)}
            {problem.rule && <span className="rule"> ({texts.problem.rule(problem.rule)})</span>}
            {language === "it" && problem.insteadIt && (
              <span className="instead">
                <strong>{texts.problem.instead}</strong> {problem.insteadIt}
              </span>
            )}
          </p>
        </div>
      )}
    </div>
  );
}
