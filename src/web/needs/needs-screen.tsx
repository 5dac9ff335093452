import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { Need } from "../api/screen-types.ts";
import { CheckField, optionsOf, SelectField } from "../form/select-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { NeedWork } from "./need-work.tsx";

/** Information needs as they come to this person: drafts of an office, to verify, or to answer (REQ 8). */
export function NeedsScreen({ needId }: { needId: string | null }) {
  const { needs: t, common } = useScreenTexts();
  const [filter, setFilter] = useState({ state: "", open: true });
  const asked = { state: filter.state, open: filter.open && !filter.state ? "true" : undefined };
  const list = useList(JSON.stringify(asked), (cursor) => screenApi.needs({ ...asked, cursor }), undefined, "needs");
  return (
    <TwoColumns
      title={t.title}
      chosen={needId !== null}
      rightLabel={t.one}
      left={
        <>
          <search className="inbox-filters">
            <SelectField
              label={common.state}
              empty={common.all}
              options={optionsOf(t.states)}
              value={filter.state}
              onChange={(state) => setFilter({ ...filter, state })}
            />
            <CheckField
              label={t.onlyOpen}
              checked={filter.open}
              disabled={filter.state !== ""}
              onChange={(open) => setFilter({ ...filter, open })}
            />
          </search>
          <ListBody list={list} empty={t.none}>
            <NeedLines needs={list.items} shownId={needId} />
          </ListBody>
        </>
      }
      right={
        needId ? <NeedWork key={needId} needId={needId} onChanged={list.again} /> : <p className="empty">{t.choose}</p>
      }
    />
  );
}

function NeedLines({ needs, shownId }: { needs: Need[]; shownId: string | null }) {
  const { needs: t } = useScreenTexts();
  const { language } = useSpeech();
  return (
    <ul className="inbox-list">
      {needs.map((need) => (
        <li key={need.id}>
          <a href={hashOf("esigenze", need.id)} aria-current={need.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{need.number}</strong>
              <span>{t.about[need.about]}</span>
              <time dateTime={need.reportedAt}>{sayWhen(need.reportedAt, language)}</time>
            </span>
            <span className="inbox-line-request">{need.text || need.cardTitle || need.serviceName}</span>
            <span className="inbox-line-end">
              <span className={`state-tag need-${need.state}`}>{t.states[need.state]}</span>
              <small>{need.serviceName ?? need.agencyName}</small>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
