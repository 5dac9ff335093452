import "../style/settings.css";
import { useState } from "react";
import type { FoundCitizen, Page } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { fullName } from "../citizen/citizen-candidates.tsx";
import { TextField } from "../form/text-field.tsx";
import { ListBody, TwoColumns } from "../list/two-columns.tsx";
import { useList } from "../list/use-list.ts";
import { hashOf } from "../shell/hash-router.ts";
import { sayNumber } from "../texts/said-dates.ts";
import { useSettingsTexts } from "../texts/settings-texts.ts";
import { useTexts } from "../texts/texts.tsx";
import { CitizenRights } from "./citizen-rights.tsx";

/** Shorter words find half the town. */
const shortest = 2;
const nobody: Page<FoundCitizen> = { items: [], nextCursor: null };

/** Records of citizens: two of one person made one, and the rights of the person concerned (REQ 2, 12). */
export function RightsScreen({ citizenId }: { citizenId: string | null }) {
  const { rights: t } = useSettingsTexts();
  const [q, setQ] = useState("");
  const asked = q.trim().length >= shortest;
  const list = useList(`citizens ${q}`, async () => (asked ? api.citizens(q.trim()) : nobody));
  return (
    <TwoColumns
      title={t.title}
      chosen={citizenId !== null}
      rightLabel={t.one}
      left={
        <>
          <search>
            <TextField label={t.search} hint={t.searchHint} value={q} onChange={(event) => setQ(event.target.value)} />
          </search>
          <ListBody list={list} empty={asked ? t.none : t.typeFirst}>
            <CitizenLines citizens={list.items} shownId={citizenId} />
          </ListBody>
        </>
      }
      right={
        citizenId ? (
          <CitizenRights key={citizenId} citizenId={citizenId} onChanged={list.again} />
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
