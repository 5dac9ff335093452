import { DateTime } from "luxon";
import type { Alternative, Cause, Judgement } from "./availability.ts";

export type TwoLanguages = { it: string; en: string };

const sentences: Record<Cause, TwoLanguages> = {
  free: { it: "Libero.", en: "Free." },
  free_but_missed: { it: "Libero, ma poco fa non ha risposto.", en: "Free, but did not answer a moment ago." },
  on_a_call: { it: "Occupato: è al telefono{since}.", en: "Busy: on the phone{since}." },
  in_wrap_up: { it: "Occupato: sta chiudendo una pratica{since}.", en: "Busy: finishing a case{since}." },
  phone_in_use: { it: "Occupato: il telefono è in uso.", en: "Busy: the phone is in use." },
  hours: { it: "Ufficio chiuso{until}.", en: "Office closed{until}." },
  holiday: { it: "Ufficio chiuso per festività{until}.", en: "Office closed for a holiday{until}." },
  no_hours_ahead: { it: "Ufficio chiuso: non sono previsti orari di apertura.", en: "Office closed: no hours ahead." },
  office_disabled: { it: "Ufficio non più attivo.", en: "Office no longer in use." },
  phone_not_registered: { it: "Telefono non raggiungibile.", en: "Phone not reachable." },
  nobody_assigned: { it: "All'ufficio non è assegnata alcuna persona.", en: "Nobody is assigned to the office." },
  on_leave: { it: "Assente{until}.", en: "On leave{until}." },
  not_at_seat: { it: "Nessuno è presente in postazione.", en: "Nobody is at a seat." },
  page_closed: { it: "Non è davanti alla pagina di lavoro.", en: "The desk page is not open." },
  do_not_disturb: { it: "Ha chiesto di non essere disturbato{since}.", en: "Do not disturb{since}." },
};

const zone = "Europe/Rome";

/** The judgement in one sentence, times on the clock of Rome. */
export function sayJudgement({ cause, since, until }: Judgement, now: Date): TwoLanguages {
  const fill = (language: "it" | "en") =>
    sentences[cause][language]
      .replace("{since}", since ? sayTime(since, now, language, { it: ["dalle", "da"], en: "since" }) : "")
      .replace("{until}", until ? sayTime(until, now, language, { it: ["fino alle", "fino a"], en: "until" }) : "");
  return { it: fill("it"), en: fill("en") };
}

export function sayAlternative(alternative: Alternative, now: Date): TwoLanguages {
  switch (alternative.kind) {
    case "try_again": {
      const at = alternative.at ?? now;
      return {
        it: `Riprovare${sayTime(at, now, "it", { it: ["dopo le", "da"], en: "" })}.`,
        en: `Try again${sayTime(at, now, "en", { it: ["", ""], en: "after" })}.`,
      };
    }
    case "assign":
      return {
        it: "Assegnare il caso all'ufficio: il controllo negativo è già registrato come motivo.",
        en: "Assign the case to the office: the negative check is on record as the reason.",
      };
    case "declare_unresolvable":
      return {
        it: "Il servizio non accetta assegnazioni: dichiarare il caso non risolvibile per informazione carente.",
        en: "The service takes no assignments: declare the case unresolvable for missing knowledge.",
      };
  }
}

/** " dalle 10:40" today, " da lunedì 24 novembre alle 08:30" on another day; Italian needs a word for each. */
function sayTime(
  at: Date,
  now: Date,
  language: "it" | "en",
  words: { it: [today: string, otherDay: string]; en: string },
): string {
  const local = DateTime.fromJSDate(at, { zone }).setLocale(language);
  const sameDay = local.hasSame(DateTime.fromJSDate(now, { zone }), "day");
  if (language === "en") return ` ${words.en} ${local.toFormat(sameDay ? "HH:mm" : "cccc d LLLL, HH:mm")}`;
  return sameDay
    ? ` ${words.it[0]} ${local.toFormat("HH:mm")}`
    : ` ${words.it[1]} ${local.toFormat("cccc d LLLL 'alle' HH:mm")}`;
}
