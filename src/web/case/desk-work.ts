import { createContext } from "react";

/** An outcome that another column puts before the person, e.g. the assignment after a failed transfer (REQ 3.2). */
export type Proposal = { to: string; attribute: string | null; cause: string | null };

/** What the three columns of one case on the operator's desk tell each other. */
export type DeskWork = {
  /** What was searched in the knowledge last: "no card found" stores it (REQ 3.1). */
  searched: string;
  setSearched(text: string): void;
  proposal: Proposal | null;
  propose(proposal: Proposal | null): void;
};

/** Null where a case is open without the desk around it (the office's screen). */
export const DeskWorkContext = createContext<DeskWork | null>(null);
