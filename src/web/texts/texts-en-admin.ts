import type { adminTextsIt } from "./texts-it-admin.ts";

export const adminTextsEn: typeof adminTextsIt = {
  tree: {
    title: "Organisation",
    one: "Entry of the organisation",
    choose: "Choose an entry of the tree to see and change it.",
    gone: "This entry is not there any more.",
    offices: "Second-level offices",
    newUnit: {
      agencies: "New agency",
      departments: "New department",
      offices: "New office",
      services: "New service",
    },
    fields: {
      name: "Name",
      shortName: "Short name",
      switchboard: "Subscribes to the switchboard",
      phone: "Phone",
      email: "E-mail",
      disabled: "Disabled",
    },
    officeOfService: "Competent office",
  },
  people: {
    title: "People",
    hint: "Who works in the second-level offices and at the seats.",
    search: "Search by name",
    name: "Name",
    login: "Login",
    where: "Office or seat",
    off: "disabled",
  },
  imports: {
    title: "Imports",
    hint: "The file is tried first without writing anything; it is imported only without errors. Repeated, it doubles nothing.",
    kinds: { organisation: "Organisation", directory: "Switchboard directory" },
    columns: {
      organisation:
        "CSV with the columns tipo, codice, ente, macrostruttura, ufficio, nome, nome_breve, profilo, accetta_informazioni, accetta_reclami, contact_back, agenda, tentativi, centralino, telefono, email, orari, attivo.",
      directory:
        "CSV with the columns tipo, codice, ente, nome, ruolo, ufficio, telefono, interno, riservato, telefono_ufficio, segreteria, orari, attivo.",
    },
    file: "File",
    tryIt: "Try",
    importIt: "Import",
    working: "Reading the file…",
    tried: "The file is good: it can be imported now.",
    imported: "Imported.",
    hasErrors: (count: number) => (count === 1 ? "The file has 1 error." : `The file has ${count} errors.`),
    rows: (count: number) => (count === 1 ? "1 row read." : `${count} rows read.`),
    units: { agency: "Agencies", department: "Departments", office: "Offices", service: "Services" },
    counts: (name: string, rows: number, created: number, changed: number) =>
      `${name ? `${name}: ` : ""}${rows} rows, ${created} new, ${changed} changed`,
    errors: (shown: number, total: number) =>
      shown < total ? `First ${shown} errors of ${total}` : `Errors: ${total}`,
    line: "Line",
    column: "Column",
    error: "Error",
  },
};
