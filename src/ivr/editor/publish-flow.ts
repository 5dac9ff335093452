import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool } from "../../database/pool.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import type { FlowDocument } from "../flow.ts";
import { addFlowVersion, lockFlow, readFlow, readFlowSurroundings, type StoredFlow } from "../ivr-store.ts";
import { type FlowProblem, validateFlow } from "./validate-flow.ts";

/**
 * Makes a document the flow's next version, live for the next call; calls in progress keep theirs (REQ 1.1).
 * @throws AppError not_found, stale_version, rule_violated with every problem of the document.
 */
export async function publishFlow(
  pool: Pool,
  flow: { id: string; version: number; document: FlowDocument },
  person: Pick<SignedInPerson, "id">,
): Promise<StoredFlow> {
  return inTransaction(pool, async (client) => {
    const published = await lockFlow(client, flow.id);
    if (published === null) throw new AppError("not_found", "There is no such flow");
    if (published !== flow.version) throw staleFlow(published);
    const problems = validateFlow(flow.document, await readFlowSurroundings(client));
    if (problems.length > 0) throw unpublishable(problems);
    await addFlowVersion(client, {
      id: flow.id,
      version: published + 1,
      document: flow.document,
      personId: person.id,
    });
    const stored = await readFlow(client, flow.id);
    if (!stored) throw new AppError("not_found", "There is no such flow");
    return stored;
  });
}

function staleFlow(current: number): AppError {
  return new AppError("stale_version", "Somebody published another version meanwhile", {
    it: "Il flusso è stato pubblicato da un'altra persona nel frattempo.",
    insteadIt: "Ricaricare il flusso e ripetere la modifica.",
    extra: { currentVersion: current },
  });
}

function unpublishable(problems: FlowProblem[]): AppError {
  const more = problems.length > 1 ? ` (e altri ${problems.length - 1} problemi)` : "";
  return new AppError("rule_violated", "The flow can not be published", {
    rule: "REQ 1.1",
    it: `Il flusso non può essere pubblicato. ${problems[0]?.it ?? ""}${more}`,
    insteadIt: "Correggere i nodi indicati e pubblicare di nuovo.",
    extra: { problems },
  });
}
