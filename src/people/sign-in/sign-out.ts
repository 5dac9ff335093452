import type { PoolClient } from "pg";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { closeFeed } from "../../desk/desk-feed-store.ts";
import { endSessionsOf } from "../../desk/session/session-store.ts";
import { recordStates } from "../../operators/operator-store.ts";
import { standUp } from "../../operators/seats/seat-store.ts";
import { writeAudit } from "../person-store.ts";

/** Leaves the desk: offline, the live feed ends on every copy. A call in progress goes on by phone. */
export async function signOut(pool: Pool, personId: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await leaveDesk(client, personId);
    await writeAudit(client, { personId, actor: "person", action: "sign_out" });
  });
}

/** The same on every computer: each session of the person ends. */
export async function signOutEverywhere(pool: Pool, personId: string): Promise<void> {
  await inTransaction(pool, async (client) => {
    await endSessionsOf(client, personId);
    await leaveDesk(client, personId);
    await writeAudit(client, { personId, actor: "person", action: "sign_out_everywhere" });
  });
}

export async function leaveDesk(client: PoolClient, personId: string): Promise<void> {
  if (await standUp(client, personId)) await recordStates(client, [personId]);
  await closeFeed(client, personId);
}
