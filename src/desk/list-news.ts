/**
 * Lists of the page that are not told by events of their own (migration list-news). Pure: the page imports it too.
 * "all": the program may have missed something.
 */
export const listNames = [
  "cards",
  "answers",
  "searches",
  "agendas",
  "bookings",
  "organisation",
  "people",
  "hours",
  "flows",
  "needs",
  "reports",
  "messages",
] as const;

export type ListName = (typeof listNames)[number];
