import { canonicalContact } from "../../citizens/citizen.ts";
import type { WeeklyHours } from "../../ivr/hours/opening-hours.ts";
import { checkServiceSettings, type ServiceSettings } from "../organisation.ts";
import { cellReader, cellsOf, type RowError } from "./csv/csv-cells.ts";
import type { CsvRecord } from "./csv/read-csv.ts";

/**
 * The file of the whole tree: one row an agency, department, office or service, in any order, known by its code
 * (agencies: everywhere; the others: within their agency). What a kind does not use stays empty. All columns must be
 * there: one that is missing would otherwise switch things off that nobody spoke of.
 */
export const columns = [
  "tipo",
  "codice",
  "ente",
  "macrostruttura",
  "ufficio",
  "nome",
  "nome_breve",
  "profilo",
  "accetta_informazioni",
  "accetta_reclami",
  "contact_back",
  "agenda",
  "tentativi",
  "centralino",
  "telefono",
  "email",
  "orari",
  "attivo",
] as const;
export type Column = (typeof columns)[number];

export type RowKind = "agency" | "department" | "office" | "service";

/** What is left of a wrong row: others may name its code. */
export type BrokenRow = Pick<OrganisationRow, "line" | "kind" | "code" | "agency" | "name" | "active"> & {
  broken: true;
};

/** A row that is right by itself; whether its codes exist is asked when all rows are there. */
export type OrganisationRow = {
  line: number;
  kind: RowKind;
  code: string;
  agency: string;
  name: string;
  active: boolean;
  department?: string;
  office?: string;
  shortName?: string;
  switchboard?: boolean;
  phone?: string | null;
  phoneExtension?: string | null;
  email?: string | null;
  /** Null: nothing said, what is stored stays. */
  hours?: WeeklyHours[] | null;
} & Partial<ServiceSettings>;

const kinds: Record<string, RowKind> = {
  ente: "agency",
  macrostruttura: "department",
  ufficio: "office",
  servizio: "service",
};
const uses: Record<RowKind, readonly Column[]> = {
  agency: ["nome_breve", "centralino"],
  department: ["ente"],
  office: ["ente", "telefono", "email", "orari"],
  service: [
    ...(["ente", "macrostruttura", "ufficio", "profilo", "accetta_informazioni", "accetta_reclami"] as const),
    ...(["contact_back", "agenda", "tentativi"] as const),
  ],
};
const always: readonly Column[] = ["tipo", "codice", "nome", "attivo"];

/** The row, and all that is wrong with it in the words of who wrote it. */
export function readOrganisationRow(
  record: CsvRecord,
  places: ReadonlyMap<string, number>,
): { row: OrganisationRow | BrokenRow | null; errors: RowError[] } {
  const { line } = record;
  const cell = cellsOf<Column>(record, places);
  if (Array.isArray(cell)) return { row: null, errors: cell };
  const errors: RowError[] = [];
  const fault = (column: Column | null, it: string) => {
    errors.push({ line, column, it });
  };
  const kind = kinds[cell("tipo").toLowerCase()];
  if (!kind) {
    fault("tipo", "Il tipo deve essere ente, macrostruttura, ufficio o servizio.");
    return { row: null, errors };
  }
  for (const column of columns) {
    if (cell(column) !== "" && !always.includes(column) && !uses[kind].includes(column)) {
      // The file may repeat an agency's code in its own row.
      if (!(kind === "agency" && column === "ente" && cell("ente") === cell("codice"))) {
        fault(column, `La colonna "${column}" non si usa per il tipo ${cell("tipo").toLowerCase()}.`);
      }
    }
  }
  const reader = rowReader(cell, fault);
  const row: OrganisationRow = {
    line,
    kind,
    code: reader.code("codice"),
    agency: kind === "agency" ? cell("codice") : reader.code("ente"),
    name: reader.text("nome", 200),
    active: reader.yesNo("attivo", true),
    ...partsOf(kind, reader),
  };
  if (kind === "service" && errors.length === 0) {
    const wrong = checkServiceSettings(row as ServiceSettings);
    if (wrong) fault(settingColumn[wrong.field], `${wrong.it} ${wrong.insteadIt}`);
  }
  if (errors.length === 0) return { row, errors };
  const { code, agency } = row;
  return { row: { line, kind, code, agency, name: "", active: true, broken: true }, errors };
}

const settingColumn: Record<keyof ServiceSettings, Column> = {
  profile: "profilo",
  acceptsInformation: "accetta_informazioni",
  acceptsComplaints: "accetta_reclami",
  hasAgenda: "agenda",
  minFailedAttempts: "tentativi",
  contactBackReasons: "contact_back",
};

function partsOf(kind: RowKind, reader: RowReader): Partial<OrganisationRow> {
  switch (kind) {
    case "agency":
      return {
        shortName: reader.text("nome_breve", 60, true) || reader.text("nome", 200, true).slice(0, 60),
        switchboard: reader.yesNo("centralino", false),
      };
    case "department":
      return {};
    case "office":
      return { ...reader.phone(), email: reader.email(), hours: reader.hours() };
    case "service":
      return {
        department: reader.code("macrostruttura"),
        office: reader.code("ufficio"),
        profile: reader.profile(),
        acceptsInformation: reader.yesNo("accetta_informazioni", false),
        acceptsComplaints: reader.yesNo("accetta_reclami", false),
        hasAgenda: reader.yesNo("agenda", false),
        minFailedAttempts: reader.attempts(),
        contactBackReasons: reader.contactBack(),
      };
  }
}

type RowReader = ReturnType<typeof rowReader>;

function rowReader(cell: (column: Column) => string, fault: (column: Column, it: string) => void) {
  const cells = cellReader(cell, fault);
  return {
    text: cells.text,
    yesNo: cells.yesNo,
    code: cells.code,
    phone: () => cells.phone("telefono"),
    hours: () => cells.hours("orari"),
    profile: () => {
      const value = cell("profilo").toLowerCase();
      if (value !== "base" && value !== "avanzato") fault("profilo", "Il profilo deve essere base o avanzato.");
      return value === "base" ? ("base" as const) : ("advanced" as const);
    },
    attempts: (): number => {
      const value = cell("tentativi");
      if (value === "") return 1;
      if (!/^([1-9]|10)$/.test(value)) fault("tentativi", "I tentativi devono essere un numero da 1 a 10.");
      return Number(value);
    },
    contactBack: () => {
      const words = cell("contact_back")
        .toLowerCase()
        .split(/[|+ ]+/)
        .filter((word) => word !== "" && word !== "no");
      const known = { informazione: "information", reclamo: "complaint" } as const;
      return words.flatMap((word) => {
        if (word === "informazione" || word === "reclamo") return [known[word]];
        fault("contact_back", 'Il contact back deve essere "no", "informazione", "reclamo" o "informazione|reclamo".');
        return [];
      });
    },
    email: (): string | null => {
      const value = cell("email");
      const email = value === "" ? null : canonicalContact("email", value);
      if (value !== "" && email === null) fault("email", "L'indirizzo e-mail non è valido.");
      return email;
    },
  };
}
