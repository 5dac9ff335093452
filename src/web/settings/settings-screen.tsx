import "../style/settings.css";
import { mayUse } from "../../people/permissions.ts";
import { highestTarget, isAtLeast } from "../../wallboard/wallboard.ts";
import { type Queue, queueFields, type RetentionRule, settingsApi } from "../api/settings-api.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { OneColumn } from "../list/two-columns.tsx";
import { useLoaded } from "../list/use-list.ts";
import { usePerson } from "../session/session-context.tsx";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { NumberForm } from "./number-form.tsx";
import { PauseReasons } from "./pause-reasons.tsx";

/** What the centre aims at, how its queues treat who waits, how long things are kept: data, not code. */
export function SettingsScreen() {
  const { settings: t } = useSettingsTexts();
  const person = usePerson();
  return (
    <OneColumn title={t.title}>
      <Targets />
      <Queues />
      <PauseReasons />
      {mayUse(person, "settings.edit") && <Retention />}
    </OneColumn>
  );
}

function Targets() {
  const { settings: t, wallboard } = useSettingsTexts();
  const { value, problem, again } = useLoaded("targets", () => settingsApi.board());
  return (
    <section className="screen-part" aria-labelledby="settings-targets">
      <h2 id="settings-targets">{t.targets}</h2>
      <p className="field-hint">{t.targetsHint}</p>
      <Waiting value={value} />
      <ProblemMessage problem={problem} />
      <div className="number-grid">
        {value?.items.map(({ figure, unit, target, version }) => (
          <NumberForm
            key={figure}
            label={wallboard.figures[figure](value.serviceLevelSeconds)}
            hint={t.targetHint(isAtLeast(figure), t.units[unit])}
            value={target}
            min={0}
            max={highestTarget(figure)}
            member="target"
            onSave={async (wish) => {
              await settingsApi.setTarget(figure, version, wish);
              await again();
            }}
          />
        ))}
      </div>
    </section>
  );
}

function Queues() {
  const { settings: t } = useSettingsTexts();
  const { value, problem, set } = useLoaded("queues", () => settingsApi.queues());
  const saved = (queue: Queue) => {
    if (value) set({ ...value, items: value.items.map((one) => (one.id === queue.id ? queue : one)) });
  };
  return (
    <section className="screen-part" aria-labelledby="settings-queues">
      <h2 id="settings-queues">{t.queues}</h2>
      <p className="field-hint">{t.queuesHint}</p>
      <Waiting value={value} />
      <ProblemMessage problem={problem} />
      {value?.items.map((queue) => (
        <fieldset key={queue.id} className="number-grid">
          <legend>{t.queue(queue.name)}</legend>
          {queueFields.map((field) => (
            <NumberForm
              key={field}
              label={t.queueFields[field]}
              value={queue[field]}
              {...queueLimits[field]}
              member={field}
              onSave={async (wish) => saved(await settingsApi.patchQueue(queue.id, queue.version, { [field]: wish }))}
            />
          ))}
        </fieldset>
      ))}
    </section>
  );
}

const queueLimits = {
  ringSeconds: { min: 5, max: 120 },
  wrapUpSeconds: { min: 0, max: 600 },
  announceSeconds: { min: 10, max: 600 },
  maxWaiting: { min: 1, max: 10_000 },
  maxWaitSeconds: { min: 30, max: 7_200 },
} as const;

function Retention() {
  const { settings: t } = useSettingsTexts();
  const reasons: Record<string, string> = useTexts().cases.reason;
  const kinds: Record<string, string> = t.retentionKinds;
  const { value, problem, again } = useLoaded("retention", () => settingsApi.retention());
  const say = ({ kind, reason }: RetentionRule) => {
    const name = kinds[kind] ?? kind;
    if (kind !== "case") return name;
    return `${name}: ${reason === null ? t.noReason : (reasons[reason] ?? reason)}`;
  };
  return (
    <section className="screen-part" aria-labelledby="settings-retention">
      <h2 id="settings-retention">{t.retention}</h2>
      <p className="field-hint">{t.retentionHint}</p>
      <Waiting value={value} />
      <ProblemMessage problem={problem} />
      <div className="number-grid">
        {value?.items.map((rule) => (
          <NumberForm
            key={`${rule.kind}/${rule.reason}`}
            label={say(rule)}
            hint={t.units.days}
            value={rule.keepDays}
            min={1}
            max={36_500}
            member="keepDays"
            onSave={async (wish) => {
              await settingsApi.setRetention(rule, wish);
              await again();
            }}
          />
        ))}
      </div>
    </section>
  );
}

function Waiting({ value }: { value: unknown }) {
  const t = useTexts();
  return value === null ? <p className="empty-line">{t.common.loading}</p> : null;
}
