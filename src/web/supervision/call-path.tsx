import { screenApi } from "../api/screen-api.ts";
import type { CallDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { useLoaded } from "../list/use-list.ts";
import { sayDuration, sayNumber, sayWhen } from "../texts/said-dates.ts";
import { sayTime } from "../texts/said-days.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";
import { OutcomeTag } from "./calls-screen.tsx";

/** One call: its facts and its path from the first ring to the end, step by step. */
export function CallPath({ callId }: { callId: string }) {
  const shared = useTexts();
  const { value: call, problem } = useLoaded(callId, () => screenApi.call(callId));
  if (!call) {
    return problem ? <ProblemMessage problem={problem} /> : <p className="empty">{shared.common.loading}</p>;
  }
  return (
    <>
      <div className="screen-head">
        <h2>{call.callerE164 ? sayNumber(call.callerE164) : shared.call.anonymous}</h2>
        <OutcomeTag call={call} />
      </div>
      <CallFacts call={call} />
      <CallSteps call={call} />
    </>
  );
}

function CallFacts({ call }: { call: CallDetail }) {
  const { calls: t } = useScreenTexts();
  const { texts, language } = useSpeech();
  const between = (from: string | null, to: string | null) =>
    from && to ? sayDuration((Date.parse(to) - Date.parse(from)) / 1_000) : "—";
  return (
    <dl className="figure-row call-facts">
      <div>
        <dt>{t.began}</dt>
        <dd>{sayWhen(call.startedAt, language)}</dd>
      </div>
      <div>
        <dt>{t.waited}</dt>
        <dd>{between(call.queuedAt, call.talkAt ?? call.endedAt)}</dd>
      </div>
      <div>
        <dt>{t.talk}</dt>
        <dd>{between(call.talkAt, call.endedAt)}</dd>
      </div>
      {call.case && (
        <div>
          <dt>{t.case}</dt>
          <dd>{texts.desk.caseNumber(call.case.number)}</dd>
        </div>
      )}
    </dl>
  );
}

type Step = { at: string; words: string; more: string };

function CallSteps({ call }: { call: CallDetail }) {
  const { calls: t } = useScreenTexts();
  const { value } = useLoaded("operators of calls", () => screenApi.operators());
  const nameOf = (personId: unknown): string =>
    value?.items.find((one) => one.personId === personId)?.displayName ?? "";
  const steps = stepsOf(call, t, nameOf);
  return (
    <section className="screen-part" aria-labelledby="call-path">
      <h2 id="call-path">{t.path}</h2>
      <ol className="timeline">
        {steps.map((step, index) => (
          <li key={index}>
            <time dateTime={step.at}>{sayTime(step.at, true)}</time>
            <span>
              <strong>{step.words}</strong>
              {step.more && <small> {step.more}</small>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

type CallTexts = ReturnType<typeof useScreenTexts>["calls"];

/** Events of the call in the order of time, in words. */
function stepsOf(call: CallDetail, t: CallTexts, nameOf: (personId: unknown) => string): Step[] {
  const kinds: Record<string, string> = t.steps;
  return call.timeline.map(({ at, kind, data }) => ({
    at,
    words: kinds[kind] ?? kind,
    more: [nameOf(data?.personId), ...plainWords(data, t)].filter(Boolean).join(" · "),
  }));
}

/** What a step carries besides people: outcomes by name, switches as words, the rest as it is. */
function plainWords(data: Record<string, unknown> | null, t: CallTexts): string[] {
  const outcomes: Record<string, string> = t.outcomes;
  return Object.entries(data ?? {}).flatMap(([name, value]) => {
    if (/id$/i.test(name) || value === null || typeof value === "object") return [];
    if (name === "outcome") return [outcomes[String(value)] ?? String(value)];
    if (name === "result") return [t.results[String(value) as keyof typeof t.results] ?? String(value)];
    if (typeof value === "boolean") return value ? [t.flags[name as keyof typeof t.flags] ?? name] : [];
    if (name === "account") return [`${t.account} ${value}`];
    return name === "cause" ? [`${t.cause} ${value}`] : [String(value)];
  });
}
