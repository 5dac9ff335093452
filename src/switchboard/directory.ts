/** The directory of an agency that subscribed to the switchboard: its offices and employees (REQ 7.1). */
export const entryKinds = ["office", "person"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** Who answered, a person or a machine (REQ 7.3): ask to press 1, listen for a machine, or believe the entry. */
export const voicemailPolicies = ["press_one", "detect", "trust"] as const;
export type VoicemailPolicy = (typeof voicemailPolicies)[number];

/** A number that the operator may say to the citizen; `of` tells whose it is. */
export type ToldNumber = { e164: string; extension: string | null; of: "entry" | "office" };

export type NumberFacts = {
  phone: string | null;
  extension: string | null;
  disclosable: boolean;
  /** The office's number that stands in the entry itself. */
  fallbackPhone: string | null;
  /** The entry of its office. */
  office: { phone: string | null; extension: string | null; disclosable: boolean } | null;
};

/**
 * What may be told of an entry (REQ 7.3): its own number, or, when that is confidential or there is none but an
 * internal phone, its office's; null when that is confidential too.
 */
export function numberToTell(entry: NumberFacts): ToldNumber | null {
  if (entry.disclosable && entry.phone) return { e164: entry.phone, extension: entry.extension, of: "entry" };
  if (entry.fallbackPhone) return { e164: entry.fallbackPhone, extension: null, of: "office" };
  if (!entry.office?.disclosable || !entry.office.phone) return null;
  return { e164: entry.office.phone, extension: entry.office.extension, of: "office" };
}

/** Said before a name or between words: they choose nothing as long as another word does. */
export const fillerWords: readonly string[] = (
  "ufficio uffici servizio settore il lo la i gli le un una di del dello della dei degli delle da dal dalla e ed per con a al alla " +
  "sig signor signora signorina dott dottor dottore dottoressa dssa ing arch avv geom rag prof"
).split(" ");
