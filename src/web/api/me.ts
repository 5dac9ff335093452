import type { CallView, Offer, OperatorView, Person } from "./api-types.ts";
import type { TransferView } from "./work-types.ts";

/** GET /me: who is signed in, and where the desk stands now. */
export type Me = {
  person: Person;
  permissions: string[];
  operator: OperatorView | null;
  call: CallView | null;
  offer: Offer | null;
  /** The live transfer that this person makes, or that rings or talks here. */
  transfer: TransferView | null;
};
