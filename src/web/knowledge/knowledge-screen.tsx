import { useState } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { CardLine } from "../api/screen-types.ts";
import { CheckField, optionsOf, SelectField } from "../form/select-field.tsx";
import { TextField } from "../form/text-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { goTo, hashOf } from "../shell/hash-router.ts";
import { Icon } from "../shell/icon.tsx";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";
import { CardEditor } from "./card-editor.tsx";
import { NewCardForm } from "./new-card-form.tsx";

/** Cards of the services that one writes: list, then the card with its draft (REQ 10). */
export function KnowledgeScreen({ cardId }: { cardId: string | null }) {
  const { knowledge: t, common } = useScreenTexts();
  const [filter, setFilter] = useState({ q: "", state: "", expiring: false });
  const asked = { q: filter.q, state: filter.state, expiringDays: filter.expiring ? 30 : undefined };
  const list = useList(
    JSON.stringify(asked),
    (cursor) => screenApi.cardDrafts({ ...asked, cursor }),
    undefined,
    "cards",
  );
  return (
    <TwoColumns
      title={t.title}
      chosen={cardId !== null}
      rightLabel={t.title}
      left={
        <>
          <search className="inbox-filters">
            <TextField
              label={t.search}
              value={filter.q}
              onChange={(event) => setFilter({ ...filter, q: event.target.value })}
            />
            <SelectField
              label={common.state}
              empty={common.all}
              options={optionsOf(t.states)}
              value={filter.state}
              onChange={(state) => setFilter({ ...filter, state })}
            />
            <CheckField
              label={t.expiring}
              checked={filter.expiring}
              onChange={(expiring) => setFilter({ ...filter, expiring })}
            />
          </search>
          <div>
            <button type="button" className="btn btn-primary btn-sm" onClick={() => goTo("schede", "nuova")}>
              <Icon name="plus" /> {t.newCard}
            </button>
          </div>
          <ListBody list={list} empty={t.none}>
            <CardLines cards={list.items} shownId={cardId} />
          </ListBody>
        </>
      }
      right={<RightSide cardId={cardId} onSaved={list.again} />}
    />
  );
}

function RightSide({ cardId, onSaved }: { cardId: string | null; onSaved: () => void }) {
  if (cardId === null) return <EmptySearches />;
  if (cardId === "nuova") return <NewCardForm onSaved={onSaved} />;
  return <CardEditor key={cardId} cardId={cardId} onSaved={onSaved} />;
}

function CardLines({ cards, shownId }: { cards: CardLine[]; shownId: string | null }) {
  const { knowledge: t } = useScreenTexts();
  return (
    <ul className="inbox-list">
      {cards.map((card) => (
        <li key={card.id}>
          <a href={hashOf("schede", card.id)} aria-current={card.id === shownId ? "true" : undefined}>
            <span className="inbox-line-top">
              <strong>{card.title}</strong>
              <small>{card.code}</small>
            </span>
            <span className="inbox-line-request">
              {card.agencyName} › {card.serviceName}
            </span>
            <span className="inbox-line-end">
              <span className={`state-tag card-${card.state}`}>{t.states[card.state]}</span>
              {card.validUntil && (
                <small>
                  {t.fields.validUntil} {card.validUntil.split("-").reverse().join("/")}
                </small>
              )}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What operators searched in vain: the next cards to write. */
function EmptySearches() {
  const { knowledge: t } = useScreenTexts();
  const { language } = useSpeech();
  const list = useList("searches", () => screenApi.emptySearches(), undefined, "searches");
  return (
    <div className="screen-part">
      <p className="empty">{t.choose}</p>
      <h2>{t.searches}</h2>
      <ListBody list={list} empty={t.noSearches}>
        <div className="table-scroll">
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">{t.searchText}</th>
                <th scope="col">{t.times}</th>
                <th scope="col">{t.last}</th>
              </tr>
            </thead>
            <tbody>
              {list.items.map((search) => (
                <tr key={search.text + search.found}>
                  <td>
                    {search.text} <small>({t.found[search.found]})</small>
                  </td>
                  <td className="number">{search.times}</td>
                  <td>{sayWhen(search.lastAt, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </ListBody>
    </div>
  );
}
