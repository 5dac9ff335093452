import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import type { ReportFormat } from "../report.ts";
import type { ReportDocument } from "./report-document.ts";
import { writeCsv } from "./write-csv.ts";
import { writePdf } from "./write-pdf.ts";
import { writeXlsx } from "./write-xlsx.ts";

export type WrittenFile = { format: ReportFormat; content: Uint8Array; sha256: string };

/** Runs in a thread of its own: a long list must not hold up the calls of this copy. */
const { documents } = workerData as { documents: ReportDocument[] };
const files: WrittenFile[][] = [];
for (const document of documents) {
  const contents = { csv: writeCsv(document), xlsx: await writeXlsx(document), pdf: await writePdf(document) };
  files.push(
    Object.entries(contents).map(([format, content]) => ({
      format: format as ReportFormat,
      content: new Uint8Array(content),
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
  );
}
parentPort?.postMessage(files);
