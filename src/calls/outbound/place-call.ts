import { v7 as uuid } from "uuid";
import { refuse } from "../../cases/case-errors.ts";
import { gatherFacts } from "../../cases/moves/case-facts-store.ts";
import { lockVisibleFamily } from "../../cases/visibility/visible-case.ts";
import { toE164 } from "../../citizens/phone-number.ts";
import { inTransaction } from "../../database/in-transaction.ts";
import type { Pool, Queryable } from "../../database/pool.ts";
import { settleKey } from "../../desk/request/idempotency-store.ts";
import type { IdempotentRequest } from "../../desk/route.ts";
import { AppError } from "../../errors.ts";
import type { SignedInPerson } from "../../people/person.ts";
import { directoryTarget } from "../../switchboard/directory-target.ts";
import { dialRefusal, dialsPerHour } from "../../switchboard/toll-fraud.ts";
import { numbersOfCase } from "./dial-number-store.ts";
import { insertOutboundCall, lockDialler } from "./outbound-call-store.ts";

export type DialWish = { caseId: string; number: string } | { entryId: string; number?: string | undefined };
export type Placed = { callId: string; caseId: string | null };

type Target = { caseId: string | null; entryId: string | null; e164: string | null; account: string | null };

/**
 * Click to call (REQ 1.6): the operator's phone rings first, then the citizen's. There is no free dialling: the number
 * belongs to the case, to a directory entry or to the organisation, and is none that costs a premium or leaves the
 * country. The answer is stored under the request's key in the same transaction: a lost commit is never dialled twice.
 * @throws AppError not_found, rule_violated (number, contact back of another operator), wrong_state (operator in a call,
 *   phone not registered), too_many_requests, switch_unavailable
 */
export async function placeCall(
  pool: Pool,
  person: SignedInPerson,
  wish: DialWish,
  request: IdempotentRequest | null,
): Promise<Placed> {
  return inTransaction(pool, async (client) => {
    const target = await ("caseId" in wish ? numberOfCase(client, person, wish) : numberOfEntry(client, wish));
    await refuseBusyDialler(client, person.id);
    const placed = { callId: uuid(), caseId: target.caseId };
    const written = await insertOutboundCall(client, {
      ...{ ...target, callId: placed.callId, offerId: uuid(), personId: person.id },
    });
    if (!written) throw new AppError("switch_unavailable", "No copy can place a call now", { retryAfterSeconds: 2 });
    if (request) await settleKey(client, request, 202, placed);
    return placed;
  });
}

async function numberOfCase(
  client: Queryable,
  person: SignedInPerson,
  { caseId, number }: { caseId: string; number: string },
): Promise<Target> {
  const { self, parent } = await lockVisibleFamily(client, person, caseId, null);
  if (self.attribute === "to_communicate") {
    const facts = await gatherFacts(client, self, parent, { personId: person.id, officeIds: [] });
    if (!facts.takenCharge && !facts.sameCall) throw refuse("contact_back_not_claimed");
  }
  const e164 = allowed(number);
  const known = await numbersOfCase(client, caseId);
  if (!known.some((one) => one === e164 || toE164(one) === e164)) throw foreignNumber();
  return { caseId, entryId: null, e164, account: null };
}

async function numberOfEntry(
  client: Queryable,
  { entryId, number }: { entryId: string; number?: string | undefined },
): Promise<Target> {
  const { dial, told } = await directoryTarget(client, entryId, new Date());
  if (number !== undefined) {
    const e164 = allowed(number);
    const own = "e164" in dial && dial.e164 === e164;
    if (!own && told?.e164 !== e164) throw foreignNumber();
    return { caseId: null, entryId, e164, account: null };
  }
  if ("account" in dial) return { caseId: null, entryId, e164: null, account: dial.account };
  return { caseId: null, entryId, e164: allowed(dial.e164), account: null };
}

/** @throws AppError rule_violated: toll fraud is refused wherever the number stands. */
function allowed(number: string): string {
  const e164 = toE164(number);
  const refusal = e164 === null ? "not_a_number" : dialRefusal(e164);
  if (e164 !== null && refusal === null) return e164;
  throw new AppError("rule_violated", "This number is not dialled", {
    rule: "REQ 1.6",
    refusal: `number_${refusal}`,
    it: "Questo numero non può essere chiamato da qui: numeri esteri, a pagamento e di emergenza sono esclusi.",
    insteadIt: "Chiedere al cittadino un altro recapito.",
  });
}

function foreignNumber(): AppError {
  return new AppError("rule_violated", "The number belongs neither to the case nor to the organisation", {
    rule: "REQ 1.6",
    refusal: "number_not_known",
    it: "Si chiamano solo i numeri del caso, della rubrica o degli uffici: questo non è tra quelli.",
    insteadIt: "Aggiungere il recapito dichiarato all'anagrafica del cittadino, poi chiamare.",
  });
}

/** One row an operator, locked: two clicks at once can not pass the limit or ring twice. */
async function refuseBusyDialler(client: Queryable, personId: string): Promise<void> {
  const dialler = await lockDialler(client, personId);
  if (!dialler?.online) {
    throw new AppError("wrong_state", "The operator's phone is not registered", {
      refusal: "phone_not_registered",
      it: "Il suo telefono non è collegato.",
      insteadIt: "Controllare il telefono della postazione, poi riprovare.",
    });
  }
  if (!dialler.free) {
    throw new AppError("wrong_state", "The operator is in a call", {
      refusal: "operator_in_call",
      it: "È già in corso una chiamata.",
      insteadIt: "Concludere la chiamata in corso, poi chiamare.",
    });
  }
  if (dialler.dialled < dialsPerHour) return;
  throw new AppError("too_many_requests", "Too many calls in an hour", {
    rule: "REQ 1.6",
    it: `Si possono fare al massimo ${dialsPerHour} chiamate in un'ora.`,
    retryAfterSeconds: 300,
  });
}
