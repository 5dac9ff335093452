import { screenApi } from "../api/screen-api.ts";
import type { CardDetail } from "../api/screen-types.ts";
import { useLoaded } from "../list/use-list.ts";
import { sayWhen } from "../texts/said-dates.ts";
import { useScreenTexts } from "../texts/screen-texts.ts";
import { useSpeech } from "../texts/texts.tsx";

/** Who wrote and published which version when. */
export function CardVersions({ card }: { card: CardDetail }) {
  const { knowledge: t } = useScreenTexts();
  const { language } = useSpeech();
  const { value } = useLoaded(`${card.id}/${card.latestVersion}/${card.state}`, () => screenApi.cardVersions(card.id));
  return (
    <section className="screen-part" aria-labelledby="card-versions">
      <h2 id="card-versions">{t.versions}</h2>
      <ul className="plain-list">
        {(value?.items ?? []).map((version) => (
          <li key={version.version}>
            <strong>{t.versionLine(version.version)}</strong>
            <span>{sayWhen(version.createdAt, language)}</span>
            <span>{version.createdBy?.name ?? version.actor}</span>
            {version.version === card.publishedVersion && <span className="state-tag state-available">{t.live}</span>}
            <small>{version.note}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
