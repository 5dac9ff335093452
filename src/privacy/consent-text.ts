/** What a version of the consent text must be (REQ 5.2). Pure: the page's form checks the same. */
export const consentWords = { min: 20, max: 1_000 } as const;

/** At most twenty signs: it stands in every message's row and in the citizen's copy of the data. */
export const consentVersionName = /^[0-9A-Za-z][0-9A-Za-z.-]{0,19}$/;
