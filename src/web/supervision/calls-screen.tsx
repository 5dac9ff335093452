import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { CallLine } from "../api/screen-types.ts";
import { PeriodFields } from "../form/period-fields.tsx";
import { optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { sayDuration, sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { CallPath } from "./call-path.tsx";

const everyMs = 5_000;

/** Calls by time, state and outcome, newest first; one with its way on the right. */
export function CallsScreen({ callId }: { callId: string | null }) {
  const { calls: t, common } = useScreenTexts();
  const [filter, setFilter] = useState({ q: "", from: "", to: "", state: "", outcome: "" });
  const change = (part: Partial<typeof filter>) => setFilter({ ...filter, ...part });
  const asked = { ...filter, from: moment(filter.from), to: moment(filter.to) };
  const list = useList(JSON.stringify(asked), (cursor) => screenApi.calls({ ...asked, cursor }), everyMs);
  return (
    <TwoColumns
      title={t.title}
      chosen={callId !== null}
      rightLabel={t.one}
      left={
        <>
          <search className="inbox-filters is-even">
            <div className="whole-row">
              <TextField label={t.about} value={filter.q} onChange={(event) => change({ q: event.target.value })} />
            </div>
            <PeriodFields from={filter.from} to={filter.to} onChange={change} />
            <SelectField
              label={common.state}
              empty={common.all}
              options={optionsOf(t.states)}
              value={filter.state}
              onChange={(state) => change({ state })}
            />
            <SelectField
              label={t.outcome}
              empty={common.all}
              options={optionsOf(t.outcomes)}
              value={filter.outcome}
              onChange={(outcome) => change({ outcome })}
            />
          </search>
          <ListBody list={list} empty={t.none}>
            <CallLines calls={list.items} shownId={callId} />
          </ListBody>
        </>
      }
      right={callId ? <CallPath key={callId} callId={callId} /> : <p className="empty">{t.choose}</p>}
    />
  );
}

function moment(local: string): string | undefined {
  return local ? new Date(local).toISOString() : undefined;
}

function CallLines({ calls, shownId }: { calls: CallLine[]; shownId: string | null }) {
  const { calls: t } = useScreenTexts();
  const { texts, language } = useSpeech();
  return (
    <ul className="inbox-list">
      {calls.map((call) => (
        <li key={call.id}>
          <a href={hashOf("chiamate", call.id)} aria-current={call.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{call.callerE164 ? sayNumber(call.callerE164) : texts.call.anonymous}</strong>
              <time dateTime={call.startedAt}>{sayWhen(call.startedAt, language)}</time>
            </span>
            <span className="inbox-line-end">
              <OutcomeTag call={call} />
              <small>
                {call.talkAt && call.endedAt
                  ? t.talked(sayDuration((Date.parse(call.endedAt) - Date.parse(call.talkAt)) / 1_000))
                  : call.case && texts.desk.caseNumber(call.case.number)}
              </small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

export function OutcomeTag({ call }: { call: CallLine }) {
  const { calls: t } = useScreenTexts();
  const outcomes: Record<string, string> = t.outcomes;
  const states: Record<string, string> = t.states;
  if (!call.outcome) return <span className="state-tag state-on_call">{states[call.state] ?? call.state}</span>;
  const tone = call.outcome === "answered" ? "state-available" : `state-${call.outcome.split("_")[0]}`;
  return <span className={`state-tag ${tone}`}>{outcomes[call.outcome] ?? call.outcome}</span>;
}
