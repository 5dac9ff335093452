import { expect } from "chai";
import { parse } from "csv-parse/sync";
import exceljs from "exceljs";
import { pdfText } from "../src/reports/files/pdf-text.ts";
import type { ReportDocument } from "../src/reports/files/report-document.ts";
import { safeText } from "../src/reports/files/safe-cell.ts";
import { writeFiles } from "../src/reports/files/write-files.ts";

const attacks = [
  "=1+1",
  '=HYPERLINK("http://evil.example";"qui")',
  "+39055",
  "-2+3",
  "@SUM(A1)",
  "|calc",
  "%0A=1",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "  =1+1",
  '"=1+1',
  "'=1+1",
  "＝1+1",
  "＠SUM(1)",
  "\u0000=1+1",
  "\u200b=cmd|' /C calc'!A0",
];
const harmless = ["Via Roma 1; int. 3", 'così "detto"', "riga uno\nriga due", "perché à è ì ò ù €", "漢字 😀", "a=b"];

const document = (texts: string[]): ReportDocument => ({
  ...{ title: "Prova", about: "Comune di Prova", period: "dal 23/03/2026 al 29/03/2026", madeAt: "30/03/2026 06:00" },
  ...{ reportId: "0190-prova", definition: ["Conta le prove.", "=2+2"] },
  tables: [
    {
      title: "Elenco",
      columns: [
        { title: "Testo", kind: "text", width: 4 },
        { title: "Numero", kind: "integer", width: 1 },
        { title: "Attesa", kind: "decimal", width: 1 },
      ],
      rows: texts.map((text, n) => [text, -n, n + 0.5]),
      chart: { label: 0, values: [2] },
    },
  ],
  reconciliation: [
    { what: "Prove = prove", reported: 3, counted: 3 },
    { what: "Prove = altro", reported: 3, counted: 4 },
  ],
});

async function filesOf(texts: string[]) {
  const [files = []] = await writeFiles([document(texts)]);
  const content = (format: string) => Buffer.from(files.find((file) => file.format === format)?.content ?? []);
  const book = new exceljs.Workbook();
  await book.xlsx.load(content("xlsx") as unknown as Parameters<typeof book.xlsx.load>[0]);
  return { csv: content("csv"), pdf: content("pdf"), book };
}

describe("reports: files", () => {
  it("CSV: no cell that a spreadsheet takes for a formula, everything else unchanged", async () => {
    const { csv } = await filesOf([...attacks, ...harmless]);
    expect(csv.subarray(0, 3).toString("hex")).to.equal("efbbbf");
    const lines: string[][] = parse(csv, {
      bom: true,
      delimiter: ";",
      relax_column_count: true,
      skip_empty_lines: true,
    });
    const cells = lines.flat();
    expect(cells.filter((cell) => /^[\s"]*[=+@|%＝＠]/u.test(cell) || /^-(?![\d,]+$)/.test(cell))).to.deep.equal([]);
    for (const text of harmless) expect(cells).to.include(text);
    expect(cells).to.include("'=1+1").and.to.include("'=2+2").and.to.include("0,5").and.to.include("NON COINCIDE");
    expect(lines.slice(0, 2)).to.deep.equal([["Prova"], ["Comune di Prova"]]);
  });

  it("XLSX: texts are text cells, numbers numbers, nothing is a formula or a link", async () => {
    const { book } = await filesOf([...attacks, ...harmless]);
    let cells = 0;
    for (const sheet of book.worksheets) {
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          cells++;
          expect(cell.type, cell.address).to.be.oneOf([exceljs.ValueType.String, exceljs.ValueType.Number]);
          expect(String(cell.value)).not.to.match(/^\s*[=+@]/);
        }),
      );
    }
    expect(cells).to.be.above(60);
    const list = book.worksheets[1]!;
    expect(list.getCell("B3").value).to.equal(-1);
    expect(list.getCell(`A${2 + attacks.length}`).value).to.equal(harmless[0]);
    expect(book.worksheets[0]?.getColumn(1).values).to.include("Conta le prove.").and.to.include("Prove = altro");
  });

  it("PDF: whole, with pages, and only letters that its font has", async () => {
    const { pdf } = await filesOf([...harmless, ...Array.from({ length: 900 }, (_one, n) => `riga ${n}`)]);
    expect(pdf.subarray(0, 5).toString()).to.equal("%PDF-");
    expect(pdf.toString("latin1")).to.match(/%%EOF\s*$/);
    const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).to.be.within(12, 40);
    expect(pdfText("perché – 5 € 漢\u0000字")).to.equal("perché – 5 € ???");
  });

  it("leaves a text that is no formula as it is", () => {
    for (const text of harmless) expect(safeText(text)).to.equal(text);
    expect(safeText("tronco \ud83d fine")).to.equal("tronco  fine");
  });
});
