import {
  createContext,
  type Dispatch,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
} from "react";
import { isProblem } from "../api/api-problem.ts";
import { api } from "../api/desk-api.ts";
import type { Me } from "../api/me.ts";
import { useSession } from "../session/session-context.tsx";
import { type DeskAction, type DeskState, deskReducer, emptyDesk } from "./desk-state.ts";
import { DeskStream, type StreamState } from "./live-stream.ts";

type Desk = { state: DeskState; dispatch: Dispatch<DeskAction>; reopen(): void };
const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("useDesk needs DeskProvider above it");
  return desk;
}

/**
 * Holds the desk's state and its one stream. The stream is opened first and the program is asked for the present
 * state after it is live, so that nothing falls between the two.
 */
export function DeskProvider({ children }: { children: ReactNode }) {
  const { state: session, expire } = useSession();
  const [state, dispatch] = useReducer(deskReducer, emptyDesk);
  const stream = useRef<DeskStream | null>(null);
  const events = useRef(0);
  const signedIn = session.stage === "in";
  const readNow = useCallback(async () => {
    try {
      let seen: number;
      let me: Me;
      do {
        // An answer that an event overtook may be older than the event: asked again.
        seen = events.current;
        me = await api.me();
      } while (seen !== events.current);
      const { operator, call, offer, transfer } = me;
      dispatch({ type: "snapshot", operator, call, offer, transfer });
    } catch (error) {
      // The stream tells a lost connection and the client an ended session; nothing else to do here.
      if (!isProblem(error)) throw error;
    }
  }, []);
  const onState = useCallback(
    (link: StreamState) => {
      dispatch({ type: "link", link });
      if (link === "live") void readNow();
      if (link === "signed_out") expire();
    },
    [readNow, expire],
  );
  const open = useCallback(() => {
    stream.current?.close();
    const onEvent = (_seq: number | null, kind: string, payload: unknown) => {
      events.current += 1;
      dispatch({ type: "event", kind, payload });
    };
    const next = new DeskStream({ onState, onEvent }, stream.current?.lastSeq ?? null);
    stream.current = next;
    next.open();
  }, [onState]);
  useEffect(() => {
    if (!signedIn) return;
    open();
    return () => stream.current?.close();
  }, [signedIn, open]);
  const desk = useMemo<Desk>(() => ({ state, dispatch, reopen: open }), [state, open]);
  return <DeskContext value={desk}>{children}</DeskContext>;
}
