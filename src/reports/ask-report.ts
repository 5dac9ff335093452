import type { Clock } from "../clock.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import type { SignedInPerson } from "../people/person.ts";
import { writeAudit } from "../people/person-store.ts";
import { needsAgency, type ReportKind } from "./report.ts";
import { type ReportWithProof, readReport } from "./report-list-store.ts";
import { askedPeriod } from "./report-period.ts";
import { mayAskFor, reportSight } from "./report-sight.ts";
import { countUnmade, insertAsked } from "./report-store.ts";

export type ReportWish = { kind: ReportKind; agencyId: string | null; firstDay: string; lastDay: string };

const mostUnmade = 5;

/**
 * A report for any days, made by the next free copy; it is kept and downloadable, not sent by post.
 * @throws AppError invalid_form (period, agency), not_found (an agency that is not the person's), too_many_requests
 */
export async function askReport(
  { pool, clock }: { pool: Pool; clock: Pick<Clock, "now"> },
  person: SignedInPerson,
  wish: ReportWish,
): Promise<ReportWithProof> {
  const period = askedPeriod(wish.firstDay, wish.lastDay, clock.now());
  if (wish.agencyId === null && needsAgency(wish.kind)) {
    throw new AppError("invalid_form", "This report is about one agency", {
      it: "Questo rapporto riguarda un solo ente: indicare l'ente.",
      extra: { errors: [{ path: "agencyId", code: "required", it: "campo obbligatorio" }] },
    });
  }
  if (!mayAskFor(person, wish.agencyId)) {
    throw new AppError("not_found", "There is no such agency for this person", { it: "Ente inesistente." });
  }
  return inTransaction(pool, async (client) => {
    if ((await countUnmade(client, person.id)) >= mostUnmade) {
      throw new AppError("too_many_requests", "Too many reports are being made for this person", {
        it: `Sono già in preparazione ${mostUnmade} rapporti: attendere che siano pronti.`,
        retryAfterSeconds: 30,
      });
    }
    const { kind, agencyId } = wish;
    const id = await insertAsked(client, { kind, agencyId, period, personId: person.id });
    const data = { kind, agencyId, firstDay: wish.firstDay, lastDay: wish.lastDay };
    await writeAudit(client, {
      ...{ personId: person.id, actor: person.login, action: "report.ask", subjectKind: "report", subjectId: id, data },
    });
    return (await readReport(client, reportSight(person), id))!;
  });
}
