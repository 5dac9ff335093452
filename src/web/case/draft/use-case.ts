import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { Problem } from "../../api/api-problem.ts";
import type { LegalMoves } from "../../api/api-types.ts";
import { api } from "../../api/desk-api.ts";
import { useDesk } from "../../live/desk-context.tsx";
import { usePerson } from "../../session/session-context.tsx";
import { CaseDraft, type DraftServer, type DraftSnapshot } from "./case-draft.ts";
import { keepOpen } from "./open-drafts.ts";
import { UnsavedText } from "./unsaved-text.ts";

export type OpenedCase = { draft: CaseDraft; snapshot: DraftSnapshot; legal: LegalMoves | null };

export const CaseContext = createContext<OpenedCase | null>(null);

/** The case that the columns around it show. */
export function useOpenedCase(): OpenedCase {
  const opened = useContext(CaseContext);
  if (!opened) throw new Error("useOpenedCase needs CaseContext above it");
  return opened;
}

const server: DraftServer = { read: api.caseById, patch: api.patchCase };

/** Reads a case and keeps its draft for as long as it lies on the desk; its last words are sent when it leaves. */
export function useCaseDraft(caseId: string | null): {
  draft: CaseDraft | null;
  problem: Problem | null;
  retry(): void;
} {
  const person = usePerson();
  const [draft, setDraft] = useState<CaseDraft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let opened: CaseDraft | null = null;
    let forget: (() => void) | null = null;
    let here = true;
    setProblem(null);
    if (!caseId) return;
    api.caseById(caseId).then(
      (view) => {
        if (!here) return;
        opened = new CaseDraft(view, server, new UnsavedText(person.id, caseId));
        forget = keepOpen(opened);
        setDraft(opened);
      },
      (error) => here && setProblem(error instanceof Problem ? error : new Problem(0, { code: "internal" })),
    );
    return () => {
      here = false;
      opened?.leave();
      forget?.();
      setDraft(null);
    };
  }, [caseId, person.id, turn]);
  // Between two cases the one before is not shown for a moment.
  const shown = draft?.snapshot().view.id === caseId ? draft : null;
  return { draft: shown, problem, retry: () => setTurn((now) => now + 1) };
}

const noCase = (): null => null;
const nothingChanges = () => () => undefined;

/** What may be chosen now: asked again after each stored change, because the answer depends on what is written. */
export function useOpened(draft: CaseDraft): OpenedCase;
export function useOpened(draft: CaseDraft | null): OpenedCase | null;
export function useOpened(draft: CaseDraft | null): OpenedCase | null {
  const snapshot = useSyncExternalStore(draft?.subscribe ?? nothingChanges, draft?.snapshot ?? noCase);
  const [legal, setLegal] = useState<LegalMoves | null>(null);
  const { changed, link, call, transfer } = useDesk().state;
  const id = snapshot?.view.id ?? null;
  const version = snapshot?.view.version ?? 0;
  const newest = id === null ? 0 : (changed[id] ?? 0);
  const callState = call?.state;
  useEffect(() => {
    // The feed tells of a version that this page has not written itself.
    if (draft && newest > draft.snapshot().view.version) void draft.refresh().catch(ignorePassing);
  }, [draft, newest]);
  // Who answers owns the case from then on: what could only be read while it rang can be written.
  useEffect(() => {
    if (draft && callState === "talking") void draft.refresh().catch(ignorePassing);
  }, [draft, callState]);
  // A transfer moves the case by itself, and its failure makes other moves legal (REQ 3.2, 3.4).
  const step = id !== null && transfer?.caseId === id ? `${transfer.transferId} ${transfer.state}` : null;
  useEffect(() => {
    if (draft && step) void draft.refresh().catch(ignorePassing);
  }, [draft, step]);
  // Asked again at each version, call state and reconnection.
  useEffect(() => {
    setLegal((known) => (id === null ? null : known));
    if (id === null) return;
    const abort = new AbortController();
    api.legalMoves(id, abort.signal).then(setLegal, ignorePassing);
    return () => abort.abort();
  }, [id, version, callState, step, link === "live"]);
  return draft && snapshot ? { draft, snapshot, legal } : null;
}

/** Read again at the next change or reconnection; the banner tells a lost connection. */
function ignorePassing(error: unknown): void {
  if (!(error instanceof Problem) && !(error instanceof DOMException)) throw error;
}
