import type { OrganisationRow } from "../import/organisation-row.ts";
import { parseWeeklyHours } from "../offices/weekly-hours.ts";
import { demoSettings } from "./demo-service.ts";
import { demoServices } from "./demo-services.ts";

const agencies = [
  { code: "FI", name: "Comune di Firenze", shortName: "Firenze", switchboard: true },
  { code: "CM", name: "Città Metropolitana di Firenze", shortName: "Città Metropolitana", switchboard: true },
  { code: "SC", name: "Comune di Scandicci", shortName: "Scandicci", switchboard: false },
];

const departments = [
  { code: "FI-DEM", name: "Servizi demografici" },
  { code: "FI-TRB", name: "Tributi" },
  { code: "FI-MOB", name: "Mobilità e ambiente" },
  { code: "FI-POL", name: "Polizia municipale" },
  { code: "FI-SCU", name: "Istruzione" },
  { code: "FI-URB", name: "Urbanistica e casa" },
  { code: "CM-VIA", name: "Viabilità e trasporti" },
  { code: "CM-SCU", name: "Istruzione superiore" },
  { code: "CM-AMB", name: "Ambiente, caccia e pesca" },
  { code: "SC-DEM", name: "Servizi al cittadino" },
  { code: "SC-TER", name: "Territorio e tributi" },
  { code: "SC-PER", name: "Servizi alla persona" },
];

const morning = "lun-ven 08:30-13:00";
const withAfternoons = "lun-ven 08:30-13:00, mar 14:30-17:30, gio 14:30-17:30";
const allDay = "lun-ven 08:00-19:00, sab 08:30-12:30";
const offices = [
  { code: "FI-ANAG", name: "Anagrafe", hours: withAfternoons },
  { code: "FI-STCI", name: "Stato civile e cimiteri", hours: morning },
  { code: "FI-ELET", name: "Ufficio elettorale", hours: morning },
  { code: "FI-TRIB", name: "Ufficio tributi", hours: withAfternoons },
  { code: "FI-ZTL", name: "Permessi ZTL", hours: withAfternoons },
  { code: "FI-VIAB", name: "Viabilità e strade", hours: morning },
  { code: "FI-VERD", name: "Verde e tutela ambientale", hours: morning },
  { code: "FI-MULT", name: "Sportello multe", hours: allDay },
  { code: "FI-SCOL", name: "Ufficio scuola e nidi", hours: withAfternoons },
  { code: "FI-MENS", name: "Mense e trasporti scolastici", hours: morning },
  { code: "FI-EDIL", name: "Sportello edilizia", hours: "lun 08:30-13:00, mer 08:30-13:00, ven 08:30-13:00" },
  { code: "FI-CASA", name: "Ufficio casa", hours: morning },
  { code: "CM-STRA", name: "Ufficio strade e concessioni", hours: morning },
  { code: "CM-EDSC", name: "Edilizia scolastica", hours: morning },
  { code: "CM-AMBI", name: "Ufficio ambiente", hours: withAfternoons },
  { code: "CM-CACC", name: "Caccia e pesca", hours: morning },
  { code: "SC-ANAG", name: "Punto Comune Anagrafe", hours: allDay },
  { code: "SC-TRIB", name: "Ufficio entrate", hours: withAfternoons },
  { code: "SC-EDIL", name: "Edilizia e urbanistica", hours: morning },
  { code: "SC-MANU", name: "Manutenzioni e suolo pubblico", hours: morning },
  { code: "SC-SCOL", name: "Servizi educativi e sport", hours: withAfternoons },
  { code: "SC-SOCI", name: "Servizi sociali e cultura", hours: withAfternoons },
  { code: "SC-POLI", name: "Comando polizia municipale", hours: allDay },
];

/** The demo's tree in the form of the import: three agencies, 12 departments, 23 offices with hours, 80 services. */
export function demoTree(): OrganisationRow[] {
  const rows: Omit<OrganisationRow, "line">[] = [];
  const add = (row: Omit<OrganisationRow, "line" | "agency" | "active">) =>
    rows.push({ ...row, agency: row.code.slice(0, 2), active: true });
  for (const agency of agencies) add({ kind: "agency", ...agency });
  for (const department of departments) add({ kind: "department", ...department });
  for (const [index, { code, name, hours }] of offices.entries()) {
    add({
      kind: "office",
      code,
      name,
      // 055 00… is given to nobody.
      phone: `+390550010${String(100 + index)}`,
      phoneExtension: null,
      email: `${code.toLowerCase()}@example.org`,
      hours: parseWeeklyHours(hours),
    });
  }
  for (const { code, department, office, name, settings } of demoServices) {
    add({ kind: "service", code, department, office, name, ...demoSettings(settings) });
  }
  return rows.map((row, index) => ({ ...row, line: index + 1 }));
}

/** The group that reassigns what offices send back (REQ 3.8). */
export const demoRejectsDesk = { agency: "FI", code: "FI-RIGETTI", name: "Gestione Rigetti" };
