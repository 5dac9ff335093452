import { useEffect, useState } from "react";
import { isProblem, type Problem } from "../api/api-problem.ts";
import { workApi } from "../api/work-api.ts";
import type { DirectoryEntry } from "../api/work-types.ts";
import type { OpenedCase } from "../case/draft/use-case.ts";
import { sendTyped } from "../case/draft/write-case.ts";
import { NeedForm } from "../case/missing/need-form.tsx";
import { ProblemMessage } from "../form/problem-message.tsx";
import { TextField } from "../form/text-field.tsx";
import { useAction } from "../form/use-action.ts";
import { Icon } from "../shell/icon.tsx";
import { sayNumber, sayWhen } from "../texts/said-dates.ts";
import { useSpeech, useTexts } from "../texts/texts.tsx";

type Found = { entries: DirectoryEntry[] | null; problem: Problem | null };
const nothing: Found = { entries: null, problem: null };
const pauseMs = 180;

function useEntries(text: string, agencyId: string | null): Found {
  const [found, setFound] = useState<Found>(nothing);
  useEffect(() => {
    if (text.trim().length < 2 || !agencyId) return setFound(nothing);
    const abort = new AbortController();
    const timer = setTimeout(() => {
      workApi.directory(text.trim(), agencyId, abort.signal).then(
        ({ items }) => setFound({ entries: items, problem: null }),
        (problem) => isProblem(problem) && setFound({ entries: null, problem }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, agencyId]);
  return found;
}

/** Switchboard: the case first, then the directory of its agency, then the blind transfer (REQ 7.2). */
export function DirectoryPanel({ opened, callId }: { opened: OpenedCase; callId: string }) {
  const t = useTexts();
  const { agencyId } = opened.snapshot.text;
  const [text, setText] = useState("");
  const { entries, problem } = useEntries(text, agencyId);
  const pass = useAction(async (entryId: string) => {
    await sendTyped(opened.draft);
    await workApi.transfer(callId, { entryId, caseId: opened.snapshot.view.id });
  });
  if (!agencyId) return <p className="empty">{t.work.switchboard.chooseAgency}</p>;
  return (
    <div className="directory-panel">
      <TextField
        label={t.work.switchboard.search}
        placeholder={t.work.switchboard.searchHint}
        autoComplete="off"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <ProblemMessage problem={problem ?? pass.problem} />
      {entries === null && !problem && <p className="empty">{t.work.switchboard.empty}</p>}
      {entries && (
        <p role="status" className={entries.length ? "result-count" : "empty"}>
          {entries.length ? t.common.results(entries.length) : t.work.switchboard.none}
        </p>
      )}
      <ul className="entry-list">
        {entries?.map((entry) => (
          <EntryLine
            key={entry.id}
            entry={entry}
            caseId={opened.snapshot.view.id}
            busy={pass.busy}
            onPass={() => void pass.run(entry.id)}
          />
        ))}
      </ul>
    </div>
  );
}

type EntryLineProps = { entry: DirectoryEntry; caseId: string; busy: boolean; onPass: () => void };

function EntryLine({ entry, caseId, busy, onPass }: EntryLineProps) {
  const { texts: t, language } = useSpeech();
  const { switchboard } = t.work;
  const { hours } = entry;
  const closed = hours !== null && hours.state !== "open";
  const place = [entry.role, entry.kind === "person" ? entry.office : ""].filter(Boolean).join(" · ");
  return (
    <li className="entry-line">
      <div>
        <strong>{entry.name}</strong>
        {place && <small>{place}</small>}
        <EntryNumber entry={entry} />
        {closed && (
          <small className="entry-closed" id={`closed-${entry.id}`}>
            {switchboard.closed}
            {hours.nextOpening && `, ${switchboard.opens} ${sayWhen(hours.nextOpening, language)}`}
          </small>
        )}
        <NeedForm words={t.work.missing.wrongEntry} about={{ about: "directory_entry", entryId: entry.id, caseId }} />
      </div>
      <button
        type="button"
        className="btn btn-primary btn-sm"
        disabled={busy || closed}
        aria-describedby={closed ? `closed-${entry.id}` : undefined}
        onClick={onPass}
      >
        <Icon name="swap" /> {switchboard.pass}
        <span className="visually-hidden">: {entry.name}</span>
      </button>
    </li>
  );
}

function EntryNumber({ entry }: { entry: DirectoryEntry }) {
  const { switchboard } = useTexts().work;
  if (!entry.number) return <small>{switchboard.confidential}</small>;
  return (
    <small className="told-number">
      {sayNumber(entry.number)}
      {entry.extension && ` ${switchboard.extension} ${entry.extension}`}
      {entry.numberOf === "office" && ` (${switchboard.officeNumber})`}
    </small>
  );
}
