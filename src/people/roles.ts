/** The eight roles of REQ 0; a person may have several. Pure: the page imports it too. */
export const roles = [
  "operator",
  "office_agent",
  "specialist",
  "rejects_agent",
  "knowledge_editor",
  "agency_referent",
  "supervisor",
  "administrator",
] as const;

export type Role = (typeof roles)[number];
