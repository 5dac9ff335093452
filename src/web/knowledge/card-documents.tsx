import { useId } from "react";
import { screenApi } from "../api/screen-api.ts";
import type { CardDetail } from "../api/screen-types.ts";
import { ProblemMessage } from "../form/problem-message.tsx";
import { CheckField } from "../form/select-field.tsx";
import { useAction } from "../form/use-action.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";

/** Documents that can be sent once the agency has released them (REQ 6.1). */
export function CardDocuments({ card, onChanged }: { card: CardDetail; onChanged: () => void }) {
  const { knowledge: t, common } = useScreenTexts();
  const id = useId();
  const work = useAction(async (request: () => Promise<unknown>) => {
    await request();
    onChanged();
  });
  const add = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    if (file) void work.run(() => screenApi.addDocument(card.id, file)).then(() => (input.value = ""));
  };
  return (
    <section className="screen-part" aria-labelledby="card-documents">
      <h2 id="card-documents">{t.documents}</h2>
      {card.documents.length === 0 && <p className="empty-line">{t.noDocuments}</p>}
      <ul className="plain-list">
        {card.documents.map((document) => (
          <li key={document.id}>
            <a href={`/api/v1/card-documents/${document.id}`}>{document.name}</a>
            <small>{Math.ceil(document.sizeBytes / 1_024)} kB</small>
            <CheckField
              label={t.released}
              checked={document.released}
              disabled={work.busy}
              onChange={(released) => void work.run(() => screenApi.releaseDocument(document.id, released))}
            />
            <button
              type="button"
              className="link-button"
              disabled={work.busy}
              onClick={() => void work.run(() => screenApi.removeDocument(document.id))}
            >
              {common.remove}
              <span className="visually-hidden"> {document.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="field">
        <label htmlFor={id} className="field-label">
          {t.addDocument}
        </label>
        <input
          id={id}
          type="file"
          className="form-control"
          disabled={work.busy}
          onChange={(event) => add(event.currentTarget)}
        />
      </div>
      <ProblemMessage problem={work.problem} />
    </section>
  );
}
