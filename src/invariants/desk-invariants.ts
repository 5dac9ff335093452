import type { CallLine, OfferLine, OperatorLine, Snapshot, Violation } from "./invariant.ts";

/** A phone has this long from the row to its leg. */
const legDueMs = 3_000;
const wrapUpGraceMs = 10_000;

/** Operators, the offers that ring at their phones, and transfers. */
export function brokenDesks({ rows, switches }: Snapshot): Violation[] {
  const calls = new Map(rows.calls.map((call) => [call.id, call]));
  const offers = new Map(rows.offers.map((offer) => [offer.id, offer]));
  const live = rows.calls.filter((call) => call.state === "offered" || call.state === "talking");
  const legs = new Map(switches.map((one) => [one.asteriskId, new Set(one.legs.map((leg) => leg.id))]));
  return [
    ...rows.operators.flatMap((operator) => brokenOperator(operator, calls, offers, live)),
    ...twoCalls(live),
    ...rows.operators.flatMap((operator) => overdue(operator, rows.now)),
    ...rows.offers.flatMap((offer) => brokenOffer(offer, calls.get(offer.callId), legs, rows.now)),
    ...rows.transfers
      .filter((transfer) => transfer.callState === "ended")
      .map(({ id }): Violation => ({ kind: "transfer_without_call", subject: id, detail: "the call has ended" })),
  ];
}

function brokenOperator(
  operator: OperatorLine,
  calls: ReadonlyMap<string, CallLine>,
  offers: ReadonlyMap<string, OfferLine>,
  live: readonly CallLine[],
): Violation[] {
  const wrong = (detail: string): Violation[] => [{ kind: "operator_state_wrong", subject: operator.personId, detail }];
  const call = operator.callId === null ? undefined : calls.get(operator.callId);
  switch (operator.system) {
    case "ringing": {
      const offer = operator.offerId === null ? undefined : offers.get(operator.offerId);
      const rings = offer?.personId === operator.personId && offer.callId === call?.id && call.state === "offered";
      return rings ? [] : wrong("ringing without an offer");
    }
    case "on_call":
      return call?.state === "talking" ? [] : wrong(`on call, the call is ${call?.state ?? "not there"}`);
    default: {
      // In a transfer the office's person is the call's, at no desk of the first level.
      const other = live.find((one) => one.personId === operator.personId && one.transferId === null);
      return other ? wrong(`${operator.system}, and a call is ${other.state}`) : [];
    }
  }
}

function twoCalls(live: readonly CallLine[]): Violation[] {
  const counts = new Map<string, number>();
  for (const { personId } of live) if (personId !== null) counts.set(personId, (counts.get(personId) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([personId, count]) => ({ kind: "operator_two_calls", subject: personId, detail: `${count} live calls` }));
}

function overdue(operator: OperatorLine, now: Date): Violation[] {
  const lateMs = operator.wrapUpUntil === null ? 0 : now.getTime() - operator.wrapUpUntil.getTime();
  if (lateMs <= wrapUpGraceMs) return [];
  return [{ kind: "wrap_up_overdue", subject: operator.personId, detail: `by ${lateMs} ms` }];
}

function brokenOffer(
  offer: OfferLine,
  call: CallLine | undefined,
  legs: ReadonlyMap<string, ReadonlySet<string>>,
  now: Date,
): Violation[] {
  if (call?.state !== "offered" || call.offerId !== offer.id) {
    return [{ kind: "offer_of_other_call", subject: offer.id, detail: `its call is ${call?.state ?? "not there"}` }];
  }
  const there = call.asteriskId === null ? undefined : legs.get(call.asteriskId);
  const due = !offer.autoAnswer && now.getTime() - offer.createdAt.getTime() > legDueMs;
  if (!there || !due || there.has(offer.channelId)) return [];
  return [{ kind: "offer_without_leg", subject: offer.id, detail: "no phone rings" }];
}
