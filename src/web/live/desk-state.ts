/**
 * What the desk shows, as one value; the reducer is pure and the only way to change it.
 *
 *   offer ──► ringing ──answered──► talking ──ended──► wrap-up ──► nothing
 *               └─ offer_ended (refused, caller_left, …): the popped case leaves the desk again
 */
import type { ListName } from "../../desk/list-news.ts";
import type { CallView, Offer, OfferEndReason, OperatorView, TaskView } from "../api/api-types.ts";
import type { OfficeNews, TransferView } from "../api/work-types.ts";
import type { StreamState } from "./live-stream.ts";

/** A case that lies on the desk, one tab each. callId: the call that brought it, null for work taken up later. */
export type OpenCase = { caseId: string; number: number; callId: string | null };

/** What a screen reader is told; the words are chosen by whoever shows it. */
export type Announcement = { id: number; urgent: boolean } & (
  | { what: "offer"; caller: string | null; name: string | null }
  | { what: "offer_ended"; reason: OfferEndReason }
  | { what: "state"; state: OperatorView["state"] }
  | { what: "call"; held: boolean; ended: boolean }
  | { what: "link"; link: StreamState }
  | { what: "task"; kind: string }
  | { what: "transfer"; state: TransferView["state"]; result: TransferView["result"] }
);

export type DeskState = {
  link: StreamState;
  operator: OperatorView | null;
  offer: Offer | null;
  endedOffer: { offerId: string; reason: OfferEndReason } | null;
  call: CallView | null;
  /** The pop of the call in progress stays for its candidates until the case leaves the desk. */
  pops: Record<string, Offer>;
  /** The last transfer of the call, also for the office that it rings; its result stays until the call is over. */
  transfer: TransferView | null;
  /** What the feed told of offices since the page was opened: newer than an answer read before. */
  offices: Record<string, OfficeNews>;
  openCases: OpenCase[];
  shownCaseId: string | null;
  /** Version that another person wrote, by case: the case reads itself again. */
  changed: Record<string, number>;
  tasks: TaskView[];
  /** Counts up when lists of cases may be old. */
  listsStale: number;
  /** The same for each other list that the program has told of. */
  changedLists: Partial<Record<ListName | "all", number>>;
  /** Calls whose case was finished here: a reconnection does not lay it on the desk again. */
  doneCalls: string[];
  announcement: Announcement | null;
};

export type DeskAction =
  | { type: "link"; link: StreamState }
  | {
      type: "snapshot";
      operator: OperatorView | null;
      call: CallView | null;
      offer: Offer | null;
      transfer?: TransferView | null;
    }
  | { type: "tasks"; tasks: TaskView[] }
  | { type: "event"; kind: string; payload: unknown }
  | { type: "open_case"; case: OpenCase }
  | { type: "show_case"; caseId: string | null }
  | { type: "close_case"; caseId: string }
  | { type: "dismiss_ended_offer" }
  /** This person changed a case: the feed tells only the others. */
  | { type: "lists_stale" };

export const emptyDesk: DeskState = {
  link: "connecting",
  operator: null,
  offer: null,
  endedOffer: null,
  call: null,
  pops: {},
  transfer: null,
  offices: {},
  openCases: [],
  shownCaseId: null,
  changed: {},
  tasks: [],
  listsStale: 0,
  changedLists: {},
  doneCalls: [],
  announcement: null,
};

export function deskReducer(state: DeskState, action: DeskAction): DeskState {
  switch (action.type) {
    case "link":
      return withLink(state, action.link);
    case "snapshot":
      return withSnapshot(state, action);
    case "tasks":
      return { ...state, tasks: action.tasks };
    case "event":
      return withEvent(state, action.kind, action.payload);
    case "open_case":
      return { ...putCase(state, action.case), shownCaseId: action.case.caseId };
    case "show_case":
      return { ...state, shownCaseId: action.caseId };
    case "close_case":
      return closeCase(state, action.caseId);
    case "lists_stale":
      return { ...state, listsStale: state.listsStale + 1 };
    case "dismiss_ended_offer":
      return { ...state, endedOffer: null };
  }
}

function withLink(state: DeskState, link: StreamState): DeskState {
  if (link === state.link) return state;
  const told = link === "lost" || (link === "live" && state.link === "lost");
  return { ...state, link, announcement: told ? say(state, false, { what: "link", link }) : state.announcement };
}

type Snapshot = Extract<DeskAction, { type: "snapshot" }>;

/** After a load or a reconnection the program's answer wins over what the page remembers. */
function withSnapshot(state: DeskState, { operator, call, offer, transfer }: Snapshot): DeskState {
  const gone = state.offer && state.offer.callId !== offer?.callId && state.offer.callId !== call?.callId;
  const kept = gone && state.offer ? dropCase(state, state.offer.caseId) : state;
  // One that lived when the stream was cut and is not told any more is over.
  const over = state.transfer?.state === "ended" ? state.transfer : null;
  const next: DeskState = { ...kept, operator, call, offer: null, transfer: transfer ?? over };
  if (!offer || state.doneCalls.includes(offer.callId)) return next;
  return takeOffer(next, offer, call?.callId === offer.callId);
}

function withEvent(state: DeskState, kind: string, payload: unknown): DeskState {
  switch (kind) {
    case "offer":
      return takeOffer(state, payload as Offer, false);
    case "offer_ended":
      return endOffer(state, payload as { offerId: string; callId: string; reason: OfferEndReason });
    case "call":
      return takeCall(state, payload as CallView);
    case "state":
      return takeOperator(state, payload as OperatorView);
    case "case":
      return takeCaseChange(state, payload as { caseId: string; version: number });
    case "task":
      return takeTask(state, payload as TaskView);
    case "transfer":
      return takeTransfer(state, payload as TransferView);
    case "office":
      return takeOffice(state, payload as OfficeNews);
    case "lists":
      return takeLists(state, (payload as { lists: (ListName | "all")[] }).lists);
    default:
      // A newer server may tell more than this page knows.
      return state;
  }
}

/** Ring and pop are one event (REQ 1.3). The case comes to the front unless another one is being worked on. */
function takeOffer(state: DeskState, offer: Offer, answered: boolean): DeskState {
  const busy = state.shownCaseId !== null && state.shownCaseId !== offer.caseId;
  const next = putCase(state, { caseId: offer.caseId, number: offer.caseNumber, callId: offer.callId });
  const said = { what: "offer", caller: offer.caller.e164, name: offer.caller.name } as const;
  return {
    ...next,
    offer: answered ? null : offer,
    endedOffer: null,
    pops: { ...state.pops, [offer.caseId]: offer },
    shownCaseId: busy && !answered ? state.shownCaseId : offer.caseId,
    announcement: answered ? state.announcement : say(state, true, said),
  };
}

function endOffer(state: DeskState, end: { offerId: string; callId: string; reason: OfferEndReason }): DeskState {
  const offer = state.offer?.offerId === end.offerId ? state.offer : null;
  if (!offer) return state;
  if (end.reason === "answered") return { ...state, offer: null, shownCaseId: offer.caseId };
  return {
    ...dropCase(state, offer.caseId),
    offer: null,
    endedOffer: { offerId: end.offerId, reason: end.reason },
    announcement: say(state, true, { what: "offer_ended", reason: end.reason }),
  };
}

function takeCall(state: DeskState, call: CallView): DeskState {
  const answered = state.offer?.callId === call.callId ? state.offer : null;
  const ended = call.state === "ended";
  const heldChanged = state.call?.callId === call.callId && state.call.held !== call.held;
  const next: DeskState = {
    ...state,
    call,
    offer: answered ? null : state.offer,
    shownCaseId: answered ? answered.caseId : state.shownCaseId,
  };
  if (!ended && !heldChanged) return next;
  return { ...next, announcement: say(state, false, { what: "call", held: call.held, ended }) };
}

function takeOperator(state: DeskState, operator: OperatorView): DeskState {
  const changed = operator.state !== state.operator?.state;
  // A call that ended stays on the bar only as long as its wrap-up.
  const over = state.call?.state === "ended" && operator.state !== "wrap_up" && operator.state !== "on_call";
  return {
    ...state,
    operator,
    call: over ? null : state.call,
    listsStale: state.listsStale + (changed ? 1 : 0),
    announcement:
      changed && operator.state !== "ringing"
        ? say(state, false, { what: "state", state: operator.state })
        : state.announcement,
  };
}

function takeCaseChange(state: DeskState, change: { caseId: string; version: number }): DeskState {
  return {
    ...state,
    changed: { ...state.changed, [change.caseId]: change.version },
    listsStale: state.listsStale + 1,
  };
}

function takeTask(state: DeskState, task: TaskView): DeskState {
  const others = state.tasks.filter((other) => other.taskId !== task.taskId);
  // Claimed by somebody else or ended: nothing waits for this person any more.
  if (task.what !== "opened" && task.what !== "released") return { ...state, tasks: others };
  return {
    ...state,
    tasks: [...others, task],
    announcement: say(state, false, { what: "task", kind: task.kind }),
  };
}

function takeTransfer(state: DeskState, transfer: TransferView): DeskState {
  const before = state.transfer;
  // Read again after a reconnection: nothing new is nothing to say.
  const same = before?.transferId === transfer.transferId;
  if (same && before.state === transfer.state && before.result === transfer.result) return { ...state, transfer };
  const { state: reached, result } = transfer;
  return {
    ...state,
    transfer,
    // Its case may have become Trasferito, or the office's.
    listsStale: state.listsStale + 1,
    announcement: say(state, reached === "ended", { what: "transfer", state: reached, result }),
  };
}

function takeOffice(state: DeskState, office: OfficeNews): DeskState {
  return { ...state, offices: { ...state.offices, [office.officeId]: office } };
}

function takeLists(state: DeskState, names: readonly (ListName | "all")[]): DeskState {
  const changedLists = { ...state.changedLists };
  for (const name of names) changedLists[name] = (changedLists[name] ?? 0) + 1;
  return { ...state, changedLists };
}

function closeCase(state: DeskState, caseId: string): DeskState {
  const callId = state.openCases.find((open) => open.caseId === caseId)?.callId;
  const doneCalls = callId ? [...state.doneCalls.slice(-20), callId] : state.doneCalls;
  return { ...dropCase(state, caseId), doneCalls, listsStale: state.listsStale + 1 };
}

function putCase(state: DeskState, open: OpenCase): DeskState {
  const known = state.openCases.find((other) => other.caseId === open.caseId);
  if (known) return state;
  return { ...state, openCases: [...state.openCases, open] };
}

function dropCase(state: DeskState, caseId: string): DeskState {
  const openCases = state.openCases.filter((open) => open.caseId !== caseId);
  const pops = Object.fromEntries(Object.entries(state.pops).filter(([id]) => id !== caseId));
  const shown = state.shownCaseId === caseId ? (openCases.at(-1)?.caseId ?? null) : state.shownCaseId;
  return { ...state, openCases, pops, shownCaseId: shown };
}

type Said = Announcement extends infer A ? (A extends Announcement ? Omit<A, "id" | "urgent"> : never) : never;

function say(state: DeskState, urgent: boolean, said: Said): Announcement {
  return { ...said, urgent, id: (state.announcement?.id ?? 0) + 1 } as Announcement;
}
