import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { isProblem, Problem } from "../api/api-problem.ts";
import type { Person } from "../api/api-types.ts";
import { api, client, type SignIn } from "../api/desk-api.ts";
import type { Me } from "../api/me.ts";
import { flushOpenDrafts } from "../case/draft/open-drafts.ts";

/** unknown: still asking; out: nobody; in: a person; again: a person whose session ended while the page was open. */
type SessionState = { stage: "unknown"; problem?: Problem } | { stage: "out" } | { stage: "in" | "again"; me: Me };

type Session = {
  state: SessionState;
  signIn(body: SignIn): Promise<void>;
  signOut(): Promise<void>;
  /** On every computer. */
  signOutEverywhere(): Promise<void>;
  /** Asks again who this is, after the own account changed. */
  renew(): Promise<void>;
  expire(): void;
};

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession needs SessionProvider above it");
  return session;
}

export function usePerson(): Person {
  const { state } = useSession();
  if (!("me" in state)) throw new Error("usePerson needs somebody who is signed in");
  return state.me.person;
}

/** Knows who is signed in. A session that ends while the page is open keeps the page, and asks to sign in on top. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const [state, setState] = useState<SessionState>({ stage: "unknown" });
  const expire = useCallback(
    () => setState((now) => ("me" in now ? { stage: "again", me: now.me } : { stage: "out" })),
    [],
  );
  const ask = useCallback(async () => {
    try {
      const me = await api.me();
      setState({ stage: "in", me });
    } catch (error) {
      if (!isProblem(error) || error.status === 401) setState({ stage: "out" });
      else {
        setState((now) => (now.stage === "unknown" ? { stage: "unknown", problem: error } : now));
        setTimeout(() => void ask(), 2_000);
      }
    }
  }, []);
  useEffect(() => client.onSignedOut(expire), [expire]);
  useEffect(() => void ask(), [ask]);
  const session = useMemo<Session>(
    () => ({
      state,
      expire,
      signIn: async (body) => {
        await api.signIn(body);
        const me = await api.me();
        setState({ stage: "in", me });
      },
      renew: async () => {
        const me = await api.me();
        setState({ stage: "in", me });
      },
      signOut: async () => {
        await leaveBy(api.signOut);
        setState({ stage: "out" });
      },
      signOutEverywhere: async () => {
        await leaveBy(api.signOutEverywhere);
        setState({ stage: "out" });
      },
    }),
    [state, expire],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** Signing out clears this browser's storage: what is unsaved goes to the server first, or nobody signs out. */
async function leaveBy(signOut: () => Promise<void>): Promise<void> {
  if (!(await flushOpenDrafts())) throw new Problem(0, { code: "unsaved" });
  await signOut();
}
