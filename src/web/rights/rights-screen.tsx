import "../style/settings.css";
import { useState } from "react";
import type { FoundCitizen } from "../api/api-types.ts";
import { fullName } from "../citizen/citizen-candidates.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TwoColumns } from "../list/two-columns.tsx";
import { hashOf } from "../shell/hash-router.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { CitizenRights } from "./citizen-rights.tsx";
import { CitizenSearch, useFoundCitizens } from "./citizen-search.tsx";

/** Records of citizens: two of one person made one, and the rights of the person concerned (REQ 2, 12). */
export function RightsScreen({ citizenId }: { citizenId: string | null }) {
  const { rights: t } = useSettingsTexts();
  const [asked, setAsked] = useState("");
  const found = useFoundCitizens(asked);
  return (
    <TwoColumns
      title={t.title}
      chosen={citizenId !== null}
      rightLabel={t.one}
      left={
        <>
          <CitizenSearch label={t.search} hint={t.searchHint} onAsk={setAsked} />
          <ProblemMessage problem={found.problem} />
          {found.value?.length === 0 && <p className="empty">{asked ? t.none : t.typeFirst}</p>}
          <CitizenLines citizens={found.value ?? []} shownId={citizenId} />
        </>
      }
      right={
        citizenId ? (
          <CitizenRights key={citizenId} citizenId={citizenId} onChanged={() => void found.again()} />
        ) : (
          <p className="empty">{t.choose}</p>
        )
      }
    />
  );
}

function CitizenLines({ citizens, shownId }: { citizens: FoundCitizen[]; shownId: string | null }) {
  const t = useTexts();
  return (
    <ul className="inbox-list">
      {citizens.map((citizen) => (
        <li key={citizen.id}>
          <a href={hashOf("cittadini", citizen.id)} aria-current={citizen.id === shownId ? "true" : undefined}>
            <strong>{fullName(citizen, t)}</strong>
            <span className="inbox-line-request">
              {citizen.contacts
                .map(({ kind, value }) => (kind === "phone" ? sayNumber(value) : value))
                .slice(0, 2)
                .join(" · ")}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
