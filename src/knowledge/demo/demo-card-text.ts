/** What a demo card says beyond the data of its office: other words for the search, and how the thing is done. */
export type DemoCardText = { keywords: string; how: string };

/** `how` may be of several paragraphs. */
export const say = (keywords: string, ...how: string[]): DemoCardText => ({ keywords, how: how.join("\n\n") });
