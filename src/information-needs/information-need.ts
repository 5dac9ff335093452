/**
 * What the knowledge lacks or says wrong (REQ 8, §7): three parties, and back to the operator who met it.
 *
 *             operator, office            knowledge editor              agency's referent
 *   draft ──────► reported ──┬──────────────► accepted ──────────────────► closed   (the change is reported)
 *     └───► dropped          ├──────────────► refused     ends, with a reason
 *                            └──────────────► merged      ends, into one that is still open
 *
 * A draft is what an office's rejection for missing knowledge leaves to the office (REQ 3.8). Editors are told what was
 * reported, referents what was accepted; whoever reported is told every end. No citizen data anywhere in it.
 * Pure: the page offers by the same table.
 */

export const NEED_STATES = ["draft", "reported", "accepted", "refused", "merged", "closed", "dropped"] as const;
export type NeedState = (typeof NEED_STATES)[number];

export const NEED_SUBJECTS = ["card", "directory_entry", "missing"] as const;
export type NeedSubject = (typeof NEED_SUBJECTS)[number];

/** Who somebody is to one need; a person may be several. */
export type NeedParty = "reporter" | "editor" | "referent";

export type NeedMoveFacts = {
  state: NeedState;
  to: NeedState;
  parties: readonly NeedParty[];
  hasText: boolean;
  hasReason: boolean;
  /** For a merge: null = none named; open = reported or accepted, of the same agency. */
  target: { open: boolean; itself: boolean } | null;
  hasChangeNote: boolean;
  /** The card says something newer than what was read, or was withdrawn; for missing knowledge, there is a card now. */
  changed: boolean;
};

type Condition = "text" | "reason" | "target" | "change_note" | "change";
export type NeedMoveLine = { from: NeedState; to: NeedState; party: NeedParty; conditions: readonly Condition[] };

/** The one table of moves; what is not in it is refused. */
export const NEED_MOVES: readonly NeedMoveLine[] = [
  { from: "draft", to: "reported", party: "reporter", conditions: ["text"] },
  { from: "draft", to: "dropped", party: "reporter", conditions: [] },
  { from: "reported", to: "accepted", party: "editor", conditions: [] },
  { from: "reported", to: "refused", party: "editor", conditions: ["reason"] },
  { from: "reported", to: "merged", party: "editor", conditions: ["target"] },
  { from: "accepted", to: "closed", party: "referent", conditions: ["change_note", "change"] },
];

export type NeedRefusalCode =
  | "need_ended"
  | "need_move_not_allowed"
  | "need_not_yours"
  | "need_text_missing"
  | "need_reason_missing"
  | "need_target_missing"
  | "need_target_itself"
  | "need_target_ended"
  | "need_change_note_missing"
  | "need_change_missing";

/** Rule, what blocks, what to do instead. */
export const NEED_REFUSALS: Record<NeedRefusalCode, { it: string; insteadIt: string }> = {
  need_ended: {
    it: "L'esigenza informativa è già conclusa.",
    insteadIt: "Segnalarne una nuova dal caso che la mostra.",
  },
  need_move_not_allowed: {
    it: "Questo passaggio non è previsto.",
    insteadIt: "La redazione verifica, poi l'ente comunica la modifica.",
  },
  need_not_yours: {
    it: "Questo passaggio spetta a un'altra figura.",
    insteadIt: "La redazione verifica le segnalazioni, il referente dell'ente comunica la modifica.",
  },
  need_text_missing: { it: "Manca la descrizione di ciò che serve.", insteadIt: "Scrivere che cosa manca o è errato." },
  need_reason_missing: { it: "Manca il motivo del rifiuto.", insteadIt: "Scriverlo: l'operatore lo legge." },
  need_target_missing: { it: "Manca l'esigenza a cui unirla.", insteadIt: "Sceglierne una aperta dello stesso ente." },
  need_target_itself: { it: "Un'esigenza non si unisce a sé stessa.", insteadIt: "Sceglierne un'altra." },
  need_target_ended: {
    it: "L'esigenza a cui unirla è conclusa o di un altro ente.",
    insteadIt: "Sceglierne una aperta dello stesso ente.",
  },
  need_change_note_missing: { it: "Manca che cosa è stato modificato.", insteadIt: "Scriverlo: l'operatore lo legge." },
  need_change_missing: {
    it: "La scheda non è cambiata da quando è stata letta.",
    insteadIt: "Pubblicare prima la scheda corretta.",
  },
};

/** Why the move is refused; null when it is legal. */
export function needMoveRefusal(facts: NeedMoveFacts): NeedRefusalCode | null {
  const lines = NEED_MOVES.filter((line) => line.from === facts.state);
  if (lines.length === 0) return "need_ended";
  const line = lines.find(({ to }) => to === facts.to);
  if (!line) return "need_move_not_allowed";
  if (!facts.parties.includes(line.party)) return "need_not_yours";
  for (const condition of line.conditions) {
    const code = failed(condition, facts);
    if (code) return code;
  }
  return null;
}

function failed(condition: Condition, facts: NeedMoveFacts): NeedRefusalCode | null {
  switch (condition) {
    case "text":
      return facts.hasText ? null : "need_text_missing";
    case "reason":
      return facts.hasReason ? null : "need_reason_missing";
    case "target":
      if (!facts.target) return "need_target_missing";
      if (facts.target.itself) return "need_target_itself";
      return facts.target.open ? null : "need_target_ended";
    case "change_note":
      return facts.hasChangeNote ? null : "need_change_note_missing";
    case "change":
      return facts.changed ? null : "need_change_missing";
  }
}

/** What these parties may do next, for the page's buttons. */
export function nextNeedStates(state: NeedState, parties: readonly NeedParty[]): NeedState[] {
  return NEED_MOVES.filter((line) => line.from === state && parties.includes(line.party)).map(({ to }) => to);
}
