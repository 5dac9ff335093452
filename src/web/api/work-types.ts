/** What the operator's own work reads from /api/v1: tasks, children, cards read in a case, transfers, directory. */
import type { ContactReason, NoticeContent } from "../../cases/case.ts";
import type { Verdict } from "../../transfers/availability/availability.ts";
import type { TransferKind, TransferResult, TransferState } from "../../transfers/transfer.ts";
import type { Card } from "./api-types.ts";

export type MissingKnowledge =
  | { kind: "no_card"; search: string }
  | { kind: "card_does_not_answer"; cardId: string; cardVersion: number };

/** A task of a case, as GET /cases/{id} tells it. */
export type CaseTask = {
  id: string;
  kind: string;
  state: "open" | "claimed" | "done" | "withdrawn";
  claimedBy: { id: string; name: string } | null;
};

/** How GET /cards found its answer; "part": no card has all the words. */
export type CardSearch = { items: FoundCard[]; match: "code" | "all" | "alike" | "part" | "nothing" | "list" };
export type FoundCard = Card & { expired: boolean };
export type CardText = FoundCard & {
  answers: { reason: string; language: string; text: string }[];
  documents: { id: string; name: string; sizeBytes: number; released: boolean }[];
};

/** A version of a card that was read in a case. */
export type CardInCase = { cardId: string; version: number; code: string; title: string; chosen: boolean };

export type ChildReason = Extract<ContactReason, "reminder" | "update_notice" | "case_status">;
export type ChildBody = {
  reason: ChildReason;
  draftId: string;
  content?: NoticeContent;
  identity?: { firstName: string; lastName: string; phone?: string; email?: string; caseNumber?: number };
  citizenData?: { firstName?: string; lastName?: string; contacts?: { kind: "phone" | "email"; value: string }[] };
  complete: false;
};

export type Agency = { id: string; name: string; shortName: string; switchboard: boolean };

type Said = { verdict: Verdict; since: string | null; until: string | null; it: string; en: string };
export type OfficeAvailability = Said & {
  officeId: string;
  officeName: string;
  people: (Said & { personId: string; name: string })[];
  lastAnswers: { outcome: string; personName: string | null; at: string }[];
  alternative: { kind: "try_again" | "assign" | "declare_unresolvable"; it: string; en: string } | null;
};
/** The check that a transfer names: usable when positive, until it expires. */
export type AvailabilityCheck = OfficeAvailability & {
  id: string;
  caseId: string;
  usable: boolean;
  expiresAt: string;
};

/** Payload of the `office` event. */
export type OfficeNews = Said & { officeId: string; officeName: string };

/** Payload of the `transfer` event. */
export type TransferView = {
  transferId: string;
  callId: string;
  caseId: string;
  kind: TransferKind;
  state: TransferState;
  result: TransferResult | null;
  operatorOnLine: boolean;
  operator: { id: string; name: string };
  target: {
    name: string;
    officeId: string | null;
    personId: string | null;
    entryId: string | null;
    numberToTell: string | null;
  };
  caseNumber: number;
  caller: { e164: string | null; name: string | null };
};

export type DirectoryEntry = {
  id: string;
  agencyId: string;
  kind: "office" | "person";
  name: string;
  role: string;
  office: string;
  number: string | null;
  extension: string | null;
  numberOf: "entry" | "office" | null;
  hours: { state: "open" | "closed" | "holiday"; nextOpening: string | null } | null;
};
