import { useState } from "react";
import type { FoundCitizen } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { TextField } from "../form/text-field.tsx";
import { type Loaded, useLoaded } from "../list/use-list.ts";
import { useTexts } from "../texts/texts.tsx";

/** Shorter words find half the town. */
const shortest = 2;

/** Records that fit what was asked; nothing asked, nothing found. */
export function useFoundCitizens(asked: string): Loaded<FoundCitizen[]> {
  const read = async () => (asked ? (await api.citizens(asked)).items : []);
  return useLoaded<FoundCitizen[]>(`found ${asked}`, read);
}

type CitizenSearchProps = { label: string; hint?: string; onAsk: (asked: string) => void };

/** Each search is written down (REQ 12): it is asked for by a key or the button, not with every letter. */
export function CitizenSearch({ label, hint, onAsk }: CitizenSearchProps) {
  const shared = useTexts();
  const [q, setQ] = useState("");
  const ready = q.trim().length >= shortest;
  return (
    <search>
      <form
        className="search-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onAsk(q.trim());
        }}
      >
        <TextField label={label} hint={hint} maxLength={200} value={q} onChange={(event) => setQ(event.target.value)} />
        <button type="submit" className="btn btn-outline-primary btn-sm" disabled={!ready}>
          {shared.common.search}
          <span className="visually-hidden">: {label}</span>
        </button>
      </form>
    </search>
  );
}
