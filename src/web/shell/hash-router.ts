import { useSyncExternalStore } from "react";

/** Where the page is: "#/inbox/018f…" → { screen: "inbox", rest: ["018f…"] }. */
export type Place = { screen: string; rest: string[] };

export function readPlace(hash: string): Place {
  const [screen = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { screen, rest };
}

export function hashOf(screen: string, ...rest: string[]): string {
  return `#/${[screen, ...rest].map(encodeURIComponent).join("/")}`;
}

export function goTo(screen: string, ...rest: string[]): void {
  location.hash = hashOf(screen, ...rest);
}

function subscribe(listener: () => void): () => void {
  addEventListener("hashchange", listener);
  return () => removeEventListener("hashchange", listener);
}

export function usePlace(): Place {
  return readPlace(useSyncExternalStore(subscribe, () => location.hash));
}
