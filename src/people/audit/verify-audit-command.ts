/**
 * `npm run check:audit [-- seq:hash]`: reads the audit log's chain again. The last line is one JSON object with the
 * newest link, to be kept outside (paper, another machine) and named the next time. Exits 1 on a fault.
 */
import pg from "pg";
import { databaseSetting } from "../../config.ts";
import { primaryUrl } from "../../database/primary-server.ts";
import type { ChainEnd } from "./audit-chain-store.ts";
import { verifyAudit } from "./verify-audit.ts";

function anchorOf(text: string | undefined): ChainEnd | null {
  if (text === undefined) return null;
  const match = /^(\d+):([0-9a-f]{64})$/.exec(text);
  if (!match) throw new Error("The link must be written as number:hash, as an earlier run printed it.");
  return { seq: Number(match[1]), hash: match[2] ?? "" };
}

const url = databaseSetting(process.env);
if (!url) throw new Error("Setting DATABASE_URL is missing (see .env.example).");
const client = new pg.Client({ connectionString: await primaryUrl(url) });
await client.connect();
try {
  const { lines, end, faults, anchorKept } = await verifyAudit(client, anchorOf(process.argv[2]));
  for (const fault of faults) process.stdout.write(`audit line ${fault.auditId}: ${fault.what} (link ${fault.seq})\n`);
  if (anchorKept === false) process.stdout.write("the link that was named is not in the chain any more\n");
  const link = end ? `${end.seq}:${end.hash}` : null;
  process.stdout.write(`${JSON.stringify({ lines, faults: faults.length, anchorKept, link })}\n`);
  process.exitCode = faults.length > 0 || anchorKept === false ? 1 : 0;
} finally {
  await client.end();
}
