import type { Queryable } from "../../database/pool.ts";
import {
  type ChainEnd,
  type ChainFault,
  chainEnd,
  faultsOfChain,
  hasLink,
  sealAudit,
  unsealedLines,
} from "./audit-chain-store.ts";

export type AuditVerdict = { lines: number; end: ChainEnd | null; faults: ChainFault[]; anchorKept: boolean | null };

const stretch = 20_000;

/**
 * Reads the whole chain again (ASVS 16.4.2). `anchor` is a link that was written down earlier: without it nobody can
 * tell that the newest lines were cut off together with their links.
 */
export async function verifyAudit(db: Queryable, anchor: ChainEnd | null): Promise<AuditVerdict> {
  const faults = await unsealedLines(db);
  while ((await sealAudit(db)) > 0);
  const end = await chainEnd(db);
  for (let after = 0; after < (end?.seq ?? 0); after += stretch)
    faults.push(...(await faultsOfChain(db, after, stretch)));
  return { lines: end?.seq ?? 0, end, faults, anchorKept: anchor && (await hasLink(db, anchor)) };
}
