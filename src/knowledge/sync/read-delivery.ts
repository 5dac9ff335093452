import type { Request } from "express";
import { readJson } from "../../desk/request/json-body.ts";
import { readBytes } from "../../desk/request/read-body.ts";
import { AppError } from "../../errors.ts";
import { CsvProblem, readCsv, receiveCsv } from "../../organisation/import/csv/read-csv.ts";
import {
  type DeliveredCard,
  type DeliveryError,
  delivery,
  maxCards,
  readDelivered,
  readDeliveryHeader,
} from "./card-delivery.ts";

export type Delivery = { source: "json" | "csv"; cards: DeliveredCard[]; lines: number[]; errors: DeliveryError[] };

const jsonLimitBytes = 16_000_000;
const csvLimits = { bytes: 32_000_000, rows: maxCards, recordBytes: 200_000 };

/** The body of a delivery, JSON `{cards: […]}` or CSV by its content type. @throws invalid_form, body_too_large */
export async function readDelivery(request: Request): Promise<Delivery> {
  const type = request.headers["content-type"] ?? "";
  if (/^application\/json\b/i.test(type)) return readJsonDelivery(await readBytes(request, jsonLimitBytes));
  if (/^text\/csv\b/i.test(type)) return readCsvDelivery(request);
  throw new AppError("invalid_form", "The body must be application/json or text/csv", {
    it: "Il contenuto deve essere JSON o CSV.",
  });
}

function readJsonDelivery(bytes: Buffer): Delivery {
  const value = readJson(bytes);
  const cards = value !== null && typeof value === "object" && "cards" in value ? value.cards : null;
  if (!Array.isArray(cards) || cards.length > maxCards) {
    throw new AppError("invalid_form", "The body has no list of cards, or too many", {
      it: `Serve un elenco "cards" di al massimo ${maxCards} schede.`,
    });
  }
  const read: Delivery = { source: "json", cards: [], lines: [], errors: [] };
  for (const [index, one] of cards.entries()) take(read, index + 1, one);
  return read;
}

export async function readCsvDelivery(source: AsyncIterable<Uint8Array>): Promise<Delivery> {
  const read: Delivery = { source: "csv", cards: [], lines: [], errors: [] };
  try {
    const file = await receiveCsv(source, csvLimits);
    try {
      let header: string[] | null = null;
      for await (const { line, cells } of readCsv(file, csvLimits)) {
        if (!header) {
          const found = readDeliveryHeader(cells, line);
          if (found.some((one) => typeof one !== "string")) return { ...read, errors: found as DeliveryError[] };
          header = found as string[];
        } else if (cells.length !== header.length) {
          const it = `La riga ha ${cells.length} colonne invece di ${header.length}.`;
          read.errors.push({ line, column: null, it });
        } else take(read, line, delivery(cells, header));
      }
    } finally {
      await file.remove();
    }
  } catch (error) {
    if (!(error instanceof CsvProblem)) throw error;
    return { ...read, errors: [{ line: error.line, column: null, it: error.it }] };
  }
  return read;
}

function take(read: Delivery, line: number, value: unknown): void {
  const { card, errors } = readDelivered(line, read.lines.length, value);
  read.errors.push(...errors);
  if (!card) return;
  read.cards.push(card);
  read.lines.push(line);
}
