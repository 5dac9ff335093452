import { actorOf } from "../cases/visibility/visible-case.ts";
import { inTransaction } from "../database/in-transaction.ts";
import type { Pool, Queryable } from "../database/pool.ts";
import { AppError } from "../errors.ts";
import { isReferentOf } from "../knowledge/cards/card.ts";
import { hasRole, type SignedInPerson } from "../people/person.ts";
import {
  NEED_REFUSALS,
  type NeedMoveFacts,
  type NeedParty,
  type NeedState,
  needMoveRefusal,
} from "./information-need.ts";
import { type InformationNeed, lockNeeds, readNeed, readTarget, writeMove } from "./information-need-store.ts";
import { tellNeed } from "./need-news-store.ts";
import { cardNow, namesInCase } from "./need-subject-store.ts";
import { refuseCitizenData } from "./report-need.ts";

export type NeedWish = {
  to: NeedState;
  /** draft → reported. */
  text?: string | undefined;
  /** refused: why; closed: what was changed. The operator reads it. */
  note?: string | undefined;
  mergeIntoId?: string | undefined;
  /** closed, of missing knowledge: the card that answers now. */
  cardId?: string | undefined;
};

/**
 * Moves a need under lock, with its history, and tells who must know (REQ 8).
 * @throws not_found (not visible), stale_version, rule_violated with what to do instead
 */
export async function moveNeed(
  pool: Pool,
  person: SignedInPerson,
  id: string,
  version: number,
  wish: NeedWish,
): Promise<InformationNeed> {
  return inTransaction(pool, async (client) => {
    await lockNeeds(client, wish.mergeIntoId ? [id, wish.mergeIntoId] : [id]);
    const need = await readNeed(client, person, id);
    if (!need) throw noSuchNeed();
    if (need.version !== version) throw staleNeed(need);
    for (const text of [wish.text, wish.note]) await refuseData(client, need, text);
    const changed = await changeReported(client, need, wish);
    refuseMove(await factsOf(client, person, need, wish, changed.done));
    await writeMove(
      client,
      need,
      {
        state: wish.to,
        ...(wish.to === "reported" && wish.text ? { text: wish.text } : {}),
        ...(wish.to === "refused" ? { refuseReason: wish.note ?? "" } : {}),
        ...(wish.to === "merged" ? { mergedIntoId: wish.mergeIntoId ?? "" } : {}),
        ...(wish.to === "closed" ? { changeNote: wish.note ?? "", changedCard: changed.card } : {}),
      },
      actorOf(person),
    );
    await tellNeed(client, id, person.id);
    return (await readNeed(client, person, id)) ?? need;
  });
}

/** What this person is to the need. */
export function partiesOf(person: SignedInPerson, need: InformationNeed): NeedParty[] {
  const parties: NeedParty[] = [];
  if (need.reportedById === person.id) parties.push("reporter");
  if (hasRole(person, "knowledge_editor")) parties.push("editor");
  const { agencyId, serviceId } = need;
  const referent = serviceId
    ? isReferentOf(person, { agencyId, serviceId })
    : person.roles.some((held) => held.role === "agency_referent" && held.agencyId === agencyId);
  if (referent) parties.push("referent");
  return parties;
}

export function noSuchNeed(): AppError {
  return new AppError("not_found", "There is no such information need", { it: "Esigenza informativa inesistente." });
}

async function refuseData(client: Queryable, need: InformationNeed, text: string | undefined): Promise<void> {
  if (text) refuseCitizenData(text, need.caseId ? await namesInCase(client, need.caseId) : []);
}

async function factsOf(
  client: Queryable,
  person: SignedInPerson,
  need: InformationNeed,
  wish: NeedWish,
  changed: boolean,
): Promise<NeedMoveFacts> {
  const target = wish.mergeIntoId ? await readTarget(client, wish.mergeIntoId) : null;
  const open = target?.agencyId === need.agencyId && (target.state === "reported" || target.state === "accepted");
  const hasNote = (wish.note ?? "").trim() !== "";
  return {
    state: need.state,
    to: wish.to,
    parties: partiesOf(person, need),
    hasText: (wish.text ?? need.text).trim() !== "",
    hasReason: hasNote,
    target: wish.mergeIntoId ? { open: open ?? false, itself: wish.mergeIntoId === need.id } : null,
    hasChangeNote: hasNote,
    changed,
  };
}

type Reported = { done: boolean; card: { id: string; version: number } | null };

/** Whether the card has changed since it was read; what is in the directory the agency's word is enough for. */
async function changeReported(client: Queryable, need: InformationNeed, wish: NeedWish): Promise<Reported> {
  if (wish.to !== "closed" || need.about === "directory_entry") return { done: true, card: null };
  const cardId = need.cardId ?? wish.cardId ?? null;
  const now = cardId ? await cardNow(client, cardId, need.agencyId) : null;
  if (!cardId || !now) return { done: false, card: null };
  if (now.publishedVersion === null) return { done: need.about === "card" && now.withdrawn, card: null };
  const done = need.cardVersion === null || now.publishedVersion > need.cardVersion;
  return { done, card: { id: cardId, version: now.publishedVersion } };
}

function refuseMove(facts: NeedMoveFacts): void {
  const code = needMoveRefusal(facts);
  if (!code) return;
  throw new AppError("rule_violated", "The need can not be moved so", {
    rule: "REQ 8",
    refusal: code,
    ...NEED_REFUSALS[code],
  });
}

function staleNeed(current: InformationNeed): AppError {
  return new AppError("stale_version", "The need was changed meanwhile", {
    it: "L'esigenza informativa è stata modificata nel frattempo.",
    insteadIt: "Rileggerla e ripetere.",
    extra: { currentVersion: current.version, current },
  });
}
