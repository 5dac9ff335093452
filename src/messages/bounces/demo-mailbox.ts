import { setTimeout as delay } from "node:timers/promises";
import type { BounceMailbox } from "./read-bounces.ts";

/** The mailbox of the demo's mail server, asked every second; an IMAP server is not played. */
export function demoMailbox(baseUrl: string): BounceMailbox {
  return {
    name: "demo",
    readUntilBroken: async (take, signal) => {
      let after = 0;
      while (!signal.aborted) {
        const response = await fetch(new URL(`/demo/bounces?after=${after}`, baseUrl), { signal });
        const { items } = (await response.json()) as { items: { id: number; raw: string }[] };
        for (const { id, raw } of items) {
          await take(Buffer.from(raw));
          after = id;
        }
        await delay(1_000, undefined, { signal });
      }
    },
  };
}
