/** One line of the audit log as it is read; `data` holds ids and words of the program, never personal data. */
export type AuditLine = {
  id: number;
  at: Date;
  personId: string | null;
  /** Today's name of the person; null: the program itself, or an account that is gone. */
  personName: string | null;
  /** The login, or `system:…`. */
  actor: string;
  action: string;
  subjectKind: string | null;
  subjectId: string | null;
  /** The number that people see, when the line is about a case. */
  caseNumber: number | null;
  data: Record<string, unknown>;
};

/** Every condition that is given must hold; times are [from, to). */
export type AuditFilter = {
  personId?: string | undefined;
  /** Lines of this record, and searches and pops that showed it. */
  citizenId?: string | undefined;
  caseId?: string | undefined;
  subjectKind?: string | undefined;
  /** One action, or with `*` at the end all that begin so. */
  action?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
};

export type AuditPlace = { at: string; id: number };
