import { demoRandom, firstNames, lastNames, pick } from "../../organisation/demo/demo-citizens.ts";
import { formatWeeklyHours, parseWeeklyHours } from "../../organisation/offices/weekly-hours.ts";
import type { VoicemailPolicy } from "../directory.ts";
import type { DirectoryRow } from "../import/directory-row.ts";

const areas =
  "Anagrafe|Stato civile|Elettorale|Protocollo|Albo pretorio|Archivio storico|Ufficio stampa|Relazioni con il pubblico|Tributi|TARI|IMU|Riscossione|Ragioneria|Economato|Gare e contratti|Avvocatura|Personale|Formazione|Sistemi informativi|Statistica|Permessi ZTL|Traffico|Segnaletica|Strade|Illuminazione pubblica|Manutenzione edifici|Verde pubblico|Ambiente|Rifiuti|Protezione civile|Edilizia privata|Urbanistica|Condono|Casa|Patrimonio|Demanio|Scuola|Nidi|Mense scolastiche|Trasporto scolastico|Servizi sociali|Anziani|Disabilità|Immigrazione|Pari opportunità|Giovani|Sport|Cultura|Biblioteche|Musei|Turismo|Commercio|Mercati|Suolo pubblico|Polizia municipale|Multe|Oggetti rinvenuti|Cimiteri|Veterinaria|Notifiche".split(
    "|",
  );
const places = ["sede centrale", "sede distaccata"];
const roles =
  "istruttore amministrativo|istruttrice amministrativa|istruttore tecnico|funzionario amministrativo|funzionaria tecnica|responsabile di servizio|dirigente|collaboratore|addetta allo sportello|geometra|assistente sociale|agente di polizia municipale|messo comunale|segreteria".split(
    "|",
  );
const weeks = [
  "lun-ven 08:30-13:00",
  "lun-ven 08:30-13:00, mar 14:30-17:30, gio 14:30-17:30",
  "lun-ven 08:00-19:00",
].map((text) => {
  const hours = parseWeeklyHours(text);
  return { hours, week: hours && formatWeeklyHours(hours) };
});
type Week = (typeof weeks)[number];

/** People who sit at a phone of the demo: a direct transfer can be tried with them. */
const atPhones = [
  { agency: "FI", name: "Gina Innocenti", account: "301" },
  { agency: "CM", name: "Ugo Landi", account: "302" },
];

/**
 * Two thousand entries, nobody real: 1,400 of the city, 600 of the metropolitan city. Numbers of 055 00…, which is
 * given to nobody; one person in eight has a confidential one.
 */
export function demoDirectory(): DirectoryRow[] {
  const random = demoRandom(7_000);
  const rows: Omit<DirectoryRow, "line">[] = [];
  const usual = pick(random, weeks.slice(0, 1));
  for (const [agency, total, offices] of [
    ["FI", 1_400, 110],
    ["CM", 600, 40],
  ] as const) {
    for (let n = 0; n < offices; n++) rows.push(office(agency, n, rows.length, pick(random, weeks)));
    const seated = atPhones.filter((person) => person.agency === agency);
    for (let n = 0; n < total - offices; n++) {
      const at = seated[n];
      const name = at?.name ?? `${pick(random, firstNames)} ${pick(random, lastNames)}`;
      const person = {
        name,
        role: pick(random, roles),
        officeCode: `DIR-U${Math.floor(random() * offices)}`,
        account: at?.account ?? null,
        disclosable: random() >= 0.125,
        voicemailPolicy: policyOf(random()),
      };
      rows.push({ ...common(agency, `DIR-P${n}`, rows.length, usual), ...person, kind: "person" });
    }
  }
  return rows.map((row, index) => ({ ...row, line: index + 1 }));
}

function office(agency: string, n: number, index: number, week: Week): Omit<DirectoryRow, "line"> {
  const area = areas[n % areas.length] ?? "";
  const name = n < areas.length ? area : `${area}, ${places[Math.floor(n / areas.length) % places.length]}`;
  return { ...common(agency, `DIR-U${n}`, index, week), kind: "office", name, voicemailPolicy: "detect" };
}

function common(agency: string, code: string, index: number, week: Week): Omit<DirectoryRow, "line" | "name"> {
  return {
    kind: "office",
    code,
    agency,
    role: "",
    officeCode: "",
    phone: `+39055004${String(index).padStart(4, "0")}`,
    extension: null,
    account: null,
    disclosable: true,
    fallbackPhone: null,
    voicemailPolicy: "press_one",
    ...week,
    active: true,
  };
}

function policyOf(chance: number): VoicemailPolicy {
  if (chance < 0.6) return "press_one";
  return chance < 0.9 ? "detect" : "trust";
}
