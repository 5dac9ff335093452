import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";
import { isProblem } from "../api/api-problem.ts";
import type { PhoneAccount } from "../api/api-types.ts";
import { api } from "../api/desk-api.ts";
import { useDesk } from "../live/desk-context.tsx";
import { usePerson } from "../session/session-context.tsx";
import { isLive } from "../transfer/transfer-step.ts";
import { LevelStore } from "./level-store.ts";
import type { PagePhone } from "./page-phone.ts";
import { idlePhone, type PhoneView } from "./phone-state.ts";

type Loaded = { control: PagePhone; parts: typeof import("./phone-corner.tsx") };

export type Phone = {
  view: PhoneView;
  levels: LevelStore;
  /** Null while its code is still on the way. */
  control: PagePhone | null;
  /** What shows it, loaded together with it. */
  parts: Loaded["parts"] | null;
  answer(callId: string | null): void;
  setMuted(muted: boolean): void;
};

const PhoneContext = createContext<Phone | null>(null);
const loadAgainMs = 3_000;
/** The call whose microphone was off, for a page that is reloaded in the middle of it. */
const mutedKey = "055055.muted-call";
/** A call that ends is told by the feed right after its leg has gone; only then is it worth asking for another leg. */
const settleMs = 800;
const askAgainMs = 4_500;
/** An office's phone rings a moment after its page is told so. */
const ringSettleMs = 1_500;

/** The phone in the page; null for who works with a desk phone, or without any. */
export function usePhone(): Phone | null {
  return useContext(PhoneContext);
}

/** Loads the phone's code for who chose it at sign-in, and keeps it in step with the desk. */
export function PhoneProvider({ children }: { children: ReactNode }) {
  const { operator } = useDesk().state;
  const [view, setView] = useState<PhoneView>(idlePhone);
  const [levels] = useState(() => new LevelStore());
  const wanted = operator?.phone === "web" && operator.seat !== null;
  const loaded = usePagePhone(wanted, setView, levels);
  const control = loaded?.control ?? null;
  const parts = loaded?.parts ?? null;
  useLeaving(view.call?.callId ?? null);
  useReturn(control, view);
  const callId = view.call?.callId ?? null;
  const phone = useMemo<Phone | null>(
    () =>
      wanted
        ? {
            ...{ view, levels, control, parts },
            answer: (id) => control?.answer(id),
            setMuted: (muted) => {
              if (muted && callId) sessionStorage.setItem(mutedKey, callId);
              else sessionStorage.removeItem(mutedKey);
              control?.setMuted(muted);
            },
          }
        : null,
    [wanted, view, levels, control, parts, callId],
  );
  return <PhoneContext value={phone}>{children}</PhoneContext>;
}

function usePagePhone(wanted: boolean, onView: (view: PhoneView) => void, levels: LevelStore): Loaded | null {
  const { link } = useDesk().state;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [tries, setTries] = useState(0);
  const replaced = useRef(false);
  replaced.current = link === "replaced";
  const here = wanted && link !== "replaced";
  useEffect(() => {
    if (!here) return;
    let phone: PagePhone | null = null;
    let left = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    Promise.all([import("./page-phone.ts"), import("./phone-corner.tsx")]).then(
      ([code, parts]) => {
        if (left) return;
        phone = new code.PagePhone({ newAccount, onView, onLevels: (next) => levels.set(next) });
        setLoaded({ control: phone, parts });
        void phone.open();
      },
      () => {
        again = setTimeout(() => setTries((before) => before + 1), loadAgainMs);
      },
    );
    return () => {
      left = true;
      clearTimeout(again);
      // A page that was replaced must not hang up what the other one goes on with.
      if (replaced.current) phone?.abandon();
      else phone?.close();
      setLoaded(null);
      onView(idlePhone);
    };
  }, [here, onView, levels, tries]);
  return loaded;
}

/** A page that is reloaded in a call says so on its way out: whoever it talks with hears music at once. */
function useLeaving(callId: string | null): void {
  useEffect(() => {
    if (!callId) return;
    const leave = () => void api.leaveCall(callId).catch(noOneListens);
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, [callId]);
}

/** The page is gone before the answer; its silence tells the same a few seconds later. */
function noOneListens(): void {}

/** The call that this person is in by what the desk tells, or that rings an office's phone here (a transfer). */
function useOwnCall(): { talking: string | null; ringing: string | null } {
  const { id } = usePerson();
  const { call, operator, transfer } = useDesk().state;
  // Who hung up while the call is passed on is not called back to it.
  const left = isLive(transfer) && transfer.callId === call?.callId && !transfer.operatorOnLine;
  if (call?.state === "talking" && operator?.state === "on_call") {
    return { talking: left ? null : call.callId, ringing: null };
  }
  const mine = isLive(transfer) && transfer.target.personId === id ? transfer : null;
  const rings = mine?.state === "asked" || mine?.state === "ringing";
  return { talking: rings ? null : (mine?.callId ?? null), ringing: rings ? mine.callId : null };
}

/** The desk has a call and this page has no leg of it: the program is asked to call again, and it is answered. */
function useReturn(control: PagePhone | null, view: PhoneView): void {
  const { call, operator, offer } = useDesk().state;
  const { talking, ringing } = useOwnCall();
  const dialled = operator?.state === "ringing" && !offer ? operator.callId : null;
  const ended = call?.state === "ended" ? call.callId : null;
  const had = useRef<string | null>(null);
  if (view.call) had.current = view.call.callId;
  const alone = control !== null && view.status === "ready" && view.call === null;
  const missing = alone ? (talking ?? ringing) : null;
  const rings = missing !== null && missing === ringing;
  useEffect(() => {
    if (control) control.expected = talking ?? dialled;
  }, [control, talking, dialled]);
  useEffect(() => {
    if (ended) control?.callIsOver(ended);
  }, [control, ended]);
  useEffect(() => {
    if (!missing || !control) return;
    if (sessionStorage.getItem(mutedKey) === missing) control.setMuted(true);
    const ask = () => void api.command(missing, "rejoin").catch(askedAgain);
    const first = setTimeout(ask, rings ? ringSettleMs : had.current === missing ? settleMs : 0);
    const next = setInterval(ask, askAgainMs);
    return () => {
      clearTimeout(first);
      clearInterval(next);
    };
  }, [missing, rings, control]);
}

/** Asked again as long as the desk shows the call. */
function askedAgain(error: unknown): void {
  if (!isProblem(error)) throw error;
}

async function newAccount(): Promise<PhoneAccount | null> {
  try {
    return await api.phoneAccount();
  } catch (error) {
    if (!isProblem(error)) throw error;
    return null;
  }
}
