import { Readable } from "node:stream";
import { expect } from "chai";
import { systemClock } from "../src/clock.ts";
import type { SignedInPerson } from "../src/people/person.ts";
import { demoDirectory } from "../src/switchboard/demo/demo-directory.ts";
import { directoryRoutes } from "../src/switchboard/directory-routes.ts";
import { directoryTarget } from "../src/switchboard/directory-target.ts";
import { directoryColumns } from "../src/switchboard/import/directory-row.ts";
import { type DirectoryReport, importDirectory } from "../src/switchboard/import/import-directory.ts";
import { type TestDatabase, testDatabase } from "./support/database.ts";
import { refusedWith } from "./support/refused.ts";
import { type TestClient, type TestWeb, testClient, testPerson, testWeb } from "./support/web.ts";

type Cells = Partial<Record<(typeof directoryColumns)[number], string>>;
const csv = (...rows: Cells[]) =>
  [directoryColumns.join(";"), ...rows.map((row) => directoryColumns.map((c) => row[c] ?? "").join(";"))].join("\r\n");
/** A name of its own for each number, of the letters that Italian surnames have. */
const surname = (n: number) =>
  `B${[...String(n).padStart(5, "0")].map((digit) => ["ra", "ne", "ti", "lo", "cu", "sa", "ve", "di", "mo", "gi"][Number(digit)]).join("")}`;
type Found = { id: string; name: string; number: string | null; numberOf: string | null; [key: string]: unknown };

const registry: Cells = {
  tipo: "ufficio",
  codice: "ANAG",
  ente: "FI",
  nome: "Anagrafe",
  telefono: "055/0010101 int. 3",
  segreteria: "riconosci",
  orari: "lun-ven 8:30-13:00",
};
const rossi: Cells = {
  tipo: "persona",
  codice: "P1",
  ente: "FI",
  nome: "Màrco Rossi",
  ruolo: "istruttore amministrativo",
  ufficio: "ANAG",
  telefono: "055 0040001",
};
const damico: Cells = { ...rossi, codice: "P2", nome: "Lucia D'Amico", telefono: "055 0040002", riservato: "sì" };
const seated: Cells = {
  ...rossi,
  codice: "P3",
  nome: "Gina Bianchi",
  ruolo: "dirigente",
  telefono: "",
  interno: "301",
  segreteria: "nessuna",
};

describe("switchboard: the directory", () => {
  let database: TestDatabase;
  let web: TestWeb;
  let operator: TestClient;
  const agencies: Record<string, string> = {};
  const admin = { id: "", login: "admin", roles: [{ role: "administrator", agencyId: null }] } as Pick<
    SignedInPerson,
    "id" | "login" | "roles"
  >;

  const sql = async (text: string, values: unknown[] = []) => (await database.pool.query(text, values)).rows;
  const run = (content: string | Buffer, dryRun = false, person = admin): Promise<DirectoryReport> =>
    importDirectory(database.pool, person, Readable.from([Buffer.from(content)]), dryRun);
  const errorsOf = (report: DirectoryReport) => report.errors.map((one) => `${one.line} ${one.column}: ${one.it}`);
  const search = async (q: string, agency?: string): Promise<Found[]> => {
    const answer = await operator.call(
      "GET",
      `/directory?q=${encodeURIComponent(q)}${agency ? `&agency=${agency}` : ""}`,
    );
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    return answer.body.items as unknown as Found[];
  };
  const names = async (q: string) => (await search(q)).map((one) => one.name);

  before(async () => {
    database = await testDatabase();
    web = await testWeb(database, { routes: directoryRoutes({ pool: database.pool, clock: systemClock }) });
    await testPerson(database.pool, "anna", "operator", "201");
    admin.id = await testPerson(database.pool, "admin", "administrator");
    operator = await testClient(web.url, "anna");
    for (const row of await sql(
      `insert into agencies (external_id, name, short_name, switchboard)
        values ('FI', 'Firenze', 'Firenze', true), ('SC', 'Scandicci', 'Scandicci', false), ('CM', 'Città', 'Città', true)
        returning id, external_id`,
    )) {
      agencies[row.external_id] = row.id;
    }
  });
  after(async () => {
    await web.close();
    await database.drop();
  });
  afterEach(() => sql("truncate directory_entries, directory_weeks, directory_known_words"));

  describe("import", () => {
    const stored = () =>
      sql(`select e.external_id, e.name, e.office, e.phone, e.extension, e.account, e.disclosable, e.voicemail_policy,
        e.version, (select count(*)::int from calendar_hours h where h.calendar_id = e.calendar_id) as hours
        from directory_entries e order by e.external_id`);

    it("takes rows in any order; a dry run counts the same and leaves nothing", async () => {
      const file = csv(rossi, damico, seated, registry);
      const dry = await run(file, true);
      expect(dry).to.deep.include({ applied: false, errors: [], counts: { rows: 4, created: 4, changed: 0 } });
      expect(await stored()).to.deep.equal([]);
      expect(await run(file)).to.deep.equal({ ...dry, dryRun: false, applied: true });
      expect(await stored()).to.deep.equal([
        {
          ...{ external_id: "ANAG", name: "Anagrafe", office: "", phone: "+390550010101", extension: "3" },
          ...{ account: null, disclosable: true, voicemail_policy: "detect", version: 1, hours: 5 },
        },
        {
          ...{ external_id: "P1", name: "Màrco Rossi", office: "Anagrafe", phone: "+390550040001", extension: null },
          ...{ account: null, disclosable: true, voicemail_policy: "press_one", version: 1, hours: 0 },
        },
        {
          ...{ external_id: "P2", name: "Lucia D'Amico", office: "Anagrafe", phone: "+390550040002", extension: null },
          ...{ account: null, disclosable: false, voicemail_policy: "press_one", version: 1, hours: 0 },
        },
        {
          ...{ external_id: "P3", name: "Gina Bianchi", office: "Anagrafe", phone: null, extension: null },
          ...{ account: "301", disclosable: true, voicemail_policy: "trust", version: 1, hours: 0 },
        },
      ]);
    });

    it("takes 100,000 rows, and refuses an open quote, damaged text and a file of another kind", async function () {
      this.timeout(120_000);
      const many = (count: number) =>
        Readable.from(
          (function* () {
            yield Buffer.from(`${csv(registry)}\r\n`);
            for (let n = 0; n < count; n++) {
              const row: Cells = {
                ...rossi,
                codice: `R${n}`,
                nome: `${surname(n)} Marco`,
                telefono: `0550${400_000 + n}`,
              };
              yield Buffer.from(`${directoryColumns.map((column) => row[column] ?? "").join(";")}\r\n`);
            }
          })(),
        );
      const report = await importDirectory(database.pool, admin, many(99_999), false);
      expect(report.counts).to.deep.equal({ rows: 100_000, created: 100_000, changed: 0 });
      const started = performance.now();
      expect((await names(surname(77_777)))[0]).to.equal(`${surname(77_777)} Marco`);
      expect(performance.now() - started).to.be.below(1_000);
      const damaged = Buffer.concat([
        Buffer.from(`${csv(registry)}\r\npersona;P9;FI;`),
        Buffer.from([0xc3, 0x28, 0x81]),
      ]);
      for (const broken of [`${csv(registry)}\n"aperta`, damaged, "nome;telefono\nRossi;055", "%PDF-1.4"]) {
        const { applied, errorCount } = await run(broken);
        expect([applied, errorCount > 0], String(broken).slice(0, 20)).to.deep.equal([false, true]);
      }
      expect(await sql("select count(*)::int as n from directory_entries")).to.deep.equal([{ n: 100_000 }]);
    });

    it("changes nothing the second time, only what differs the third, and people when their office is renamed", async () => {
      await run(csv(registry, rossi, damico));
      expect((await run(csv(registry, rossi, damico))).counts).to.deep.equal({ rows: 3, created: 0, changed: 0 });
      const moved = await run(csv({ ...rossi, telefono: "055 0040009" }, damico));
      expect(moved.counts).to.deep.equal({ rows: 2, created: 0, changed: 1 });
      const renamed = await run(csv({ ...registry, nome: "Servizi demografici" }));
      expect(renamed.counts).to.deep.equal({ rows: 1, created: 0, changed: 3 });
      expect((await stored()).map((row) => [row.office, row.version])).to.deep.equal([
        ["", 2],
        ["Servizi demografici", 3],
        ["Servizi demografici", 2],
      ]);
    });

    it("reads Windows-1252, a BOM and commas, and shares one calendar among equal weeks", async () => {
      const second = { ...registry, codice: "TRIB", nome: "Tributi", orari: "lun 8.30-13.00,mar-ven 08:30-13:00" };
      const text = csv(registry, { ...second, orari: "lun-ven 08.30-13.00" }, rossi);
      expect((await run(Buffer.from(text, "latin1"))).applied).to.equal(true);
      expect((await run(`\ufeff${text.replaceAll(";", ",")}`)).counts).to.include({ created: 0, changed: 0 });
      const weeks = await sql("select count(distinct calendar_id)::int as n from directory_entries");
      expect(weeks).to.deep.equal([{ n: 1 }]);
      expect((await stored())[1]).to.include({ name: "Màrco Rossi" });
    });

    it("tells every fault of every row with its line, and imports nothing", async () => {
      const report = await run(
        csv(
          { ...registry, tipo: "altro" },
          { ...rossi, telefono: "", interno: "" },
          { ...rossi, codice: "P4", ente: "XX", ufficio: "" },
          { ...rossi, codice: "P5", ente: "SC", ufficio: "" },
          { ...rossi, codice: "P6", ufficio: "NIENTE" },
          { ...rossi, codice: "P7", ufficio: "P6" },
          { ...rossi, codice: "P8", ufficio: "", riservato: "si" },
          { ...rossi, codice: "P8", nome: "=cmd()", ufficio: "", segreteria: "boh", interno: "12" },
        ),
      );
      expect(report.applied).to.equal(false);
      expect(errorsOf(report)).to.have.members([
        "2 tipo: Il tipo deve essere ufficio o persona.",
        '3 telefono: Manca il numero: indicare "telefono" o "interno".',
        "4 ente: Ente sconosciuto: XX.",
        "5 ente: L'ente non aderisce al centralino: SC.",
        "6 ufficio: Ufficio sconosciuto nella rubrica di questo ente: NIENTE.",
        "7 ufficio: La voce indicata è una persona, non un ufficio: P6.",
        '8 riservato: Un numero riservato vuole "ufficio" o "telefono_ufficio": il numero da dire al cittadino.',
        '9 nome: "nome" comincia con un segno di formula (= + - @).',
        "9 interno: L'interno deve essere un numero da 3 a 5 cifre.",
        '9 segreteria: La segreteria deve essere "premi 1", "riconosci" o "nessuna".',
        "9 codice: Codice ripetuto: è già alla riga 8.",
      ]);
      expect(await stored()).to.deep.equal([]);
    });

    it("refuses a confidential number whose office has none to tell either", async () => {
      const secret = { ...registry, riservato: "sì", telefono_ufficio: "055 0010100" };
      const report = await run(csv(secret, damico));
      expect(errorsOf(report)).to.deep.equal([
        "3 riservato: Il numero dell'ufficio indicato manca o è riservato anch'esso: aggiungere \"telefono_ufficio\".",
      ]);
      expect((await run(csv(secret, { ...damico, telefono_ufficio: "055 0010100" }))).applied).to.equal(true);
    });

    it("lets a referent import for the own agency only", async () => {
      const referent = { ...admin, roles: [{ role: "agency_referent" as const, agencyId: agencies.FI ?? "" }] };
      expect((await run(csv(registry), false, referent)).applied).to.equal(true);
      const other = await run(csv({ ...registry, ente: "CM" }), false, referent);
      expect(errorsOf(other)).to.deep.equal(["2 ente: La rubrica di questo ente non è sua da modificare: CM."]);
    });
  });

  describe("search", () => {
    beforeEach(async () => {
      const tax = { ...registry, codice: "TRIB", nome: "Ufficio tributi", orari: "" };
      const other = { ...rossi, ente: "CM", ufficio: "", nome: "Marco Rosselli", ruolo: "geometra" };
      const report = await run(csv(registry, tax, rossi, damico, seated, other));
      expect(report.errors).to.deep.equal([]);
    });

    it("finds by name, office and role, the best first", async () => {
      expect((await names("rossi"))[0]).to.equal("Màrco Rossi");
      expect((await names("anagrafe"))[0]).to.equal("Anagrafe");
      expect(await names("anagrafe")).to.include.members(["Màrco Rossi", "Lucia D'Amico", "Gina Bianchi"]);
      expect(await names("istruttore anagrafe")).to.have.members(["Màrco Rossi", "Lucia D'Amico"]);
      expect(await names("dirigente")).to.deep.equal(["Gina Bianchi"]);
    });

    it("forgives typing errors, accents, apostrophes, order, titles and words not finished", async () => {
      for (const q of [
        "marco rosi",
        "ROSSI MARCO",
        "màrco rossi",
        "sig. rossi marco",
        "maro rossi",
        "rssi",
        "ross marc",
      ]) {
        expect(await names(q), q).to.include("Màrco Rossi");
      }
      for (const q of ["damico", "d'amico", "D Amico lucia", "d’amico", "damicco"]) {
        expect(await names(q), q).to.include("Lucia D'Amico");
      }
      for (const q of ["anagrfe", "uffico tributi", "ufficio anagrafe", "tirbuti"])
        expect(await names(q), q).to.not.be.empty;
      expect((await names("dott.ssa gina bianchi"))[0]).to.equal("Gina Bianchi");
      for (const q of ["zzzz", "%", "'; drop table", "_", "\\"]) expect(await names(q), q).to.deep.equal([]);
    });

    it("shows agencies that subscribed only, one when asked for one", async () => {
      expect((await search("ross", agencies.CM)).map((one) => one.name)).to.deep.equal(["Marco Rosselli"]);
      const not = await operator.call("GET", `/directory?q=rossi&agency=${agencies.SC}`);
      expect(not.body).to.include({ status: 422, code: "agency_without_switchboard" });
      await sql("update agencies set switchboard = false where external_id = 'CM'");
      expect(await names("rosselli")).to.not.include("Marco Rosselli");
      await sql("update agencies set switchboard = true where external_id = 'CM'");
    });

    it("leaves out who left, and pages through all by name", async () => {
      await run(csv({ ...seated, attivo: "no" }));
      expect(await names("gina bianchi")).to.not.include("Gina Bianchi");
      const seen: string[] = [];
      for (let cursor: unknown = ""; cursor !== null; ) {
        const page = await operator.call("GET", `/directory?limit=2${cursor ? `&cursor=${cursor}` : ""}`);
        seen.push(...(page.body.items as unknown as Found[]).map((one) => one.name));
        cursor = page.body.nextCursor;
      }
      expect(seen).to.have.members(["Anagrafe", "Ufficio tributi", "Màrco Rossi", "Lucia D'Amico", "Marco Rosselli"]);
      expect(seen).to.have.length(5);
    });

    it("tells a confidential person's office instead of the number, on every way out", async () => {
      const [own] = await search("marco rossi", agencies.FI);
      expect(own).to.include({ number: "+390550040001", numberOf: "entry", disclosable: true });
      const [hidden] = await search("lucia d'amico");
      expect(hidden).to.include({ number: "+390550010101", extension: "3", numberOf: "office", disclosable: false });
      const one = await operator.call("GET", `/directory/${hidden?.id}`);
      expect(JSON.stringify([hidden, one.body])).to.not.include("40002");
      const [internal] = await search("gina bianchi");
      expect(internal).to.include({ number: "+390550010101", numberOf: "office" });
      expect(JSON.stringify(internal)).to.not.include('"301"');
    });

    it("gives a direct transfer what to dial, and what to tell when nobody answers", async () => {
      const target = async (q: string, at = new Date("2026-03-02T09:00:00Z")) =>
        directoryTarget(database.pool, (await search(q))[0]?.id ?? "", at);
      expect(await target("lucia d'amico")).to.deep.include({
        dial: { e164: "+390550040002" },
        voicemailPolicy: "press_one",
        told: { e164: "+390550010101", extension: "3", of: "office" },
        closedUntil: null,
      });
      expect(await target("gina bianchi")).to.deep.include({ dial: { account: "301" }, voicemailPolicy: "trust" });
      expect((await target("anagrafe", new Date("2026-03-02T15:00:00Z"))).closedUntil).to.deep.equal({
        until: new Date("2026-03-03T07:30:00Z"),
      });
      await refusedWith(directoryTarget(database.pool, admin.id, new Date()), "not_found");
    });
  });

  it("has two thousand generated demo entries, every confidential one with a number to tell", () => {
    const rows = demoDirectory();
    expect(rows).to.have.length(2_000);
    expect(new Set(rows.map((row) => `${row.agency} ${row.code}`)).size).to.equal(2_000);
    expect(rows.filter((row) => !/^\+3905500[0-9]{5,6}$/.test(row.phone ?? ""))).to.deep.equal([]);
    const offices = new Set(rows.filter((row) => row.kind === "office").map((row) => `${row.agency} ${row.code}`));
    const secret = rows.filter((row) => !row.disclosable);
    expect(secret.length).to.be.within(150, 350);
    expect(secret.filter((row) => !offices.has(`${row.agency} ${row.officeCode}`))).to.deep.equal([]);
  });

  it("is read by first level and edited by who answers for it", async () => {
    await testPerson(database.pool, "gina", "office_agent");
    const agent = await testClient(web.url, "gina");
    expect((await agent.call("GET", "/directory?q=rossi")).status).to.equal(403);
    expect((await operator.call("POST", "/imports/directory", "x", { "content-type": "text/csv" })).status).to.equal(
      403,
    );
    const pietro = await testClient(web.url, "admin");
    const sent = (file: string, dry = "") =>
      pietro.call("POST", `/imports/directory${dry}`, file, { "content-type": "text/csv" });
    expect((await sent(csv(registry), "?dryRun=1")).body).to.include({ applied: false, errorCount: 0 });
    expect((await sent(csv(registry))).body).to.include({ applied: true });
    expect((await sent(csv({ ...registry, telefono: "boh" }))).body).to.include({ status: 422, code: "import_errors" });
    const audited = await sql("select actor from audit where action = 'directory.import'");
    expect(audited.at(-1)).to.deep.equal({ actor: "admin" });
  });
});
