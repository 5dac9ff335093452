/** What the operator may do at each step of a transfer (drawing in src/transfers/transfer.ts). Pure. */
import type { LegalMove, Refusal } from "../api/api-types.ts";
import type { TransferCommand } from "../api/work-api.ts";
import type { TransferView } from "../api/work-types.ts";

const inTalk: readonly TransferCommand[] = ["complete", "swap", "conference", "return"];

/** Commands in the order of their buttons; the first is the one that most often follows. */
export function commandsOf({ state, kind, operatorOnLine }: TransferView): readonly TransferCommand[] {
  if (!operatorOnLine) return [];
  switch (state) {
    case "asked":
    case "ringing":
    case "checking":
      return ["return"];
    case "consulting":
      return kind === "consult" ? inTalk : ["return"];
    case "swapped":
      return ["complete", "swap", "conference", "drop"];
    case "conference":
      return ["complete", "swap", "drop"];
    default:
      return [];
  }
}

export function isLive(transfer: TransferView | null): transfer is TransferView {
  return transfer !== null && transfer.state !== "ended";
}

/** Ended, with the citizen back at first level: the case may be assigned with this as its reason (REQ 3.2). */
export function hasFailed({ state, result }: TransferView): boolean {
  return state === "ended" && result !== null && !["completed", "citizen_left", "returned"].includes(result);
}

/** Refusals that the check and the answer of the office clear by themselves. */
const onTheWay = new Set(["availability_check_missing", "availability_check_too_old", "not_yet_connected"]);

/** Why voice and case can not be passed to an office now, or null (REQ 3.2: the table decides). */
export function transferRefusal(moves: readonly LegalMove[]): Refusal | null {
  const refusal = moves.find(({ to }) => to === "transferred")?.refusal ?? null;
  return refusal && !onTheWay.has(refusal.code) ? refusal : null;
}
