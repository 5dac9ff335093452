/**
 * An operator's state is two: what the person chose, and what the system is doing (STYLE 6). People see one word:
 * the system's unless it is idle.
 *
 *   chosen:  offline ⇄ available ⇄ pause ⇄ offline          moved by the person, a supervisor, or a lost desk (45 s)
 *
 *   system:          offer               answered
 *             idle ────────► ringing ────────────► on_call ─────► wrap_up
 *              ▲ ▲  ▲  caller left│ │no answer,       ▲  │ wrap-up 0  │ ended, due
 *              │ │  └─────────────┘ │refused,         │  └──────┐     │
 *              │ │                  ▼unreachable      │dials    │     │
 *              │ └──── not_answering (chooses again)  │         │     │
 *              └──────────────────────────────────────┴─────────┴─────┘
 */
export const chosenStates = ["offline", "available", "pause"] as const;
export type ChosenState = (typeof chosenStates)[number];

export const systemStates = ["idle", "ringing", "on_call", "wrap_up", "not_answering"] as const;
export type SystemState = (typeof systemStates)[number];

export type ShownState = ChosenState | Exclude<SystemState, "idle">;

/** Which system state may follow which. */
export const systemMoves: Record<SystemState, readonly SystemState[]> = {
  idle: ["ringing", "on_call"],
  ringing: ["on_call", "not_answering", "idle"],
  // Rung again when a transfer failed after the operator hung up (REQ 3.4).
  on_call: ["wrap_up", "idle", "ringing", "not_answering"],
  // Contact back is dialled from wrap-up too (REQ 1.6).
  wrap_up: ["idle", "on_call"],
  not_answering: ["idle"],
};

export function mayMove(from: SystemState, to: SystemState): boolean {
  return systemMoves[from].includes(to);
}

/** The one word that people see. */
export function shownState(operator: { chosen: ChosenState; system: SystemState }): ShownState {
  return operator.system === "idle" ? operator.chosen : operator.system;
}

/** Wrap-up may be lengthened twice by a minute (DESIGN, Time-outs). */
export const wrapUpExtension = { seconds: 60, atMost: 2 } as const;

/** A desk that has been away so long is offline (DESIGN, The desk). */
export const lostDeskSeconds = 45;

/** Number of the account that rings: the seat's SIP phone, or the phone in the page. */
export function phoneAccount(seat: string, phone: "sip" | "web"): string {
  return phone === "web" ? `${seat}-web` : seat;
}
