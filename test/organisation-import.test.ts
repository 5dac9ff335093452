import { Readable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import fc from "fast-check";
import { type ImportReport, importOrganisation } from "../src/organisation/import/import-organisation.ts";
import { columns } from "../src/organisation/import/organisation-row.ts";
import { formatWeeklyHours, parseWeeklyHours } from "../src/organisation/offices/weekly-hours.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";

/** Bytes that something still holds on to: what only waits to be collected says nothing. */
function memoryInUse(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Cells = Partial<Record<(typeof columns)[number], string>>;
const csv = (...rows: Cells[]) =>
  [columns.join(";"), ...rows.map((row) => columns.map((column) => row[column] ?? "").join(";"))].join("\r\n");

const agency: Cells = {
  tipo: "ente",
  codice: "FI",
  nome: "Comune di Firenze",
  nome_breve: "Firenze",
  centralino: "sì",
};
const department: Cells = { tipo: "macrostruttura", codice: "DEM", ente: "FI", nome: "Servizi demografici" };
const office: Cells = {
  tipo: "ufficio",
  codice: "ANA",
  ente: "FI",
  nome: "Ufficio anagrafe",
  telefono: "055/0010101 int. 3",
  email: "Anagrafe@example.it",
  orari: "lun-ven 9:00-13:00, mar 15.00-17.30",
};
const service: Cells = {
  tipo: "servizio",
  codice: "CIE",
  ente: "FI",
  macrostruttura: "DEM",
  ufficio: "ANA",
  nome: "Carta d'identità elettronica",
  profilo: "avanzato",
  accetta_informazioni: "si",
  accetta_reclami: "no",
  contact_back: "informazione|reclamo",
  agenda: "si",
  tentativi: "3",
};

describe("import of the organisation", () => {
  let database: TestDatabase;
  let admin: { id: string; login: string };

  before(async () => {
    database = await testDatabase();
    const person = await database.pool.query(
      "insert into people (login, display_name) values ('admin', 'Admin') returning id, login",
    );
    admin = person.rows[0];
  });
  after(() => database.drop());
  afterEach(() => database.pool.query("truncate agencies, calendars cascade"));

  const run = (content: string | Buffer, dryRun = false): Promise<ImportReport> =>
    importOrganisation(database.pool, admin, Readable.from([Buffer.from(content)]), dryRun);
  const errorsOf = (report: ImportReport) => report.errors.map((error) => `${error.line} ${error.column}: ${error.it}`);
  const stored = async () => {
    const found = await database.pool.query(
      `select a.name as agency, a.switchboard, d.name as department, o.name as office, o.phone, o.phone_extension, o.email,
         s.name, s.profile, s.accepts_information, s.accepts_complaints, s.has_agenda, s.min_failed_attempts,
         s.disabled_at is not null as disabled, s.version,
         (select string_agg(reason, ',' order by reason) from service_reasons r
           where r.service_id = s.id and r.contact_back_enabled) as contact_back,
         (select count(*) from calendar_hours h where h.calendar_id = o.calendar_id) as hours
       from services s join agencies a on a.id = s.agency_id join departments d on d.id = s.department_id
       join offices o on o.id = s.office_id order by s.name`,
    );
    return found.rows;
  };

  it("imports the tree in any order of rows; a dry run counts the same and leaves nothing", async () => {
    const file = csv(service, office, department, agency);
    const dry = await run(file, true);
    expect(dry).to.deep.include({ applied: false, rows: 4, errors: [] });
    expect(await stored()).to.deep.equal([]);
    const report = await run(file);
    expect(report).to.deep.equal({ ...dry, dryRun: false, applied: true });
    expect(report.counts?.service).to.deep.equal({ rows: 1, created: 1, changed: 0 });
    expect(await stored()).to.deep.equal([
      {
        agency: "Comune di Firenze",
        switchboard: true,
        department: "Servizi demografici",
        office: "Ufficio anagrafe",
        phone: "+390550010101",
        phone_extension: "3",
        email: "anagrafe@example.it",
        name: "Carta d'identità elettronica",
        profile: "advanced",
        accepts_information: true,
        accepts_complaints: false,
        has_agenda: true,
        min_failed_attempts: 3,
        disabled: false,
        version: 1,
        contact_back: "complaint,information",
        hours: 6,
      },
    ]);
  });

  it("changes nothing the second time, and only what differs the third", async () => {
    await run(csv(agency, department, office, service));
    const again = await run(csv(agency, department, office, service));
    for (const counts of Object.values(again.counts!)) expect(counts).to.include({ created: 0, changed: 0 });
    const renamed = { ...service, nome: "CIE", contact_back: "no" };
    const third = await run(csv(agency, department, { ...office, orari: "lun 9:00-13:00" }, renamed));
    expect(third.counts).to.deep.equal({
      agency: { rows: 1, created: 0, changed: 0 },
      department: { rows: 1, created: 0, changed: 0 },
      office: { rows: 1, created: 0, changed: 1 },
      service: { rows: 1, created: 0, changed: 1 },
    });
    expect((await stored())[0]).to.include({ name: "CIE", contact_back: null, hours: 1, version: 2 });
    const switched = await run(csv({ ...renamed, contact_back: "reclamo" }));
    expect(switched.counts?.service).to.include({ changed: 1 });
    expect((await stored())[0]).to.include({ contact_back: "complaint", version: 3 });
  });

  it("reads Windows-1252 and commas alike", async () => {
    const text = csv(agency, department, office, service);
    await run(Buffer.from(text, "latin1"));
    const commas = text
      .split("\r\n")
      .map((line) =>
        line
          .split(";")
          .map((cell) => `"${cell}"`)
          .join(","),
      )
      .join("\n");
    const again = await run(`\ufeff${commas.replaceAll(/^"tipo.*$/gm, columns.join(","))}`);
    for (const counts of Object.values(again.counts!)) expect(counts).to.include({ created: 0, changed: 0 });
  });

  it("tells every fault of every row with its line, and imports nothing", async () => {
    const file = csv(
      agency,
      { ...department, nome: "" },
      { ...office, telefono: "3,93331E+11", email: "a@b", orari: "sempre" },
      { ...service, profilo: "base" },
      { ...service, codice: "X2", ente: "XX", nome: "Altro" },
      { ...service, codice: "3,93331E+11", nome: "=cmd|' /C calc'!A0" },
      { ...service, codice: "X4", ufficio: "BOH", nome: "Quarto" },
      { ...service, codice: "X5", profilo: "medio", tentativi: "11", nome: "Quinto" },
      { tipo: "scuola", codice: "S" },
      { ...department, codice: "D2", telefono: "055123456", nome: "Seconda" },
    );
    const report = await run(`${file}\r\nente;troppo;corta`);
    expect(errorsOf(report)).to.deep.equal([
      '3 nome: Manca "nome".',
      "4 telefono: Il numero di telefono non è valido.",
      "4 email: L'indirizzo e-mail non è valido.",
      '4 orari: Orari non leggibili: scriverli come "lun-ven 09:00-13:00, mar 15:00-17:30".',
      "5 accetta_informazioni: Un servizio base non accetta informazioni in assegnazione. Togliere l'impostazione oppure dare al servizio il profilo avanzato.",
      "6 ente: Ente sconosciuto: XX.",
      "6 macrostruttura: Macrostruttura sconosciuta in questo ente: DEM.",
      "6 ufficio: Ufficio sconosciuto in questo ente: ANA.",
      '7 codice: "codice" è un numero rovinato da Excel (3,93331E+11): formattare la colonna come testo.',
      '7 nome: "nome" comincia con un segno di formula (= + - @).',
      "8 ufficio: Ufficio sconosciuto in questo ente: BOH.",
      "9 profilo: Il profilo deve essere base o avanzato.",
      "9 tentativi: I tentativi devono essere un numero da 1 a 10.",
      "10 tipo: Il tipo deve essere ente, macrostruttura, ufficio o servizio.",
      '11 telefono: La colonna "telefono" non si usa per il tipo macrostruttura.',
      "12 null: La riga ha 3 colonne invece di 18.",
    ]);
    expect(report).to.include({ applied: false, errorCount: 16 });
    expect((await database.pool.query("select from agencies")).rowCount).to.equal(0);
  });

  it("refuses codes and names that come twice, in the file or against what is stored", async () => {
    const twice = await run(csv(agency, department, office, service, service, { ...service, codice: "CIE2" }));
    expect(errorsOf(twice)).to.deep.equal([
      "6 codice: Codice ripetuto: è già alla riga 5.",
      "6 nome: Nome ripetuto: è già alla riga 5.",
      "7 nome: Nome ripetuto: è già alla riga 5.",
    ]);
    await run(csv(agency, department, office, service));
    const other = await run(csv({ ...service, codice: "ALTRO" }, { ...department, codice: "DEM2" }));
    expect(errorsOf(other)).to.deep.equal([
      "2 nome: Esiste già un servizio con questo nome e un altro codice.",
      "3 nome: Esiste già una macrostruttura con questo nome e un altro codice.",
    ]);
  });

  it("refuses to disable what a service in use needs", async () => {
    await run(csv(agency, department, office, service));
    const off = await run(csv({ ...office, attivo: "no" }));
    expect(errorsOf(off)).to.deep.equal(["2 attivo: Non si può disattivare: 1 servizi attivi ne dipendono."]);
    const both = await run(csv({ ...office, attivo: "no" }, { ...service, attivo: "no" }));
    expect(both.applied).to.equal(true);
    const back = await run(csv(service));
    expect(errorsOf(back)[0]).to.contain("Il servizio è attivo, ma il suo ente, macrostruttura o ufficio non lo è.");
  });

  it("refuses a header with missing, unknown or repeated columns, and a file without rows", async () => {
    const broken = columns.join(";").replace("codice;", "codce;").replace("email", "telefono");
    expect(errorsOf(await run(`${broken}\n1`))).to.deep.equal([
      '1 null: Colonna sconosciuta: "codce".',
      '1 null: Colonna ripetuta: "telefono".',
      '1 null: Manca la colonna "codice".',
      '1 null: Manca la colonna "email".',
    ]);
    expect(errorsOf(await run(csv()))).to.deep.equal(["1 null: Il file non contiene righe."]);
    expect(errorsOf(await run(`${csv(agency)}\n"aperta`))).to.deep.equal([
      "3 null: Virgolette aperte e mai chiuse a partire da questa riga.",
    ]);
  });

  it("takes 100,000 rows in bounded memory, refuses one more", async function () {
    this.timeout(120_000);
    const before = memoryInUse();
    let peak = 0;
    const many = (count: number) =>
      Readable.from(
        (function* () {
          yield Buffer.from(`${csv(agency, department, office)}\r\n`);
          for (let index = 0; index < count; index++) {
            if (index % 20_000 === 19_999) peak = Math.max(peak, memoryInUse());
            const row: Cells = { ...service, codice: `S${index}`, nome: `Servizio numero ${index}` };
            yield Buffer.from(`${columns.map((column) => row[column] ?? "").join(";")}\r\n`);
          }
        })(),
      );
    const refused = await importOrganisation(database.pool, admin, many(99_998), true);
    expect(errorsOf(refused)).to.deep.equal(["100002 null: Il file ha più di 100000 righe."]);
    const report = await importOrganisation(database.pool, admin, many(99_997), false);
    expect(report.counts?.service).to.deep.equal({ rows: 99_997, created: 99_997, changed: 0 });
    expect(peak).to.be.greaterThan(0);
    expect(peak - before).to.be.below(150_000_000);
  });

  it("ends with a report for any file whatever, and is all or nothing (property)", async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        "ente",
        "macrostruttura",
        "ufficio",
        "servizio",
        "FI",
        "DEM",
        "ANA",
        "CIE",
        "si",
        "no",
        "base",
        "avanzato",
      ),
      fc.constantFrom("", "-", "'", "\\", "{}", "\u200f", "null", "%s", "1E5", "lun 9:00-10:00", "0550010101"),
      fc.string({ unit: "grapheme", maxLength: 6 }).map((text) => text.replace(/[;"\p{Cc}]/gu, "")),
    );
    const row = fc.array(cell, { minLength: columns.length, maxLength: columns.length });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), async (rows) => {
        const report = await run([columns.join(";"), ...rows.map((cells) => cells.join(";"))].join("\n"));
        expect(report.applied).to.equal(report.errorCount === 0);
        if (!report.applied) expect((await database.pool.query("select from agencies")).rowCount).to.equal(0);
        else await database.pool.query("truncate agencies, calendars cascade");
      }),
      { numRuns: 60 },
    );
  });
});

describe("weekly hours as text", () => {
  it("reads what offices write and refuses the rest", () => {
    expect(parseWeeklyHours("Lunedì 9:00-13:00; mar 15.00 - 17.30")).to.deep.equal([
      { weekday: 1, opens: "09:00", closes: "13:00" },
      { weekday: 2, opens: "15:00", closes: "17:30" },
    ]);
    for (const bad of [
      "sempre",
      "lun 9-13",
      "ven-lun 9:00-13:00",
      "lun 13:00-9:00",
      "lun 9:60-10:00",
      "lun 24:30-25:00",
    ]) {
      expect(parseWeeklyHours(bad), bad).to.equal(null);
    }
    expect(parseWeeklyHours("lun 9:00-13:00, lun-mar 12:00-14:00")).to.equal(null);
    expect(parseWeeklyHours("")).to.deep.equal([]);
  });

  it("gives the same week back after writing it (property)", () => {
    const line = fc.record({ weekday: fc.integer({ min: 1, max: 7 }), from: fc.integer({ min: 0, max: 22 }) });
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: (l) => `${l.weekday} ${l.from}` }), (lines) => {
        const hour = (n: number) => `${String(n).padStart(2, "0")}:00`;
        const week = lines
          .map((l) => ({ weekday: l.weekday, opens: hour(l.from), closes: hour(l.from + 1) }))
          .sort((a, b) => a.weekday - b.weekday || a.opens.localeCompare(b.opens));
        expect(parseWeeklyHours(formatWeeklyHours(week))).to.deep.equal(week);
      }),
    );
  });
});
